; from F4
(set-logic ALL)
(declare-fun q () Bool)
(declare-fun y () String)
(declare-fun z () String)
(declare-fun x () String)
(assert (let ((t!0 (str.to_re "b"))) (let ((t!1 (re.* (re.diff re.allchar t!0)))) (distinct q (str.<= (str.substr "a" 1 1) (str.replace_re_all "0" (re.diff t!0 (re.++ t!1 t!1 re.allchar re.allchar t!1)) y))))))
(assert (let ((t!0 (re.range "b" "c"))) (let ((t!1 (= (distinct (str.at z 5) "") q (= (re.++ t!0 t!0 (str.to_re "bab")) (re.++ (re.range x "bab") (str.to_re "a")))))) (ite t!1 t!1 t!1))))
(check-sat)
