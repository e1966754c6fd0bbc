"""AWS access policies: parse, authorize, evaluate, ask questions, explain.

Modules, each importing only those above it:
policy, json_text, catalogue, keys, values, conditions, variables, parse_condition, parse_principal,
parse, principals, support, wildcard, caller_keys, context_keys, symbols, sets, address_forms,
text_forms, templates, couplings, request, authorize, evaluate, explain, actions, real_requests,
believable, strangers, block_public, trust_zone, resource_types, questions, compiled (a package),
stack (a package), access (a package), findings (a package), shrink, redundancy (a package), core,
stack_core.
"""
