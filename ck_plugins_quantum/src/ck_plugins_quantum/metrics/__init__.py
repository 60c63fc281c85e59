"""Metrics of what ``script:quantum-worker`` has written; ``plugin.py`` is the hook."""
