"""Metrics from ``latencies.json`` and ``predictions.json``; ``plugin.py`` is the hook."""
