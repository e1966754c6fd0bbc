"""The differential-testing suite: generators, checks and relations that find wrong answers.

Modules, each importing only those above it:
terms, text, case, finding, rewriting, relations_rules, relations_languages, relations_loops,
relations_strings, relations_formulas, relations_bounds, relations_symmetries, relations_shapes,
relations, relations_chains, mutation_terms, mutation_subject, mutation_seeds, fusion, mutation,
proof, soft_limits, panel, checks, shrinking_weight, shrinking_forms, shrinking,
shape, minimal, solver_command, found, report, store, known,
agreement, reproduce, ddsmt_check, ddsmt, follow,
strategies (needs hypothesis), campaign, conformance, pytest_plugin, iam (conformance of IAM tools).
"""
