; from F4; chain, premise 2
(set-logic ALL)
(declare-fun text () String)
(declare-fun y () String)
(declare-fun m () Int)
(assert (let ((t!0 (str.to_re (str.at y (- 5 2 (* 2 m)))))) (str.in_re text (re.diff ((_ re.loop 0 3) (re.inter t!0 (re.union t!0 t!0))) ((_ re.^ 0) t!0)))))
(check-sat)
