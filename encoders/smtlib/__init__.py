"""SMT-LIB 2.6: print problems, read models.

Modules, each importing only those above it:
literals, term, sexpr, signature, application, declarations, parse, commands, script, symbols,
dialect, templates, printer, model.
"""
