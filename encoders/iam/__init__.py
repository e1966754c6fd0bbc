"""AWS access policies: parse, authorize, evaluate, ask questions, explain.

Modules, each importing only those above it:
policy, json_text, catalogue, keys, values, conditions, parse_condition, parse_principal, parse,
principals, support, wildcard, language, set_cover, request, authorize, evaluate, explain,
strangers, questions, shrink, core.
"""
