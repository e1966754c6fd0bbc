; from F4
(set-logic ALL)
(declare-fun x () String)
(declare-fun z () String)
(assert (str.in_re x (re.inter (str.to_re (str.at x (* 2 (str.len z)))) re.allchar)))
(assert (<= (str.len (str.at x (* 2 (str.len z)))) 5))
(check-sat)
