"""Measurements of speed and memory: ``python -m benchmarks [names] [--quick] [--json FILE]``, or ``make bench``."""
