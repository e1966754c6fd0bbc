"""Which statements match a text, by strings alone.

It is the first look before anything is proved: a pattern that matches the text is covered by none
but those.
"""

from collections.abc import Iterator, Sequence

from encoders.iam.policy import Patterns
from encoders.iam.redundancy.cover import VARIABLE, Index, Language


class Overlap:
    """The Action elements, or the Resource elements, of some statements; None is a missing one.

    Statements are bits: 1 is the first one, 2 the second, 4 the third.
    """

    def __init__(self, language: Language, parts: Sequence[Patterns | None]) -> None:
        self._language = language
        listed = [
            (place, value)
            for place, part in enumerate(parts)
            if part is not None and not part.negated
            for value in part.values
        ]
        self._owners = listed
        self._patterns = [VARIABLE.sub("*", value) for _, value in listed]
        self._index = Index(language, self._patterns)
        self._others = [
            (1 << place, part) for place, part in enumerate(parts) if part is None or part.negated
        ]
        self._gone: set[tuple[int, str]] = set()
        self._found: dict[str, list[tuple[int, str]]] = {}

    def remove(self, place: int, value: str) -> None:
        """Forget a value of the element of one statement."""
        self._gone.add((place, value))

    def of(self, text: str) -> int:
        """Return the statements whose element may match `text`, for some values of its variables.

        It does match it if it has no variables.
        """
        if text not in self._found:
            self._found[text] = [*self._listed(text)]
        bits = 0
        for place, value in self._found[text]:
            if (place, value) not in self._gone:
                bits |= 1 << place
        for bit, part in self._others:
            if part is None or not self._is_excluded(part, text):
                bits |= bit
        return bits

    def _listed(self, text: str) -> Iterator[tuple[int, str]]:
        for number in self._index.candidates(text):
            if self._language.matches(self._patterns[number], text):
                yield self._owners[number]

    def _is_excluded(self, part: Patterns, text: str) -> bool:
        """Return True only if `text` is surely among the values of NotAction or NotResource."""
        return any(
            "${" not in value and self._language.matches(value, text) for value in part.values
        )
