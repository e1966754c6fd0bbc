"""The conformance suite: facts about each operator that a string solver has to know, each proved.

Modules, each importing only those above it:
fact (and its proof), corners_numbers, corners_strings, corners_languages (arguments where solvers
go wrong), uses (of operators, as facts), sayings_strings, sayings_languages, sayings_numbers (facts
by hand), sentences (these, read), suite (all of them), drawn (facts that Hypothesis draws),
judging, table (by operator).
"""
