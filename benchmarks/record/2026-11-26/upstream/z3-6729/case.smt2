; z3 4.12.0.0: wrong model with `re.none`, `re.range`
; found by keyaki 0.1.0, from F4; order
; the script does not hold under p = False, z = ''
(set-logic ALL)
(assert (distinct (re.range "b" "a") re.none))
(check-sat)
