; from F4; operator; constant; own term
(set-logic ALL)
(declare-fun p () Bool)
(declare-fun y () String)
(declare-fun x () String)
(declare-fun n () Int)
(assert (not (str.contains (str.replace (ite p "b" y) (str.substr "ab" (abs 1) 2) "ab") (str.++ (str.substr x n (- 1)) "b"))))
(check-sat)
