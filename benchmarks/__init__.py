"""Benchmarks: one module a figure, each run by ``python -m benchmarks.NAME``; all of them by ``make bench``.

Each prints its figures as ratios to a bound or to a peer of the same run, and the machine with its load, because
absolute times belong to the machine they were taken on.
"""
