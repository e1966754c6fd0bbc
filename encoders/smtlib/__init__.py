"""SMT-LIB 2.6: print problems, read models."""
