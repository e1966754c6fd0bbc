"""The differential-testing suite: generators, checks and relations that find wrong answers.

Modules, each importing only those above it:
terms, text, case, finding, proof, panel, checks, shrinking_weight, shrinking_forms, shrinking,
shape, minimal, found, report, store, known, reproduce, ddsmt_check, ddsmt, strategies (needs
hypothesis), solver_command, conformance, pytest_plugin, iam (conformance of IAM tools).
"""
