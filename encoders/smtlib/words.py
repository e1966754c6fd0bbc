"""Functions of strings: from terms' strings, numbers and regexes to those of a problem.

A slice or a string that is put together is looked at through its own variable only where no
regular language says the same. What a function returns is described by cases, as SMT-LIB defines
it: the strings before, inside and after the part that is meant.
"""

from __future__ import annotations

from automaton import regex as rx
from automaton.charset import CharSet
from automaton.pieces import Piece
from automaton.quotient import is_match
from automaton.regex import Regex
from automaton.sorts import Sort, Variable
from automaton.terms import (
    MAX_COUNTED,
    Formula,
    conjunction,
    constant,
    disjunction,
    in_regex,
    in_template,
    negation,
)
from automaton.verdict import Unsupported
from encoders.smtlib.definitions import Definitions, Slice, String, Text, text
from encoders.smtlib.numbers import DIGIT, Measure, Sum, add, at_most, equal, measure

LISTED = 64
"""A word of at most so many characters has its substrings listed."""

MOST_IN_HEADS = 1_000_000
"""How many characters the starts may have that are listed of a word."""

ZERO = Sum(0)
EMPTY = Text(())


def member(string: String, regex: Regex, names: Definitions) -> Formula:
    """Return the formula that says that `regex` matches the string."""
    if isinstance(string, Slice):
        return in_regex(string.whole, _around(string, regex))
    word = string.word
    if word is not None:
        return constant(is_match(regex, word))
    return in_regex(names.named(string), regex)


def _around(part: Slice, regex: Regex) -> Regex:
    """Return the strings whose slice is matched by `regex`."""
    before = rx.loop(rx.ANY, part.start, part.start)
    full = rx.concat(before, _of_length(regex, part.count, part.count), rx.ALL)
    short = rx.concat(before, _of_length(regex, 1, part.count - 1))
    none = rx.loop(rx.ANY, 0, part.start) if rx.is_nullable(regex) else rx.NONE
    return rx.union(full, short, none)


def _of_length(regex: Regex, low: int, high: int) -> Regex:
    if isinstance(regex, rx.Literal):
        return regex if low <= len(regex.text) <= high else rx.NONE
    return rx.intersection(regex, rx.loop(rx.ANY, low, high))


