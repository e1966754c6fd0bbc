; Options, information, and what is said on success.
(get-option :print-success)
;= false
(set-option :print-success true)
;= success
(set-logic QF_S)
;= success
(set-logic ALL)
;= (error "line 8, column 1: the logic is `QF_S` already")
(set-info :status sat)
;= success
(set-info :source |many
lines|)
;= success
(set-option :frobnicate 5)
;= unsupported
(set-option :print-success 5)
;= unsupported
(set-option :produce-unsat-cores true)
;= unsupported
(get-option :frobnicate)
;= unsupported
(set-option :random-seed 7)
;= success
(get-option :random-seed)
;= 7
(get-option :regular-output-channel)
;= "stdout"
(set-option :regular-output-channel "stdout")
;= success
(set-option :regular-output-channel "/tmp/x")
;= unsupported
(get-info :name)
;= (:name "keyaki-automaton")
(get-info :authors)
;= (:authors "The Keyaki founders")
(get-info :error-behavior)
;= (:error-behavior continued-execution)
(get-info :all-statistics)
;= unsupported
(get-info :reason-unknown)
;= (error "line 41, column 1: the last answer was not unknown")
(echo "a ""b"" \u{41}")
;= "a ""b"" \u{41}"
(get-proof)
;= unsupported
(push)
;= success
(reset)
(push)
(get-info :assertion-stack-levels)
;= (:assertion-stack-levels 1)
(exit)
(echo "too late")
