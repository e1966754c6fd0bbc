r"""The functions of strings: sentences by hand, as `sentences` reads them."""

SAYINGS = r"""
str.++
  the empty string adds nothing
    always (= (str.++ "a" "" "b") "ab")
  what follows a string tells two strings apart
    never (= (str.++ x "a") (str.++ x "b"))
  a string with a character is not empty
    never (= (str.++ "a" x) "")
  a string ends in its last part
    never (= (str.++ x "a") "b")
  a character may be the first of two
    sometimes (= (str.++ x "b" y) "abb") where {"x": "a", "y": "b"}
str.len
  the last character is one character
    always (= (str.len "\u{2ffff}") 1)
  no character counts twice
    always (= (str.len "\u{ffff}\u{10000}") 2)
  only \u starts an escape
    always (= (str.len "\x41") 4)
  no string has less than no characters
    never (< (str.len x) 0)
  only the empty string has no character
    never (and (= (str.len x) 0) (not (= x "")))
  a prefix may go on
    sometimes (and (= (str.len x) 3) (str.prefixof "ab" x)) where {"x": "abb"}
str.<
  a prefix comes first
    always (str.< "a" "ab")
  characters are ordered by code point, not by code unit
    always (str.< "\u{ffff}" "\u{10000}")
  capital letters come first
    always (str.< "Z" "a")
  nothing comes before the empty string
    never (str.< x "")
  no string comes before and after another
    never (and (str.< x "b") (str.< "b" x))
  something lies between a and aa
    sometimes (and (str.< "a" x) (str.< x "aa")) where {"x": "a\0"}
  nothing lies between a string and that with \u{0}
    never (and (str.< "a" x) (str.< x "a\u{0}"))
str.<=
  the empty string is not behind itself
    always (str.<= "" "")
  the first character decides, not the length
    always (not (str.<= "b" "ab"))
  the empty string comes first
    never (not (str.<= "" x))
  what is neither before nor behind is equal
    never (and (str.<= x "a") (str.<= "a" x) (not (= x "a")))
  not all letters come behind a
    sometimes (and (str.<= x "a") (not (= x "a")) (not (= x ""))) where {"x": "B"}
str.prefixof
  the empty string is a prefix of itself
    always (str.prefixof "" "")
  a prefix is not longer than the whole
    always (not (str.prefixof "ab" "a"))
  the prefix is the first argument
    always (str.prefixof "a" "ab")
  the empty string is a prefix of any
    never (not (str.prefixof "" x))
  a string has one first character
    never (and (str.prefixof "a" x) (str.prefixof "b" x))
  a prefix of a string is no longer than that
    never (and (str.prefixof x "ab") (> (str.len x) 2))
str.suffixof
  the suffix is the first argument
    always (str.suffixof "b" "ab")
  a suffix is not longer than the whole
    always (not (str.suffixof "ab" "b"))
  the empty string is a suffix of any
    never (not (str.suffixof "" x))
  a string has one last character
    never (and (str.suffixof "a" x) (str.suffixof "b" x))
  a prefix and a suffix may overlap
    sometimes (and (str.prefixof "ab" x) (str.suffixof "ba" x) (= (str.len x) 3))
      where {"x": "aba"}
str.contains
  the part is the second argument
    always (str.contains "ab" "b")
  the empty string has only itself as a part
    always (not (str.contains "" "a"))
  a part is not scattered
    always (not (str.contains "aXb" "ab"))
  any string has the empty one as a part
    never (not (str.contains x ""))
  a part of a part is a part
    never (and (str.contains x "ab") (not (str.contains x "b")))
  parts may overlap
    sometimes (and (str.contains x "aba") (str.contains x "bab") (= (str.len x) 4))
      where {"x": "abab"}
str.at
  a place behind the end has no character
    always (= (str.at "ab" 2) "")
  places do not count from the end
    always (= (str.at "ab" (- 1)) "")
  places count from 0
    always (= (str.at "ab" 0) "a")
  what stands at a place is one character
    never (= (str.at x 0) "ab")
  a place before the end has a character
    never (and (= (str.at x 1) "") (= (str.len x) 2))
  a string may have one place only
    sometimes (and (= (str.at x 1) "") (not (= x ""))) where {"x": "a"}
str.substr
  what is asked for beyond the end is not there
    always (= (str.substr "abc" 1 9) "bc")
  a negative place has nothing
    always (= (str.substr "abc" (- 1) 2) "")
  a negative length is nothing
    always (= (str.substr "abc" 0 (- 1)) "")
  nothing starts at the end
    always (= (str.substr "abc" 3 1) "")
  no length is nothing
    always (= (str.substr "abc" 1 0) "")
  no more is taken than is asked for
    never (= (str.substr x 1 2) "abc")
  less may be taken than is asked for
    sometimes (= (str.substr x 1 2) "b") where {"x": "ab"}
str.indexof
  the search starts at its place
    always (= (str.indexof "abab" "ab" 1) 2)
  the empty string is found where the search starts
    always (= (str.indexof "abc" "" 2) 2)
  the empty string is found at the end
    always (= (str.indexof "abc" "" 3) 3)
  nothing is found behind the end
    always (= (str.indexof "abc" "" 4) (- 1))
  nothing is found from a negative place
    always (= (str.indexof "abc" "" (- 1)) (- 1))
  the empty string is found in itself
    always (= (str.indexof "" "" 0) 0)
  an earlier one is passed over
    sometimes (= (str.indexof x "b" 1) 2) where {"x": "bab"}
str.replace
  only the first is replaced
    always (= (str.replace "aa" "a" "b") "ba")
  the empty string is found at the start
    always (= (str.replace "b" "" "a") "ab")
  the empty string is found in the empty string
    always (= (str.replace "" "" "a") "a")
  what is not there is not replaced
    always (= (str.replace "a" "b" "c") "a")
  all may be replaced by nothing
    always (= (str.replace "ab" "ab" "") "")
  a replacement can be undone
    sometimes (and (= (str.replace x "a" "b") "bb") (not (= x "bb"))) where {"x": "ab"}
str.replace_all
  matches do not overlap, and the leftmost count
    always (= (str.replace_all "aaa" "aa" "b") "ba")
  the empty string is not replaced
    always (= (str.replace_all "ab" "" "x") "ab")
  not even in the empty string
    always (= (str.replace_all "" "" "x") "")
  what was put in is not replaced again
    always (= (str.replace_all "aba" "a" "aa") "aabaa")
  all may be replaced by nothing
    always (= (str.replace_all "abab" "ab" "") "")
str.replace_re
  the shortest of the leftmost matches counts
    always (= (str.replace_re "baa" (re.+ (str.to_re "a")) "x") "bxa")
  the empty string may be the match
    always (= (str.replace_re "ab" re.all "x") "xab")
  without a match nothing changes
    always (= (str.replace_re "ab" re.none "x") "ab")
  the empty string has an empty match
    always (= (str.replace_re "" (str.to_re "") "x") "x")
  only the first match is replaced
    always (= (str.replace_re "abab" (str.to_re "ab") "") "ab")
str.replace_re_all
  each match is as short as can be
    always (= (str.replace_re_all "baa" (re.+ (str.to_re "a")) "x") "bxx")
  an empty match does not count
    always (= (str.replace_re_all "ab" re.all "x") "xx")
  where there are only empty matches nothing changes
    always (= (str.replace_re_all "ab" (str.to_re "") "x") "ab")
  without a match nothing changes
    always (= (str.replace_re_all "ab" re.none "x") "ab")
  matches do not overlap
    always (= (str.replace_re_all "aaa" (str.to_re "aa") "x") "xa")
str.is_digit
  0 is a digit
    always (str.is_digit "0")
  the empty string is no digit
    always (not (str.is_digit ""))
  two digits are no digit
    always (not (str.is_digit "10"))
  digits of other scripts are none
    always (not (str.is_digit "\u{0663}"))
  a digit is one character
    never (and (str.is_digit x) (not (= (str.len x) 1)))
  no letter is a digit
    never (and (str.is_digit x) (str.in_re x (re.range "a" "z")))
str.to_code
  the empty string has no code
    always (= (str.to_code "") (- 1))
  a string of two has no code
    always (= (str.to_code "ab") (- 1))
  the greatest code is 196607
    always (= (str.to_code "\u{2ffff}") 196607)
  no code is greater than that of the last character
    never (> (str.to_code x) 196607)
  no code is less than -1
    never (< (str.to_code x) (- 1))
  the first character has the code 0
    sometimes (= (str.to_code x) 0) where {"x": "\0"}
str.to_int
  the empty string is no number
    always (= (str.to_int "") (- 1))
  a sign is no digit
    always (= (str.to_int "-1") (- 1))
  zeros may lead
    always (= (str.to_int "007") 7)
  no string is a number below -1
    never (< (str.to_int x) (- 1))
  digits are a number
    never (and (= (str.to_int x) (- 1)) (str.in_re x (re.+ (re.range "0" "9"))))
  a number may be written at length
    sometimes (and (= (str.to_int x) 5) (> (str.len x) 2)) where {"x": "005"}
str.from_code
  no character has a negative code
    always (= (str.from_code (- 1)) "")
  there is no character behind the last
    always (= (str.from_code 196608) "")
  97 is the code of a
    always (= (str.from_code 97) "a")
  a surrogate is a character
    always (= (str.len (str.from_code 55296)) 1)
str.from_int
  a negative number has no numeral
    always (= (str.from_int (- 1)) "")
  0 is written as it is
    always (= (str.from_int 0) "0")
  numerals are decimal
    always (= (str.from_int 10) "10")
  a number may be as great as it likes
    always (= (str.to_int (str.from_int 100000000000000000000)) 100000000000000000000)
str.in_re
  the whole string has to match
    always (str.in_re "ab" (re.++ (str.to_re "a") re.allchar))
  a prefix that matches is not enough
    always (not (str.in_re "ab" (str.to_re "a")))
  a suffix that matches is not enough
    always (not (str.in_re "ab" (str.to_re "b")))
  nothing is in the empty language
    never (str.in_re x re.none)
  abab is no aba
    never (and (str.in_re x (re.* (str.to_re "ab"))) (str.in_re x (re.+ (str.to_re "aba"))) (=
      (str.len x) 3))
  a(ba)* is (ab)*a
    never (and (str.in_re x (re.++ (str.to_re "a") (re.* (str.to_re "ba")))) (not (str.in_re x
      (re.++ (re.* (str.to_re "ab")) (str.to_re "a")))))
"""
