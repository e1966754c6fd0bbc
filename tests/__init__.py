"""The tests, their naive twins, their strategies and their fakes."""
