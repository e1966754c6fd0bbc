r"""The functions of Core, Ints and Reals: sentences by hand, as `sentences` reads them."""

SAYINGS = r"""
not
  what is not false is true
    always (not false)
  nothing is what it is not
    never (= p (not p))
  nothing is so and not so
    never (and p (not p))
and
  one that is false is enough
    always (not (and true true false))
  both hold
    never (and (and p q) (not q))
  one may hold without the other
    sometimes (and p (not q)) where {"p": True, "q": False}
or
  one that is true is enough
    always (or false false true)
  one of them holds
    never (and (or p q) (not p) (not q))
  it is so or not so
    never (not (or p (not p)))
xor
  of three that are true the number is odd
    always (xor true true true)
  nothing differs from itself
    never (xor p p)
  not both hold
    never (and (xor p q) p q)
=>
  what is false implies anything
    always (=> false false)
  it associates to the right
    always (=> false true false)
  what follows holds
    never (and (=> p q) p (not q))
=
  all are alike, not the first and the last
    always (not (= "a" "b" "a"))
  an equation has a value
    always (= (= 1 2) false)
  nothing equals two things
    never (and (= x "a") (= x "b"))
  equal truth values do not differ
    never (and (= p q) (xor p q))
distinct
  any two differ, not neighbours alone
    always (not (distinct 1 2 1))
  there are two truth values
    never (distinct p q true)
  nothing differs from itself
    never (distinct x x)
ite
  where it is so the first counts
    always (= (ite true "a" "b") "a")
  where it is not so the second counts
    always (= (ite false 1 2) 2)
  it is one of the two
    never (= (ite p "a" "b") "c")
  either may count
    sometimes (= (ite p 1 2) 2) where {"p": False}
-
  it associates to the left
    always (= (- 5 2 1) 2)
  there is one zero
    always (= (- 0) 0)
  no whole number lies half way
    never (= (- n) (+ n 1))
+
  more than two are added
    always (= (+ 1 2 3) 6)
  one more is another number
    never (= (+ n 1) n)
  numbers may be negative
    sometimes (= (+ n m) 0) where {"n": -2, "m": 2}
*
  minus times minus is plus
    always (= (* (- 2) (- 3)) 6)
  twice a number is even
    never (= (* 2 n) 3)
  numbers have no greatest
    always (= (* 100000000000 100000000000) 10000000000000000000000)
<
  neighbours are compared
    always (not (< 1 3 2))
  no number lies on both sides of 0
    never (and (< n 0) (< 0 n))
  no whole number lies between 0 and 1
    never (and (< 0 n) (< n 1))
<=
  equal numbers are in order
    always (<= 1 1 2)
  what is not greater is not greater
    never (and (<= n 0) (< 0 n))
  no number is at most 3 and at least 4
    never (and (<= n 3) (<= 4 n))
>
  no number is greater than itself
    always (not (> 1 1))
  no whole number lies between 2 and 3
    never (and (> n 2) (< n 3))
  a real one does
    sometimes (and (> u 2.0) (< u 3.0)) where {"u": Fraction(5, 2)}
>=
  equal numbers are in order
    always (>= 2 1 1)
  no number is at least 4 and at most 3
    never (and (>= n 4) (<= n 3))
  what is not less is not less
    never (and (>= u 1.0) (< u 1.0))
div
  the remainder is not negative, so it rounds down
    always (= (div (- 7) 2) (- 4))
  and up where the divisor is negative
    always (= (div 7 (- 2)) (- 3))
  without a remainder nothing is rounded
    always (= (div (- 6) 3) (- 2))
mod
  the remainder is not negative
    always (= (mod (- 7) 2) 1)
  whatever the divisor is
    always (= (mod 7 (- 2)) 1)
  no remainder is negative
    never (< (mod n 3) 0)
  a remainder is less than the divisor
    never (> (mod n 3) 2)
abs
  the sign is dropped
    always (= (abs (- 5)) 5)
  what has no sign stays
    always (= (abs 5) 5)
  a negative number has a size
    sometimes (= (abs n) 3) where {"n": -3}
divisible
  0 is divisible by everything
    always ((_ divisible 3) 0)
  an odd number may be negative
    always (not ((_ divisible 2) (- 7)))
  the sign does not count
    always ((_ divisible 4) (- 8))
/
  a quotient is exact
    always (= (/ 1.0 4.0) 0.25)
  it associates to the left
    always (= (/ 8.0 2.0 2.0) 2.0)
  twice the half is the whole
    never (and (= (/ u 2.0) 1.0) (> u 2.0))
to_real
  a whole number is a real one
    always (= (to_real 3) 3.0)
  and divides as one
    always (= (/ (to_real 1) 2.0) 0.5)
  and has its sign
    always (< (to_real (- 1)) 0.0)
to_int
  it rounds down, not to zero
    always (= (to_int (- 0.5)) (- 1))
  it does not round to the nearest
    always (= (to_int 1.75) 1)
  a part may be lost
    sometimes (and (= (to_int u) 2) (not (= u 2.0))) where {"u": Fraction(5, 2)}
is_int
  a whole number may be negative
    always (is_int (- 2.0))
  a half is not whole
    always (not (is_int 0.5))
  not every number is whole
    sometimes (not (is_int u)) where {"u": Fraction(1, 3)}
"""
