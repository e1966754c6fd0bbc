r"""The functions of regular expressions: sentences by hand, as `sentences` reads them."""

SAYINGS = r"""
str.to_re
  the empty string is a word
    always (str.in_re "" (str.to_re ""))
  no character is special
    always (not (str.in_re "b" (str.to_re ".")))
  one word matches
    never (and (str.in_re x (str.to_re "ab")) (not (= x "ab")))
  that word matches
    never (and (= x "ab") (not (str.in_re x (str.to_re "ab"))))
re.none
  the empty language has not even the empty string
    always (not (str.in_re "" re.none))
  nothing follows what is not there
    never (str.in_re x (re.++ re.all re.none))
  nothing is repeated once or more
    never (str.in_re x (re.+ re.none))
  nothing repeated is the empty string alone
    never (and (str.in_re x (re.* re.none)) (not (= x "")))
re.all
  every character is one, line breaks and surrogates too
    always (str.in_re "\u{a}\u{d800}" re.all)
  every string is a string
    never (not (str.in_re x re.all))
  all strings followed by all strings are all strings
    never (not (str.in_re x (re.++ re.all re.all)))
  no string is left out
    never (str.in_re x (re.comp re.all))
re.allchar
  a line break is a character
    always (str.in_re "\u{a}" re.allchar)
  the last character is one
    always (str.in_re "\u{2ffff}" re.allchar)
  the empty string is no character
    always (not (str.in_re "" re.allchar))
  a character is a string of length 1
    never (and (str.in_re x re.allchar) (not (= (str.len x) 1)))
  a string of length 1 is a character
    never (and (= (str.len x) 1) (not (str.in_re x re.allchar)))
re.++
  parts match in their order
    always (str.in_re "ab" (re.++ (re.* re.allchar) (str.to_re "b")))
  and in no other
    always (not (str.in_re "ba" (re.++ (str.to_re "a") (str.to_re "b"))))
  nothing starts with what does not match
    never (str.in_re x (re.++ re.none (re.* re.allchar)))
  an optional part matches once
    never (and (str.in_re x (re.++ (re.opt (str.to_re "a")) (str.to_re "b")))
      (str.prefixof "aa" x))
  the first part may take what it likes
    sometimes (and (str.in_re x (re.++ (re.* re.allchar) (str.to_re "ab"))) (not
      (str.prefixof "a" x))) where {"x": "bab"}
re.union
  either matches
    always (str.in_re "b" (re.union (str.to_re "a") (str.to_re "b")))
  not one after the other
    always (not (str.in_re "ab" (re.union (str.to_re "a") (str.to_re "b"))))
  the empty language adds nothing
    never (and (str.in_re x (re.union (str.to_re "a") re.none)) (not (= x "a")))
  a language and the rest are all strings
    never (not (str.in_re x (re.union (str.to_re "a") (re.comp (str.to_re "a")))))
re.inter
  both match
    always (str.in_re "ab" (re.inter (re.++ (str.to_re "a") re.all) (re.++ re.all
      (str.to_re "b"))))
  one is not enough
    always (not (str.in_re "a" (re.inter (str.to_re "a") (str.to_re "b"))))
  no string has two lengths
    never (str.in_re x (re.inter re.allchar (re.++ re.allchar re.allchar)))
  nothing is in a language and outside
    never (str.in_re x (re.inter (str.to_re "a") (re.comp (str.to_re "a"))))
re.diff
  what is not taken away stays
    always (str.in_re "a" (re.diff re.allchar (str.to_re "b")))
  what is taken away is gone
    always (not (str.in_re "b" (re.diff re.allchar (str.to_re "b"))))
  one after another is taken away
    always (not (str.in_re "c" (re.diff re.allchar (str.to_re "b") (str.to_re "c"))))
  nothing stays where all is taken away
    never (str.in_re x (re.diff re.allchar re.all))
  the empty string may be taken away
    never (and (str.in_re x (re.diff re.all (str.to_re ""))) (= x ""))
re.comp
  the empty string is not a
    always (str.in_re "" (re.comp (str.to_re "a")))
  a complement is not one of characters
    always (str.in_re "aa" (re.comp re.allchar))
  the strings that are not empty, repeated, are all strings
    never (not (str.in_re x (re.* (re.comp (str.to_re "")))))
  twice is not at all
    never (and (str.in_re x (re.comp (re.comp (str.to_re "a")))) (not (= x "a")))
  a string is empty or has a character
    never (str.in_re x (re.comp (re.union (str.to_re "") (re.+ re.allchar))))
re.*
  no repetition is one
    always (str.in_re "" (re.* (str.to_re "a")))
  not even of what does not match
    always (str.in_re "" (re.* re.none))
  a repetition is whole
    always (not (str.in_re "aba" (re.* (str.to_re "ab"))))
  pairs are even
    never (and (str.in_re x (re.* (str.to_re "aa"))) (= (str.len x) 3))
  repeated repetitions are repetitions
    never (and (str.in_re x (re.* (re.* (str.to_re "a")))) (not (str.in_re x (re.*
      (str.to_re "a")))))
  nothing repeated stays nothing
    never (and (str.in_re x (re.* (str.to_re ""))) (not (= x "")))
re.+
  at least one
    always (not (str.in_re "" (re.+ (str.to_re "a"))))
  one may be empty
    always (str.in_re "" (re.+ (re.opt (str.to_re "a"))))
  one, and then any number
    never (and (str.in_re x (re.+ (str.to_re "a"))) (not (str.in_re x (re.++ (str.to_re "a")
      (re.* (str.to_re "a"))))))
  the first comes first
    never (and (str.in_re x (re.+ (str.to_re "ab"))) (not (str.prefixof "ab" x)))
re.opt
  without is always a way
    always (str.in_re "" (re.opt re.none))
  at most one
    always (not (str.in_re "aa" (re.opt (str.to_re "a"))))
  one or none
    never (and (str.in_re x (re.opt (str.to_re "a"))) (not (= x "")) (not (= x "a")))
  twice optional is optional
    never (and (str.in_re x (re.opt (re.opt (str.to_re "a")))) (= (str.len x) 2))
re.range
  an end that is no character makes it empty
    always (not (str.in_re "" (re.range "" "")))
  an end of two characters makes it empty
    always (not (str.in_re "a" (re.range "a" "ab")))
  a range goes by code points
    always (str.in_re "\u{10000}" (re.range "\u{ffff}" "\u{10001}"))
  ends the wrong way round make it empty
    never (str.in_re x (re.range "b" "a"))
  a range needs two ends
    never (str.in_re x (re.range "" "a"))
  between are those between
    never (and (str.in_re x (re.range "a" "c")) (not (= x "a")) (not (= x "b")) (not (= x "c")))
  from the first to the last are all
    never (and (= (str.len x) 1) (not (str.in_re x (re.range "\u{0}" "\u{2ffff}"))))
re.^
  no times is the empty string
    always (str.in_re "" ((_ re.^ 0) (str.to_re "a")))
  whatever is not repeated
    always (str.in_re "" ((_ re.^ 0) re.none))
  three times is not two
    always (not (str.in_re "aa" ((_ re.^ 3) (str.to_re "a"))))
  three times is three
    never (and (str.in_re x ((_ re.^ 3) (str.to_re "ab"))) (not (= x "ababab")))
  no times of anything is nothing
    never (and (str.in_re x ((_ re.^ 0) re.all)) (not (= x "")))
  what does not match does not twice
    never (str.in_re x ((_ re.^ 2) re.none))
re.loop
  bounds the wrong way round make it empty
    always (not (str.in_re "" ((_ re.loop 1 0) (re.opt (str.to_re "a")))))
  no times is the empty string
    always (str.in_re "" ((_ re.loop 0 0) re.none))
  rounds may be empty
    always (str.in_re "a" ((_ re.loop 2 3) (re.opt (str.to_re "a"))))
  no number is at least 3 and at most 2
    never (str.in_re x ((_ re.loop 3 2) (str.to_re "a")))
  no more rounds than that
    never (and (str.in_re x ((_ re.loop 1 3) (str.to_re "a"))) (> (str.len x) 3))
  no fewer rounds than that
    never (and (str.in_re x ((_ re.loop 2 3) re.allchar)) (< (str.len x) 2))
  a number between is one
    sometimes (and (str.in_re x ((_ re.loop 2 4) (str.to_re "a"))) (not (= x "aa")) (not
      (= x "aaaa"))) where {"x": "aaa"}
"""
