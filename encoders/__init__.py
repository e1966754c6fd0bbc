"""What people write -> `Problem`, and answers -> what people read.

Packages: iam (access policies and requests) and smtlib (the language of SMT solvers);
neither imports the other.
"""
