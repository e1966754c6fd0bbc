"""The functions of SMT-LIB 2.7's Core, Ints, Reals and Unicode Strings, as data.

A function of n arguments in the theory may take more in a script, as its shape says. Older names
map to those of today; names of other theories are known so that they can be refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from encoders.smtlib.term import TermSort


class Shape(Enum):
    """How a function takes its arguments; all but FIXED take two arguments of one sort, or more.

    Of one argument a function with a unit makes that argument, as z3 and cvc5 have it.
    """

    FIXED = "as many as it has"
    LEFT = "left associative"
    UNITAL = "left associative, with a unit"
    RIGHT = "right associative"
    CHAIN = "between neighbours"
    PAIRWISE = "between any two"


@dataclass(frozen=True, slots=True)
class Function:
    """One signature of a function; `indices` counts the numerals of `(_ name 1 2)`."""

    arguments: tuple[TermSort, ...]
    result: TermSort
    shape: Shape = Shape.FIXED
    indices: int = 0

    def takes(self, sorts: tuple[TermSort, ...]) -> bool:
        """Return whether arguments of these sorts fit, one by one."""
        if self.shape is Shape.FIXED:
            return sorts == self.arguments
        sort = self.arguments[0]
        least = 1 if self.shape is Shape.UNITAL else 2
        return len(sorts) >= least and sorts.count(sort) == len(sorts)

    def __str__(self) -> str:
        """Return the arguments as a message shows them."""
        words = [sort.value for sort in self.arguments]
        return f"({' '.join(words)}{'' if self.shape is Shape.FIXED else ' ...'})"


BOOL, INT, REAL = TermSort.BOOL, TermSort.INT, TermSort.REAL
STRING, REGLAN = TermSort.STRING, TermSort.REGLAN

Functions = dict[str, tuple[Function, ...]]


def _alike(names: str, *functions: Function) -> Functions:
    return dict.fromkeys(names.split(), functions)


_NUMBERS = (INT, REAL)

CORE: Functions = {
    "not": (Function((BOOL,), BOOL),),
    "=>": (Function((BOOL, BOOL), BOOL, Shape.RIGHT),),
    **_alike("and or xor", Function((BOOL, BOOL), BOOL, Shape.UNITAL)),
    "=": tuple(Function((sort, sort), BOOL, Shape.CHAIN) for sort in TermSort),
    "distinct": tuple(Function((sort, sort), BOOL, Shape.PAIRWISE) for sort in TermSort),
    "ite": tuple(Function((BOOL, sort, sort), sort) for sort in TermSort),
}

ARITHMETIC: Functions = {
    "-": (
        *(Function((sort,), sort) for sort in _NUMBERS),
        *(Function((sort, sort), sort, Shape.LEFT) for sort in _NUMBERS),
    ),
    **_alike("+ *", *(Function((sort, sort), sort, Shape.UNITAL) for sort in _NUMBERS)),
    **_alike("<= < >= >", *(Function((sort, sort), BOOL, Shape.CHAIN) for sort in _NUMBERS)),
    "div": (Function((INT, INT), INT, Shape.LEFT),),
    "mod": (Function((INT, INT), INT),),
    "abs": (Function((INT,), INT),),
    "divisible": (Function((INT,), BOOL, indices=1),),
    "/": (Function((REAL, REAL), REAL, Shape.LEFT),),
    "to_real": (Function((INT,), REAL),),
    "to_int": (Function((REAL,), INT),),
    "is_int": (Function((REAL,), BOOL),),
}

STRINGS: Functions = {
    "str.++": (Function((STRING, STRING), STRING, Shape.UNITAL),),
    "str.len": (Function((STRING,), INT),),
    **_alike("str.< str.<=", Function((STRING, STRING), BOOL, Shape.CHAIN)),
    **_alike("str.prefixof str.suffixof str.contains", Function((STRING, STRING), BOOL)),
    "str.at": (Function((STRING, INT), STRING),),
    "str.substr": (Function((STRING, INT, INT), STRING),),
    "str.indexof": (Function((STRING, STRING, INT), INT),),
    **_alike("str.replace str.replace_all", Function((STRING, STRING, STRING), STRING)),
    **_alike("str.replace_re str.replace_re_all", Function((STRING, REGLAN, STRING), STRING)),
    "str.is_digit": (Function((STRING,), BOOL),),
    **_alike("str.to_code str.to_int", Function((STRING,), INT)),
    **_alike("str.from_code str.from_int", Function((INT,), STRING)),
    "str.in_re": (Function((STRING, REGLAN), BOOL),),
}

REGULAR: Functions = {
    "str.to_re": (Function((STRING,), REGLAN),),
    **_alike("re.none re.all re.allchar", Function((), REGLAN)),
    **_alike("re.++ re.union re.inter", Function((REGLAN, REGLAN), REGLAN, Shape.UNITAL)),
    "re.diff": (Function((REGLAN, REGLAN), REGLAN, Shape.LEFT),),
    **_alike("re.* re.+ re.opt re.comp", Function((REGLAN,), REGLAN)),
    "re.range": (Function((STRING, STRING), REGLAN),),
    "re.^": (Function((REGLAN,), REGLAN, indices=1),),
    "re.loop": (Function((REGLAN,), REGLAN, indices=2),),
}

FUNCTIONS: Mapping[str, tuple[Function, ...]] = CORE | ARITHMETIC | STRINGS | REGULAR

OLD_NAMES: Mapping[str, str] = {
    "implies": "=>",
    "iff": "=",
    "if": "ite",
    "str.in.re": "str.in_re",
    "str.to.re": "str.to_re",
    "str.to.int": "str.to_int",
    "str.to-int": "str.to_int",
    "int.to.str": "str.from_int",
    "str.from-int": "str.from_int",
    "str.replaceall": "str.replace_all",
    "str.replacere": "str.replace_re",
    "str.replacereall": "str.replace_re_all",
    "str.to_code_point": "str.to_code",
    "str.code": "str.to_code",
    "re.nostr": "re.none",
    "re.allstr": "re.all",
    "re.complement": "re.comp",
    "re.difference": "re.diff",
    "re.intersect": "re.inter",
}
"""Names of SMT-LIB 2.5 as CVC4 and z3 had them -> the names of today."""

_ELSEWHERE = r"""
      (?:fp|ff|seq|set|rel|bag|tuple|table|sep|char)\..* | bv[a-z0-9]+
    | str\.(?:rev|to_lower|to_upper|update|indexof_re|indexof_re_split|last_indexof|lastindexof
        |tolower|toupper|unit|nth|map|mapi|foldl|foldli|replace_re_.*|is_.*)
    | re\.(?:begin-anchor|end-anchor|full|empty|of\.pred|full\.seq|reverse|derivative)
    | select|store|concat|extract|repeat|zero_extend|sign_extend|rotate_left|rotate_right
    | exp|sin|cos|tan|csc|sec|cot|arcsin|arccos|arctan|sqrt|pi|\^|\*\*|pow|pow2|iand|piand|rem
    | is|const|map|default|nil|comprehension|witness|choice|lambda|@|->|_\+
    """


def is_known_elsewhere(name: str) -> bool:
    """Return whether other theories, or other solvers, have a function of this name."""
    return re.fullmatch(_ELSEWHERE, name, re.VERBOSE) is not None
