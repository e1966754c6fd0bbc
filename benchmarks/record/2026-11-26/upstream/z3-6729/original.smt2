; from F4; order
(set-logic ALL)
(declare-fun p () Bool)
(declare-fun z () String)
(assert (or (or p (= (str.replace_re "aa" ((_ re.loop 0 0) (str.to_re "a")) z) "aaaa0")) (distinct (re.range "z" "a") (re.range "abab" z))))
(check-sat)
