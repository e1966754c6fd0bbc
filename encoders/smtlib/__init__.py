"""SMT-LIB 2.6: print problems, read models.

Modules, each importing only those above it:
literals, sexpr, term, symbols, dialect, templates, printer, model.
"""
