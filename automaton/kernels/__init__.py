"""The only compiled code: every function here is a Numba kernel or makes one.

Modules, each importing only those above it:
folder, jit, compile, bits, product, distance, antichain.
"""
