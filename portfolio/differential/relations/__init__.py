"""Metamorphic relations: a member held to its own answers, to a case and to one derived from it.

Modules, each importing only those above it:
rules, languages, loops, strings, formulas, bounds, symmetries, shapes, relation (with
the table), chains.
"""

from portfolio.differential.relations.relation import RELATIONS, Promise, Relation, check

__all__ = ["RELATIONS", "Promise", "Relation", "check"]
