"""What Hypothesis draws to break string solvers and tools for access policies.

Simple values come first, so that a failure shrinks to a few lines. Whoever tests a solver takes
`scripts` (terms), `script_texts` (SMT-LIB) or one of the parts: `languages` are regular expressions
of SMT-LIB, `two_ways` one language in two ways of writing, `random_terms` terms of every function.
For a library of regular expressions there are `charsets`, `regexes` and `wildcards`; for solvers
behind a Python interface `formulas`, `problems` and `models`; for tools about policies `policies`,
`requests`, `policies_and_requests`, `questions` and names of resources (`arns`, `arn_wildcards`).
`samples` draws many outside of a test. Each says what it is biased to.

Modules, each importing only those above it:
characters (with strings), patterns, regexes, problems (with formulas and models), words, languages,
laws, terms, nested, atoms, folding, shapes, asking, scripts, pools, policies, requests, questions,
sampling.
"""

from portfolio.differential.strategies.characters import any_texts, charsets, codes
from portfolio.differential.strategies.languages import languages
from portfolio.differential.strategies.laws import two_ways
from portfolio.differential.strategies.patterns import actions, arn_wildcards, arns, wildcards
from portfolio.differential.strategies.policies import policies, statements
from portfolio.differential.strategies.problems import formulas, models, problems
from portfolio.differential.strategies.questions import questions
from portfolio.differential.strategies.regexes import bounded_regexes, regexes
from portfolio.differential.strategies.requests import policies_and_requests, requests
from portfolio.differential.strategies.sampling import samples
from portfolio.differential.strategies.scripts import FRAGMENTS, script_texts, scripts
from portfolio.differential.strategies.terms import random_terms

__all__ = [
    "FRAGMENTS",
    "actions",
    "any_texts",
    "arn_wildcards",
    "arns",
    "bounded_regexes",
    "charsets",
    "codes",
    "formulas",
    "languages",
    "models",
    "policies",
    "policies_and_requests",
    "problems",
    "questions",
    "random_terms",
    "regexes",
    "requests",
    "samples",
    "script_texts",
    "scripts",
    "statements",
    "two_ways",
    "wildcards",
]
