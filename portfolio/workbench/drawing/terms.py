"""Terms of SMT-LIB about a few string variables, drawn by a chance of the standard library.

The strategies of the testing suite are drawn by Hypothesis, whose draws hang on what else is
loaded; a query set must be the same everywhere. Words come from a small alphabet, so that things
collide, and from names as policies and paths have them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from encoders.smtlib.term import Term, TermSort
from portfolio.differential.terms import call, variable

NAMES = ("admin", "prod-", "user/", ".json", "data/2024/", "-eu-", "s3:Get", "arn:aws:", "::", "0")
LETTERS, DIGITS = "ab", "0123456789"
VARIABLES = tuple(variable(name, TermSort.STRING) for name in "xyzuvw")
NUMBERS = tuple(variable(name, TermSort.INT) for name in ("i", "j"))


@dataclass(frozen=True)
class Terms:
    """What is drawn about the first `count` variables."""

    chance: Random
    count: int

    def text(self) -> Term:
        """Draw a variable."""
        return self.chance.choice(VARIABLES[: self.count])

    def number(self) -> Term:
        """Draw an integer variable."""
        return self.chance.choice(NUMBERS)

    def word(self) -> str:
        """Draw a word."""
        chance = self.chance
        match chance.randrange(6):
            case 0 | 1:
                return chance.choice(NAMES)
            case 2:
                return "".join(chance.choices(DIGITS, k=chance.randint(1, 3)))
        return "".join(chance.choices(LETTERS, k=chance.randint(0, 4)))

    def language(self, depth: int) -> Term:
        """Draw a constant language, of operators up to `depth` deep."""
        if depth == 0 or self.chance.random() < 0.15:
            return self._simple()
        operator, least, most = self.chance.choice(_LANGUAGES)
        parts = [self.language(depth - 1) for _ in range(self.chance.randint(least, most))]
        if operator == "re.loop":
            low = self.chance.randint(0, 3)
            return call(operator, *parts, indices=(low, low + self.chance.randint(0, 4)))
        return call(operator, *parts)

    def _simple(self) -> Term:
        match self.chance.randrange(8):
            case 0:
                return call("re.range", *self.chance.choice(("az", "09", "ab", "AZ")))
            case 1:
                return call("re.allchar")
            case 2:
                return call("re.all")
            case 3:
                return self.wildcard()
        return call("str.to_re", self.word())

    def wildcard(self) -> Term:
        """Draw a pattern: words with any text, or any character, between them."""
        parts = []
        for _ in range(self.chance.randint(1, 5)):
            parts += [call("str.to_re", self.word()), call(self.chance.choice(_GAPS))]
        self.chance.shuffle(parts)
        return call("re.++", *parts)

    def concatenation(self, operand: Callable[[], Term]) -> Term:
        """Draw two to four operands and words, one after another."""
        parts = [
            self.word() if self.chance.random() < 0.35 else operand()
            for _ in range(self.chance.randint(2, 4))
        ]
        return call("str.++", *parts)


_GAPS = ("re.all", "re.all", "re.allchar")
_LANGUAGES = (
    *[("re.++", 2, 4)] * 4,
    *[("re.union", 2, 5)] * 4,
    *[("re.*", 1, 1)] * 2,
    *[("re.inter", 2, 3)] * 2,
    *[("re.comp", 1, 1)] * 2,
    ("re.diff", 2, 2),
    ("re.+", 1, 1),
    ("re.opt", 1, 1),
    ("re.loop", 1, 1),
)
