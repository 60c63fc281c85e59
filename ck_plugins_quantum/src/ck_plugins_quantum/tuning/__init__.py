"""What of a quantum run may be varied; ``plugin.py`` is the hook."""
