; z3 5.0.0.0: wrong model with `re.allchar`, `re.inter`, `str.at`, `str.in_re` and others
; found by keyaki 0.1.0, from F4
; the script does not hold under x = '', y = 'A'
(set-logic ALL)
(declare-fun x () String)
(declare-fun y () String)
(assert (str.in_re "a" (re.inter (str.to_re (str.at x (str.len y))) re.allchar)))
(check-sat)
