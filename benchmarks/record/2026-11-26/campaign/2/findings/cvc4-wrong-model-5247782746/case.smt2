; cvc4 1.8: wrong model with `str.contains`, `str.replace`
; found by keyaki 0.1.0, from F4; operator; constant; own term
; the script does not hold under x = ''
(set-logic ALL)
(declare-fun x () String)
(assert (not (str.contains (str.replace "" x "aa") "a")))
(check-sat)
