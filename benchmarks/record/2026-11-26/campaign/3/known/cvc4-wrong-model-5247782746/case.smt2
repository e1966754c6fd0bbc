; cvc4 1.8: wrong model with `str.contains`, `str.replace`
; found by keyaki 0.1.0, from F4
; the script does not hold under x = ''
; known: cvc5-5915, https://github.com/cvc5/cvc5/issues/5915
(set-logic ALL)
(declare-fun x () String)
(assert (not (str.contains (str.replace "" x "aa") "a")))
(check-sat)
