"""Mutants of cases, and fusions of two, as graphs of terms.

Modules, each importing only those above it:
terms, subject, seeds, fusion, mutants.
"""

from portfolio.differential.mutation.mutants import MutationLimits, mutants
from portfolio.differential.mutation.seeds import Seeds, read_seeds

__all__ = ["MutationLimits", "Seeds", "mutants", "read_seeds"]
