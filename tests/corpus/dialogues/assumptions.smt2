; Assumptions hold for one check.
(declare-const p Bool)
(declare-const q Bool)
(assert (or p q))
(check-sat-assuming ((not p)))
;= sat
(get-value (p q))
;= ((p false) (q true))
(check-sat-assuming ((not p) (not q)))
;= unsat
(check-sat-assuming ())
;= sat
(check-sat-assuming p)
;= (error "line 13, column 1: a malformed `check-sat-assuming`")
(check-sat-assuming (1))
;= (error "line 15, column 22: a Bool was expected, not a term of sort Int")
(check-sat)
;= sat
