"""What a query set is drawn from: questions about policies, claims about patterns, scripts.

Modules, each importing only those above it:
drawn, managed, documents, edits, policies, resource_policies, stacks, findings, wildcards,
wildcard_families, wildcard_blow_ups, wildcard_suite, wildcard_queries, terms, scripts, kinds.
"""
