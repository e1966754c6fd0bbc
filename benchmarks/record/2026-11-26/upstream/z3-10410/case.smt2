; z3 5.0.0.0: wrong unsat with `str.++`, `str.indexof`, `str.substr`
; found by keyaki 0.1.0, from F4
; the model of `automaton` satisfies it: x = 'a'
; known: z3-10410, https://github.com/Z3Prover/z3/issues/10410
(set-logic ALL)
(set-info :status sat)
(declare-fun x () String)
(assert (not (distinct "a" (str.++ x (str.substr "a" (str.indexof x "a" 1) 3)))))
(check-sat)
