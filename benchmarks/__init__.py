"""Measurements, as ratios in one run: ``python -m benchmarks`` (``make bench``)."""
