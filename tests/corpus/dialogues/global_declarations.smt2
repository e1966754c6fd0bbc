; Global declarations outlive their level.
(set-option :global-declarations true)
(get-option :global-declarations)
;= true
(push)
(declare-const p Bool)
(define-fun both ((q Bool)) Bool (and p q))
(assert (! (not p) :named n))
(check-sat)
;= sat
(pop)
(assert (both p))
(check-sat)
;= sat
(get-value (p n))
;= ((p true) (n false))
(declare-const p Bool)
;= (error "line 17, column 16: `p` is declared already")
(reset-assertions)
(assert (not p))
(check-sat)
;= sat
(reset)
(assert (not p))
;= (error "line 24, column 14: unknown symbol `p`")
(get-option :global-declarations)
;= false
