"""Measurements with a memory: suites of cases, members timed on them, records, comparisons.

`python -m benchmarks all --record DIR` makes every measurement, with `--quick` a little of each;
`python -m benchmarks --help` lists the commands, each of which is a module too. A case has an
expected verdict: by construction, or agreed upon by members in records (`expected`).

cases: `posed` (what a case is), `policy_families`, `growth` and `adversarial` (policies by size),
`findings_policies`, `suites` (all of them, with those of real policies; claims about patterns are
those of `portfolio.workbench.drawing`).

members: `processes` (warm ones, and `host`, which runs in them), `script_solvers`, `ours`,
`members`, `apart` (one case in a process of its own), `tree` (the memory of processes).

measurements: `run` (single questions), `batch`, `executors` (who answers one), `parts` (of its
time), `start`, `scripts`, `findings`, `conformance`, `planted` (bugs in ours, with
`planted_cases` and `planted_hunt`), `releases` (of a solver, on a script), `service` (under load,
with `service_questions`, `service_load`, `service_watch` and `service_report`), `everything`.

records: `machine`, `rows`, `times` (what rows mean), `size_report`, `process_report`, `report`,
`compare`, `plot_scatter`, `plot_sizes`, `plot_batch`, `plots`.
"""
