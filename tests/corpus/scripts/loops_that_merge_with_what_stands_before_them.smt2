; Found by a campaign, 2026-11-26: the regex was built in two ways, and the certificate read neither.
(set-info :status unsat)
(set-logic ALL)
(declare-fun x () String)
(assert (str.in_re x ((_ re.loop 2 2) re.allchar)))
(assert (not (str.in_re x (re.++ ((_ re.loop 1 2) re.allchar) re.all (re.+ re.allchar)))))
(check-sat)
