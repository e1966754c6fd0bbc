"""What a member must show before it is one: the cases, and the tests that run them all.

To run a new member through it, add it to `portfolio.members` (or register it as an entry point):
`test_members.py` takes every member that can be named.
"""
