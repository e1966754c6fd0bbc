"""Conformance to IAM: what AWS documents of policies as cases, and tools asked about them.

A tool runs as a process of its own, in an environment of its own, and is told one case a line. It
is told what is asked, never what is expected.

Modules, each importing only those above it:
case, telling, library, tool, drivers (scripts that run in the tools' processes), roster,
installation, conversation, score, table, record, examination.
"""
