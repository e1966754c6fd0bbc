; z3 5.0.0.0: wrong model with `*`, `re.diff`, `str.at`, `str.in_re` and others
; found by keyaki 0.1.0, from F4; chain, premise 2
; the script does not hold under x = '', y = 1
(set-logic ALL)
(declare-fun x () String)
(declare-fun y () Int)
(assert (str.in_re "a" (re.diff (str.to_re (str.at x (* 2 y))) (str.to_re ""))))
(check-sat)
