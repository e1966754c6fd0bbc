; z3 5.0.0.0: wrong unsat with `str.indexof`, `str.substr`
; found by keyaki 0.1.0, from F4
; the model of `automaton` satisfies it: x = -1
(set-logic ALL)
(set-info :status sat)
(declare-fun x () Int)
(assert (distinct "a" (str.substr "a" (str.indexof "a" "aa" x) 3)))
(check-sat)
