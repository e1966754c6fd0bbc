; typefuzz on the corpus, 2026-11-25: the star was left out of the concatenation, which made unsat.
(set-info :status sat)
(declare-const v String)
(assert (str.in_re (str.++ v v) (re.++ (str.to_re "a") (re.* (str.to_re v)))))
(check-sat)
