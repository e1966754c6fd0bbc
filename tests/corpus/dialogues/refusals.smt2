; What is not modelled leaves an unknown, unless the rest is unsat or its level ends.
(declare-fun f (Int) Int)
(declare-const x (Array Int Int))
(declare-const p Bool)
(push)
(assert (= (f 1) 1))
(check-sat)
;= unknown
(get-info :reason-unknown)
;= (:reason-unknown (incomplete "the problem uses a construct that is not supported: the uninterpreted function `f` is not supported (at line 6, column 12)"))
(get-model)
;= (error "line 11, column 1: there is no model: the last answer was not sat")
(get-assertions)
;= ((= (f 1) 1))
(push)
(assert (and p (not p)))
(check-sat)
;= unsat
(pop)
(check-sat)
;= unknown
(pop)
(check-sat)
;= sat
(check-sat-assuming (p (forall ((y Int)) true)))
;= unknown
(get-info :reason-unknown)
;= (:reason-unknown (incomplete "the problem uses a construct that is not supported: `forall` is not supported (at line 25, column 24)"))
(get-value (x))
;= unsupported
