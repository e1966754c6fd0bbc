"""The only compiled code: every function here is a Numba kernel or makes one."""
