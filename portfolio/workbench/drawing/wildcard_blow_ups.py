"""Families of the suite `wildcards` that blow up automata, or count.

Each function draws one claim of a size. If it is to hold the function names a text that shows it;
`wildcard_suite` draws again until the text does. If not, the docstring says why no text can.
A few letters make everything overlap.
"""

from __future__ import annotations

import random
from itertools import pairwise, product
from string import ascii_lowercase

from automaton.charset import CharSet
from portfolio.workbench.drawing.wildcards import (
    Claim,
    Wildcard,
    claim,
    words,
)

TWO = CharSet.chars("ab")


def marks(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw `u?...?*v` with `size` marks outside `u*?...?v`.

    Not if the other one has no more marks.
    """
    start, end = words(rng, 2, 3)
    wanted = size + 1 if holds else rng.randint(max(0, size - 1), size)
    small = f"{start}{'?' * size}*{end}"
    places = sorted(rng.randint(0, wanted) for _ in range(2))
    cuts = [places[0], places[1] - places[0], wanted - places[1]]
    wide = start + "*".join("?" * count for count in cuts) + "*" + end
    return claim([small], [wide], start + "-" * size + end if holds else None)


def marks_between(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw `*a?...?b*`, two letters at a distance, outside the same of another distance.

    Not if the other one has a star in between.
    """
    run = "?" * size
    witness = f"a{'-' * size}b"
    other = f"*a?{run}b*" if holds else f"*a*{run[: rng.randint(0, size)]}*b*"
    return claim([f"*a{run}b*"], [other], witness if holds else None)


def blow_up(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw `*ab?...?` outside such patterns with other letters or more marks.

    Read forwards, its deterministic automaton has 2 ** size states. Not if one of the others asks
    for less.
    """
    run = "?" * size
    others = [f"*{letter}{run}" for letter in "acd"] + [f"*b?{run}"]
    if not holds:
        others.insert(rng.randrange(4), f"*b{run}")
    return claim([f"*ab{run}"], others, f"ab{'-' * size}" if holds else None)


def blow_up_twice(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text with `a` at a place from the left and `b` at one from the right, not in order.

    It blows up in either direction. Not if the text is too long for `b` to come first.
    """
    run = "?" * size
    least = rng.randint(1, size) if holds else 2 * size + 2
    witness = "-" * (size - 1) + "b" + "a" + "-" * (size - 1)
    wanted = [f"{run}a*", f"*b{run}", "?" * least + "*"]
    if holds:
        witness = "b" + "-" * (size - 1) + "a"
        wanted[2] = f"*{'?' * rng.randint(1, size)}*"
    return claim(wanted, ["*a*b*"], witness if holds else None)


def blow_up_between(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw `*a?...?` that is also `*b?...?`, for `size` many letters and distances.

    Not if two letters have the same distance from the end.
    """
    letters = rng.sample(ascii_lowercase, min(size, 12))
    distances = list(range(size, size + len(letters)))
    rng.shuffle(distances)
    text = ["-"] * (2 * size + 12)
    for letter, distance in zip(letters, distances, strict=True):
        text[-distance - 1] = letter
    if not holds:
        letters, distances = [*letters, "A"], [*distances, rng.choice(distances)]
    patterns = [f"*{a}{'?' * d}" for a, d in zip(letters, distances, strict=True)]
    return claim(patterns, [], "".join(text) if holds else None)


def count(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text with `size` times a letter, of fewer characters than another number.

    Not if there is no room.
    """
    room = size if holds else size - 1
    patterns = ["*" + "a*" * size, "?" * rng.randint(0, room // 2) + "*"]
    return claim(patterns, ["?" * (room + 1) + "*"], "a" * size if holds else None)


def pigeonholes(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text with each of `size` letters, of fewer characters than another number.

    Not if there is no room; forgetting which letters were seen is not possible.
    """
    letters = rng.sample(ascii_lowercase, size)
    room = size if holds else size - 1
    patterns = [f"*{letter}*" for letter in letters]
    return claim(patterns, ["?" * (room + 1) + "*"], "".join(letters) if holds else None)


def periods(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text of two letters that repeats after `size` characters and starts as it is told.

    Not if it is told to differ from itself; the letters in between are to be remembered in vain.
    """
    gap = "?" * (size - 1)
    place, rounds = rng.randrange(size), rng.randint(1, 3)
    before, between = "?" * place, gap + ("?" + gap) * (rounds - 1)
    last = "a" if holds else "b"
    length = "?" * (size * (rounds + 1)) + "*"
    told = [Wildcard(f"{before}a{between}{last}*", TWO), Wildcard(length, TWO)]
    apart = [f"*a{gap}b*", f"*b{gap}a*"]
    return claim(told, apart, "a" * (size * (rounds + 1)) if holds else None)


def cycles(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text with `size` letters once each, of which some come before others.

    Not if each comes before the next one and the last before the first.
    """
    letters = rng.sample(ascii_lowercase, size + 1)
    pairs = list(pairwise(letters))
    if not holds:
        pairs.append((letters[-1], letters[0]))
    rng.shuffle(pairs)
    once = [f"*{letter}*{letter}*" for letter in letters]
    inside = [f"*{first}*{second}*" for first, second in pairs]
    return claim(inside, once, "".join(letters) if holds else None)


def unavoidable_words(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a long text of two letters without any of the words of `size` letters.

    Not if none of these words is left out.
    """
    every = ["".join(letters) for letters in product("ab", repeat=size)]
    rng.shuffle(every)
    left_out = every.pop() if holds else None
    return claim([Wildcard("?" * size + "*", TWO)], [f"*{one}*" for one in every], left_out)
