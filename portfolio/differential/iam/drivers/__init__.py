"""What runs in the tools' own processes: scripts that say a case in the words of a tool.

None of them is imported by the package: `serve.py` loads a driver by its path, under the Python of
the tool's environment, and `iam_simulate.mjs` is run by node. Only `own` needs anything of ours.

A driver has `answer(case, desk)`, which returns a word and what the tool said. The word is an
answer to the question, `denied` where the tool does not tell why, or one of: `unknown`; `refused`,
the tool does not take what is written; `not asked`, the tool has no words for the question.

Modules, each importing only those above it:
desk, serve, own, with_iam_expand, with_iamprover, with_invariant, with_moto, with_parliament,
with_policyglass, with_reach.
"""
