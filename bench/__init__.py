"""Benchmarks: `make bench`. They measure and compare within one run; no test asserts a time."""
