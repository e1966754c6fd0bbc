; z3 4.12.0.0: wrong unsat with `re.none`, `re.range`
; found by keyaki 0.1.0, from F4
; the model of `automaton` satisfies it: 
; known: z3-6729, https://github.com/Z3Prover/z3/issues/6729
(set-logic ALL)
(set-info :status sat)
(assert (not (= re.none (re.range "a" "a"))))
(check-sat)
