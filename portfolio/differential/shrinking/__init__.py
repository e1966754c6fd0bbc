"""From a case with a finding to a small one with the same finding.

Modules, each importing only those above it:
weight, forms, search, minimal.
"""
