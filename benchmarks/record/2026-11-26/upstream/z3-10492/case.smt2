; z3 5.0.0.0: wrong model with `re.*`, `str.at`, `str.in_re`, `str.len` and others
; found by keyaki 0.1.0, from F4
; the script does not hold under x = '', y = 'A'
; known: z3-10492, https://github.com/Z3Prover/z3/issues/10492
(set-logic ALL)
(declare-fun x () String)
(declare-fun y () String)
(assert (str.in_re "a" (re.* (str.to_re (str.at x (str.len y))))))
(check-sat)
