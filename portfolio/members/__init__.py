"""The solvers that race."""
