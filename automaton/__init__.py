"""String constraints decided by automata.

Modules, each importing only those above it:
version, lazy, verdict, clock, budget, pace, traversal, rounds, charset, expression, regex, sorts,
pieces, formula, terms, evaluate (the referee, used by nothing here), certify_states,
certify_clauses, certify (the checker of proofs, used by nothing here), alphabet, pattern, nfa,
kernels, explorer, assignment, residue, membership, determinise, witness, intervals, marks,
discrimination, cells, quotient, mirror, weight, antichain, difference, inclusion, partition,
counting, splitting, strings, alternatives, boolean, integers, lengths, sums, apart, composition,
measures, alignment, relaxation, generic, nielsen, tokens, arrangement, equations, untangled,
solver, warming, certificate_heads, certificate_states, certificate_lemmas, certificate_clauses,
certificate_tables, certificate.
"""

from typing import TYPE_CHECKING

from automaton.lazy import handed_on

if TYPE_CHECKING:
    from automaton import regex
    from automaton.budget import Budget
    from automaton.solver import solve
    from automaton.terms import Problem, Sort, Variable
    from automaton.verdict import Model, Reason, Sat, Unknown, Unsat, Unsupported, Verdict

__all__ = [
    "Budget",
    "Model",
    "Problem",
    "Reason",
    "Sat",
    "Sort",
    "Unknown",
    "Unsat",
    "Unsupported",
    "Variable",
    "Verdict",
    "regex",
    "solve",
]

__getattr__ = handed_on(
    __name__,
    {
        **dict.fromkeys(__all__, "verdict"),
        **dict.fromkeys(("Problem", "Sort", "Variable"), "terms"),
        "Budget": "budget",
        "regex": "regex",
        "solve": "solver",
    },
)
