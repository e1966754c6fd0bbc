"""Mutants of scripts: by yinyang's mutators, and by changing the constants that it leaves alone.

Operator mutation: Winterer, Zhang and Su, "On the unusual effectiveness of type-aware operator
mutations for testing SMT solvers", OOPSLA 2020; `typefuzz` puts new terms in the place of old ones.
Fusion joins two scripts with the same answer to one: Winterer, Zhang and Su, "Validating SMT
solvers via semantic fusion", PLDI 2020.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

ROUNDS = 12
"""How many mutants a seed has: each but those of a fusion is mutated further."""

STRINGS = ("", "a", "b", "ab", "ba", "aa", "0", "10", "007", "-", "\\u{2ffff}")
NUMBERS = ("0", "1", "2", "3", "5")

_TOKEN = re.compile(r'"(?:[^"]|"")*"|[()]|[^\s()"]+')


@dataclass(frozen=True)
class Seed:
    """A script to be mutated, and its answer, `sat` or `unsat`, or nothing iff it is not known."""

    path: Path
    answer: str = ""


@dataclass(frozen=True)
class Mutant:
    """A script that a mutator made, and its answer, or nothing iff it is not known."""

    text: str
    mutator: str
    answer: str = ""


def mutants(seeds: Sequence[Seed], chance: Random) -> Iterator[Mutant]:
    """Yield mutants of random seeds for ever; seeds that yinyang cannot read are passed over."""
    import yinyang  # noqa: F401, PLC0415 - without it every seed would be passed over

    mutators = [name for name in MUTATORS if name != "fusion" or any(s.answer for s in seeds)]
    while True:
        name = chance.choice(mutators)
        try:
            for mutant in MUTATORS[name](seeds, chance):
                yield mutant
                if not mutant.answer and chance.random() < 0.3:
                    yield Mutant(with_other_constants(mutant.text, chance), "constants")
        except Exception:  # noqa: S112 - its parser and its types fail in many ways
            continue


def with_other_constants(text: str, chance: Random) -> str:
    """Return the script with up to three of its strings and numerals changed."""
    tokens = _TOKEN.findall(text)
    places = [i for i, token in enumerate(tokens) if token[0] == '"' or token.isdigit()]
    for place in chance.sample(places, min(len(places), chance.choice((1, 1, 2, 3)))):
        if tokens[place].isdigit():
            tokens[place] = chance.choice((*NUMBERS, str(int(tokens[place]) + 1)))
        else:
            written = [tokens[other] for other in places if tokens[other][0] == '"']
            tokens[place] = chance.choice((*(f'"{each}"' for each in STRINGS), *written))
    return " ".join(tokens)


def _parsed(seed: Seed) -> tuple[Any, Any]:
    from yinyang.src.parsing.Parse import parse_file  # noqa: PLC0415 - only who fuzzes has it

    script, names = parse_file(str(seed.path), silent=True)
    if script is None:
        raise ValueError(f"`{seed.path}` cannot be read")
    return script, names


def _options(config: str, **others: object) -> SimpleNamespace:
    import yinyang  # noqa: PLC0415

    return SimpleNamespace(config=str(Path(yinyang.__file__).parent / "config" / config), **others)


def _rounds(mutator: Any, name: str, answer: str = "") -> Iterator[Mutant]:
    """Yield what a mutator makes."""
    for _ in range(ROUNDS):
        script, is_done, is_over = mutator.mutate()
        if is_over:
            return
        if is_done:
            # A constant is printed as a call of no arguments, which SMT-LIB does not have.
            yield Mutant(re.sub(r"\((re\.\w+) \)", r"\1", str(script)), name, answer)


def _by_operators(seeds: Sequence[Seed], chance: Random) -> Iterator[Mutant]:
    from yinyang.src.mutators.TypeAwareOpMutation import TypeAwareOpMutation  # noqa: PLC0415

    script, _ = _parsed(chance.choice(seeds))
    options = _options("operator_mutations.txt", modulo=chance.choice((1, 2)))
    return _rounds(TypeAwareOpMutation(script, options), "opfuzz")


def _by_terms(seeds: Sequence[Seed], chance: Random) -> Iterator[Mutant]:
    from yinyang.src.mutators.GenTypeAwareMutation import (  # noqa: PLC0415
        GenTypeAwareMutation,
        Util,
    )
    from yinyang.src.parsing.Typechecker import typecheck  # noqa: PLC0415

    script, names = _parsed(chance.choice(seeds))
    typecheck(script, names)
    terms = Util.get_unique_subterms(copy.deepcopy(script))
    options = _options("typefuzz_config.txt")
    mutator = GenTypeAwareMutation.GenTypeAwareMutation(script, options, terms)
    return _rounds(mutator, "typefuzz")


def _by_fusion(seeds: Sequence[Seed], chance: Random) -> Iterator[Mutant]:
    from yinyang.src.mutators.SemanticFusion.SemanticFusion import (  # noqa: PLC0415
        SemanticFusion,
    )

    answer = chance.choice(sorted({seed.answer for seed in seeds} & {"sat", "unsat"}))
    known = [seed for seed in seeds if seed.answer == answer]
    first, second = (_parsed(chance.choice(known))[0] for _ in range(2))
    options = _options("fusion_functions.txt", oracle=answer)
    return _rounds(SemanticFusion(first, second, options), "fusion", answer)


MUTATORS: Mapping[str, Callable[[Sequence[Seed], Random], Iterator[Mutant]]] = {
    "opfuzz": _by_operators,
    "typefuzz": _by_terms,
    "fusion": _by_fusion,
}
