; from F4
(set-logic ALL)
(declare-fun x () String)
(declare-fun z () String)
(assert (str.in_re "aa" ((_ re.loop 1 2) (str.to_re (str.at x (str.len z))))))
(assert (not (str.in_re (str.at x (str.len z)) ((_ re.^ 2) (re.range "b" "c")))))
(assert (str.contains (str.++ x "a" "0") (str.at x (str.len z))))
(check-sat)
