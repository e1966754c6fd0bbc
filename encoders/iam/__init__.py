"""AWS access policies: parse, authorize, evaluate, ask questions, explain.

Modules, each importing only those above it:
policy, json_text, catalogue, keys, values, conditions, variables, parse_condition, parse_principal,
parse, principals, support, wildcard, language, set_cover, caller_keys, context_keys, symbols, sets,
address_forms, text_forms, templates, couplings, request, authorize, evaluate, explain, actions,
real_requests, believable, sides, asked, side_cells, projection, stack, stack_authorize,
stack_evaluate, decision, stack_questions, stack_json, known_caller, simulate, strangers,
block_public, trust_zone, labels, refinement, outside_access, boxes, domains, strata, by_cells,
findings, resource_types, addresses, questions, shrink, cover, redundancy, overlap, remains,
shadows, core, stack_core.
"""
