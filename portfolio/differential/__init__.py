"""The differential-testing suite: generators, checks and relations that find wrong answers.

Modules, each importing only those above it:
terms, text, case, finding, shape, rewriting, relations, mutation, proof, soft_limits, panel,
checks, solver_command, shrinking, filing (of findings), agreement (a property), reproduce (a
command), strategies (needs hypothesis), campaign, conformance (by operator), pytest_plugin, iam
(conformance of IAM tools).
"""
