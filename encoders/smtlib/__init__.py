"""SMT-LIB 2.7: read scripts, print problems, read models, decide.

Modules, each importing only those above it:
literals, walk, term, sexpr, signature, application, declarations, parse, commands, script,
languages, functions, evaluate, definitions, numbers, words, regexes, operators, lower, dialect,
question, decide, answers, settings, session, certified, repl, symbols, templates, printer, model.
"""
