"""Budgets that end a search soon."""

from automaton.budget import Budget


def narrow(memory_bytes: int) -> Budget:
    """Return a budget with less memory than its options can say."""
    budget = Budget()
    budget.memory_bytes = memory_bytes
    return budget
