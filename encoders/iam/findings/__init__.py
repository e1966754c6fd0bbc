"""External-access findings: who outside gets what, in the policy's own words.

Modules, each importing only those above it:
labels, refinement, outside_access, boxes, domains, strata, by_cells, external.
"""
