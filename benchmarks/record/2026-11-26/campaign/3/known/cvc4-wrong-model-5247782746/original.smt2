; from F4
(set-logic ALL)
(declare-fun x () String)
(declare-fun y () String)
(declare-fun p () Bool)
(assert (let ((t!0 (str.to_re "bb"))) (= (str.in_re (str.replace_all "b" "aa" "\u{5c}x61") (re.++ t!0 (str.to_re "ba") t!0 re.all (str.to_re "ab"))) (= "a" (str.++ x y)))))
(assert (not (str.contains (str.replace (str.++ "b" x) (str.replace x "a" y) (str.replace x x "ab")) "a")))
(assert (or p (= "a" (str.++ x y))))
(check-sat)