def same(left: String, right: String, names: Definitions) -> Formula:
    """Return the formula that says that two strings are equal."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Text) and one.word is not None:
            return member(other, rx.literal(one.word), names)
    first, second = names.as_text(left), names.as_text(right)
    if len(second.pieces) == 1:
        first, second = second, first
    return in_template(names.named(first), *second.pieces)


def holds_inside(
    whole: String, part: String, names: Definitions, *, before: bool, after: bool
) -> Formula:
    """Return that `part` stands in `whole`, with anything before it or after it as is said."""
    ends = (rx.ALL if before else rx.EPSILON), (rx.ALL if after else rx.EPSILON)
    inner = names.as_text(part) if isinstance(part, Slice) else part
    if inner.word is not None:
        return member(whole, rx.concat(ends[0], rx.literal(inner.word), ends[1]), names)
    if isinstance(whole, Text) and whole.word is not None and len(whole.word) <= LISTED:
        words = _parts_of(whole.word, before=before, after=after)
        return member(inner, rx.union(*map(rx.literal, words)), names)
    return in_template(names.named(whole), ends[0], *inner.pieces, ends[1])


def _parts_of(word: str, *, before: bool, after: bool) -> set[str]:
    starts = range(len(word) + 1) if before else (0,)
    return {
        word[start:end]
        for start in starts
        for end in (range(start, len(word) + 1) if after else (len(word),))
    }


def length(string: String, names: Definitions) -> Sum:
    """Return the length of the string."""
    whole = names.as_text(string)
    return add(
        measure(Measure.LENGTH, piece) if isinstance(piece, Variable) else Sum(len(_word(piece)))
        for piece in whole.pieces
    )


def _word(piece: Piece) -> str:
    assert isinstance(piece, rx.Literal)
    return piece.text


def substring(string: String, start: Sum, count: Sum, names: Definitions) -> String:
    """Return what `str.substr` gives."""
    first, number = start.number, count.number
    if (first is not None and first < 0) or (number is not None and number <= 0):
        return EMPTY
    if first is not None and number is not None and first + number < MAX_COUNTED:
        whole = names.as_text(string)
        if whole.word is not None:
            return text(rx.literal(whole.word[int(first) : int(first + number)]))
        return Slice(names.named(whole), int(first), int(number))
    return _substring_by_cases(names.named(string), start, count, names)


def _substring_by_cases(whole: Variable, start: Sum, count: Sum, names: Definitions) -> Text:
    before, part, after = (names.fresh(Sort.STRING) for _ in range(3))
    sizes = {name: measure(Measure.LENGTH, name) for name in (whole, before, part)}
    exists = conjunction(
        at_most(ZERO, start),
        at_most(start, sizes[whole], strict=True),
        at_most(ZERO, count, strict=True),
    )
    is_cut_off = conjunction(in_regex(after, rx.EPSILON), at_most(sizes[part], count))
    inside = conjunction(
        in_template(whole, before, part, after),
        equal(sizes[before], start),
        disjunction(equal(sizes[part], count), is_cut_off),
    )
    outside = conjunction(*(in_regex(name, rx.EPSILON) for name in (before, part, after)))
    names.require(disjunction(negation(exists), inside), disjunction(exists, outside))
    return Text((part,))


def index_of(string: String, part: String, start: Sum, names: Definitions) -> Sum:
    """Return what `str.indexof` gives. Raise Unsupported iff what is looked for is no constant."""
    word = _constant_word(part, "str.indexof", names)
    whole, found = names.named(string), names.fresh(Sort.INT)
    before, rest = names.fresh(Sort.STRING), names.fresh(Sort.STRING)
    skipped, tail = names.fresh(Sort.STRING), names.fresh(Sort.STRING)
    sizes = {v: measure(Measure.LENGTH, v) for v in (whole, before, skipped)}
    is_inside = conjunction(at_most(ZERO, start), at_most(start, sizes[whole]))
    place = measure(Measure.VALUE, found)
    split = conjunction(in_template(whole, before, rest), equal(sizes[before], start))
    hit = conjunction(
        in_template(rest, skipped, rx.literal(word), tail),
        in_regex(skipped, before_first(word)),
        equal(place, add([start, sizes[skipped]])),
    )
    unused = conjunction(*(in_regex(name, rx.EPSILON) for name in (skipped, tail)))
    miss = conjunction(negation(in_regex(rest, _holding(word))), equal(place, Sum(-1)), unused)
    beyond = conjunction(
        equal(place, Sum(-1)), unused, *(in_regex(name, rx.EPSILON) for name in (before, rest))
    )
    names.require(
        disjunction(negation(is_inside), conjunction(split, disjunction(hit, miss))),
        disjunction(is_inside, beyond),
    )
    return place


def replace_first(string: String, part: String, new: String, names: Definitions) -> String:
    """Return what `str.replace` gives. Raise Unsupported iff what is replaced is no constant."""
    word = _constant_word(part, "str.replace", names)
    put_in = names.as_text(new)
    if not word:
        return text(*put_in.pieces, *names.as_text(string).pieces)
    known = names.as_text(string).word
    if known is not None:
        head, found, tail = known.partition(word)
        middle = put_in.pieces if found else ()
        return text(rx.literal(head), *middle, rx.literal(tail))
    whole, result = names.named(string), names.fresh(Sort.STRING)
    before, after = names.fresh(Sort.STRING), names.fresh(Sort.STRING)
    hit = conjunction(
        in_template(whole, before, rx.literal(word), after),
        in_regex(before, before_first(word)),
        in_template(result, before, *put_in.pieces, after),
    )
    unused = conjunction(*(in_regex(name, rx.EPSILON) for name in (before, after)))
    miss = conjunction(
        negation(in_regex(whole, _holding(word))), in_template(result, whole), unused
    )
    names.require(disjunction(hit, miss))
    return Text((result,))


def _constant_word(part: String, function: str, names: Definitions) -> str:
    word = names.as_text(part).word
    if word is None:
        raise Unsupported(f"`{function}` of a string that is no constant")
    return word


def _holding(word: str) -> Regex:
    return rx.concat(rx.ALL, rx.literal(word), rx.ALL)


def before_first(word: str) -> Regex:
    """Return the strings that may stand before the first occurrence of `word`, right before it.

    They neither hold the word nor end in what, with the word's own start, makes up the word. Raise
    Unsupported iff there is too much of the latter.
    """
    if not word:
        return rx.EPSILON
    heads = (rx.concat(rx.ALL, rx.literal(head)) for head in _least_heads(word))
    return rx.complement(rx.union(_holding(word), *heads))


def _least_heads(word: str) -> list[str]:
    """Return the starts of `word` after which the word may begin anew, but the needless ones.

    One that ends in a shorter one is needless: of a letter over and over, all but the first. Raise
    Unsupported iff the others have more than `MOST_IN_HEADS` characters.
    """
    least: list[str] = []
    left = MOST_IN_HEADS
    for size in _borders(word):
        length = len(word) - size
        if not any(word.endswith(shorter, 0, length) for shorter in least):
            left -= length
            if left < 0:
                raise Unsupported(f"the first occurrence of a string of {len(word)} characters")
            least.append(word[:length])
    return least


def _borders(word: str) -> list[int]:
    """Return the sizes of what `word` both starts and ends with, from the largest, but for itself.

    Knuth, Morris and Pratt, "Fast pattern matching in strings", 1977: in linear time.
    """
    longest = [0] * len(word)
    size = 0
    for place in range(1, len(word)):
        while size and word[place] != word[size]:
            size = longest[size - 1]
        size += word[place] == word[size]
        longest[place] = size
    found = []
    while size:
        found.append(size)
        size = longest[size - 1]
    return found


def is_less(left: String, right: String, names: Definitions, *, strict: bool) -> Formula:
    """Return `left < right` or `left <= right`. Raise Unsupported iff both hold variables."""
    first, second = names.as_text(left), names.as_text(right)
    if second.word is not None:
        return member(first, _up_to(second.word, strict=strict), names)
    if first.word is not None:
        return negation(member(second, _up_to(first.word, strict=not strict), names))
    raise Unsupported("the order of two strings, neither of which is a constant,")


def _up_to(word: str, *, strict: bool) -> Regex:
    """Return the strings that are less than `word`, and the word too unless `strict`."""
    found = rx.NONE if strict else rx.EPSILON
    for char in reversed(word):
        below = rx.chars(CharSet.of((0, ord(char) - 1)))
        found = rx.union(rx.EPSILON, rx.concat(below, rx.ALL), rx.concat(rx.literal(char), found))
    return found


def is_digit(string: String, names: Definitions) -> Formula:
    """Return that the string is one decimal digit."""
    return member(string, DIGIT, names)


def of_code(code: Sum) -> Text:
    """Return what `str.from_code` gives. Raise Unsupported iff the code is no constant."""
    if code.number is None:
        raise Unsupported("`str.from_code` of a number that is no constant")
    known = 0 <= code.number <= 0x2FFFF
    return text(rx.literal(chr(int(code.number)))) if known else EMPTY


def of_number(number: Sum) -> Text:
    """Return what `str.from_int` gives. Raise Unsupported iff the number is no constant."""
    if number.number is None:
        raise Unsupported("`str.from_int` of a number that is no constant")
    return text(rx.literal(str(number.number))) if number.number >= 0 else EMPTY


def measured(kind: Measure, string: String, names: Definitions) -> Sum:
    """Return the code point or the decimal value of the string, -1 where it has none."""
    whole = names.as_text(string)
    word = whole.word
    if word is None:
        return measure(kind, names.named(whole))
    if kind is Measure.CODE:
        return Sum(ord(word) if len(word) == 1 else -1)
    return Sum(int(word) if is_match(rx.plus(DIGIT), word) else -1)
