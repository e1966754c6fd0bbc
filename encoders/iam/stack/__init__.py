"""Stacks: all the policies that bear on a request, decided together and asked about.

Modules, each importing only those above it:
stack, authorize, evaluate, decision, questions, parse, caller, simulate.
"""
