"""What becomes of a finding: it is shrunk, told from bugs that are known, and stored with a report.

Modules, each importing only those above it:
found, report, store, known, ddsmt_check (a script, importing nothing of ours), ddsmt, follow.
"""
