; from F4
(set-logic ALL)
(declare-fun n () Int)
(declare-fun q () Bool)
(declare-fun p () Bool)
(declare-fun m () Int)
(assert (distinct "a" (str.substr "0" (str.indexof "0" "aa" n) 4)))
(assert (=> (= (+ 1.25 3.0 3.0 1.0) (to_real 1)) q (and (xor p p p) (= n 100000000000000000000 m) (is_int 1.25))))
(check-sat)
