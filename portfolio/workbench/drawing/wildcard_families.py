"""Families of the suite `wildcards`: what policies ask, with patterns as policies have them.

Each function draws one claim of a size. If it is to hold the function names a text that shows it;
`wildcard_suite` draws again until the text does. If not, the docstring says why no text can.
Words of different letters keep apart what must not overlap.
"""

from __future__ import annotations

import random
from string import ascii_lowercase, digits

from automaton.charset import CharSet
from portfolio.workbench.drawing.wildcards import (
    ALPHANUMERIC,
    Claim,
    Wildcard,
    as_wildcard,
    claim,
    instance,
    word,
    words,
)

NO_SLASH = ~CharSet.chars("/")
NO_COLON = ~CharSet.chars(":")
BUCKET = "arn:aws:s3:::"


def containment(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a pattern outside another with `size` stars.

    Not if it is the other one with each star replaced by something that a star stands for.
    """
    chunks = words(rng, size + 1, 4)
    fillers = [rng.choice(("", "*", "?*", f"{word(rng, 3)}*", word(rng, 5))) for _ in range(size)]
    own = list(chunks)
    if holds:
        own[rng.randrange(len(own))] = word(rng, 4)
    small = "".join(part for pair in zip(own, [*fillers, ""], strict=True) for part in pair)
    return claim([small], ["*".join(chunks)], instance(small) if holds else None)


def star_order(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw `*u*v*...*` outside another such pattern with `size` words.

    Not if the words of the other one are some of its own, in order.
    """
    own = words(rng, size + 1, 3)
    if holds:
        wanted = list(own)
        first = rng.randrange(size)
        wanted[first], wanted[first + 1] = wanted[first + 1], wanted[first]
    else:
        wanted = sorted(rng.sample(own, size), key=own.index)
    witness = "-".join(own) if holds else None
    return claim([f"*{'*'.join(own)}*"], [f"*{'*'.join(wanted)}*"], witness)


def star_letters(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw `*a*b*...*` of `size` letters, of which there are two, outside another such pattern.

    Not if the letters of the other one are some of its own, in order.
    """
    own = word(rng, size, "ab")
    kept = max(1, size * 3 // 4)
    wanted = [own[place] for place in sorted(rng.sample(range(size), kept))]
    if holds:
        wanted += ["ab"[own[-1] == "a"]] + [own[-1]] * (size - kept)
    return claim([f"*{'*'.join(own)}*"], [f"*{'*'.join(wanted)}*"], own if holds else None)


def disjointness(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw two patterns with `size` words each that have a text in common.

    Not if one ends in another character than the other.
    """
    first, second = words(rng, size, 3), words(rng, size, 4)
    start, end = word(rng, 4), word(rng, 5)
    other = end[2:] if holds else end[2:-1] + "-"
    both = start + "".join(first) + "".join(second) + end
    return claim(
        ["*".join([start, *first, end]), "*".join([start[:2], *second, other])],
        [],
        both if holds else None,
    )


def cover_by_length(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw `word*` outside `word`, `word?`, ..., with `size` marks at most, and longer texts.

    Not if no length is left out.
    """
    start = word(rng, 6)
    cover = [start + "?" * count for count in range(size)] + [start + "?" * size + "*"]
    witness = None
    if holds:
        left_out = rng.randrange(size)
        del cover[left_out]
        witness = start + "-" * left_out
    rng.shuffle(cover)
    return claim([f"{start}*"], cover, witness)


def cover_by_part(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a pattern with `size` words outside a union of patterns with one of the words each.

    Not if one of these words is its own; the others never matter.
    """
    own, strange = words(rng, size, 4, ascii_lowercase), words(rng, 2 * size, 4, digits)
    cover = [f"{BUCKET}*{one}*" for one in strange]
    if not holds:
        cover[rng.randrange(len(cover))] = f"{BUCKET}*{rng.choice(own)}*"
    return claim([f"{BUCKET}{'*'.join(own)}*"], cover, BUCKET + "".join(own) if holds else None)


def cover_by_unions(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw any of `size` patterns outside any of `size` wider ones.

    Not if each has its wider one.
    """
    starts, ends = words(rng, size, 6, ascii_lowercase), words(rng, size, 4, ascii_lowercase)
    wider = [f"{BUCKET}{start}*" for start in starts]
    small = [f"{BUCKET}{s}/*.{e}" for s, e in zip(starts, ends, strict=True)]
    witness = None
    if holds:
        changed = rng.randrange(size)
        wider[changed] = f"{BUCKET}{starts[changed][:-1]}-*"
        witness = instance(small[changed])
    group = tuple(map(as_wildcard, small))
    return Claim(inside=(group,), outside=tuple(map(as_wildcard, wider)), witness=witness)


def negated_prefixes(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw an ARN whose name starts with none of `size` letters or pairs of letters.

    Not if the name must start with one of them.
    """
    full = len(ALPHANUMERIC)
    firsts = rng.sample(ALPHANUMERIC, size if size <= full else size // full)
    starts = firsts if size <= full else [a + b for a in firsts for b in ALPHANUMERIC]
    inside: list[str | Wildcard] = [f"{BUCKET}*"]
    witness = BUCKET
    if not holds or rng.random() < 0.5:
        inside.append(Wildcard(f"{BUCKET}{'?' * len(starts[0])}**", CharSet.chars(ALPHANUMERIC)))
        inside.append(Wildcard(f"{BUCKET}?**", CharSet.chars(firsts)))
        witness = BUCKET + starts[-1]
    kept = starts[:-1] if holds and len(inside) > 1 else starts
    return claim(inside, [f"{BUCKET}{start}*" for start in kept], witness if holds else None)


def negated_suffixes(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text with one of `size` endings and a word, and without any of `size` endings.

    Not if the excluded endings are endings of the endings.
    """
    ends = [f".{end}" for end in words(rng, size, 4)]
    excluded = [end[1:] for end in ends]
    rng.shuffle(excluded)
    middle = word(rng, 5)
    witness = None
    if holds:
        left_out = excluded.pop()
        witness = f"{middle}.{left_out}"
    group = tuple(Wildcard(f"*{middle}*{end}") for end in ends)
    return Claim(
        inside=(group,),
        outside=tuple(Wildcard(f"*{end}") for end in excluded),
        witness=witness,
    )


def negated_words(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text with a long word and without any of `size` words.

    Not if one of them is a part of the long one.
    """
    long = word(rng, 20, ascii_lowercase)
    absent = words(rng, size, 4, digits)
    if not holds:
        place = rng.randrange(16)
        absent[rng.randrange(size)] = long[place : place + 4]
    start = word(rng, 5)
    outside = [f"*{one}*" for one in absent]
    return claim([f"{start}*{long}*"], outside, start + long if holds else None)


def segments(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a path of `size` segments outside another one; a star stays within its segment.

    Not if each segment fits, and if none is where the other one has a star for any text.
    """
    own = [rng.choice(("*", f"{word(rng, 3)}*", word(rng, 5), "?*")) for _ in range(size)]
    wider = [rng.choice((part, "*")) for part in own]
    small = "/home/" + "/".join(own)
    wide = "/home/" + "/".join(wider)
    if not holds:
        return claim([Wildcard(small, NO_SLASH)], [Wildcard(wide, NO_SLASH)], None)
    if rng.random() < 0.5:
        return claim(
            [Wildcard(f"{small}/**", NO_SLASH)],
            [Wildcard(f"{wide}/*", NO_SLASH)],
            f"{instance(small)}/-/-",
        )
    wider[rng.randrange(size)] = word(rng, 4) + "*"
    wide = "/home/" + "/".join(wider)
    return claim([Wildcard(small, NO_SLASH)], [Wildcard(wide, NO_SLASH)], instance(small))


def arn_parts(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw an ARN that one pattern allows and none of `size` others takes away.

    Not if one of the others has a star for each part that differs.
    """
    regions, account = words(rng, size + 1, 6, ascii_lowercase), word(rng, 12, digits)
    tables = words(rng, size, 5)
    allowed = f"arn:aws:dynamodb:{regions[0]}:*:table/{tables[0]}*"
    taken = [
        f"arn:aws:*:{region}:{account}:table/{table}**"
        for region, table in zip(regions[1:], tables, strict=True)
    ]
    if not holds:
        taken.insert(rng.randrange(size), f"arn:aws:*:{regions[0]}:*:*/{tables[0][:2]}*")
    witness = instance(allowed) if holds else None
    return claim([Wildcard(allowed, NO_COLON)], [Wildcard(one, NO_COLON) for one in taken], witness)


def long_literals(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a pattern of five words of `size` letters outside one with parts of these words.

    Not if each is a part indeed.
    """
    own = words(rng, 5, size + 2, "ab")
    parts = [one[rng.randint(0, 2) :][:size] for one in own]
    if holds:
        place = rng.randrange(5)
        parts[place] = parts[place][:-1] + "-"
    witness = "/".join(own) if holds else None
    return claim(["*" + "/*".join(own)], [f"*{'*'.join(parts)}*"], witness)


def start_middle_end(rng: random.Random, size: int, holds: bool) -> Claim:
    """Draw a text with a start, a part and an end of `size` letters, not one after another.

    Not if they cannot overlap: their letters differ.
    """
    start, middle, end = (word(rng, size, letters) for letters in ("abcde", "fghij", "klmno"))
    witness = None
    if holds:
        middle = start[size // 2 :] + middle
        witness = start + middle[size - size // 2 :] + end
    return claim([f"{start}*", f"*{middle}*", f"*{end}"], [f"{start}*{middle}*{end}"], witness)
