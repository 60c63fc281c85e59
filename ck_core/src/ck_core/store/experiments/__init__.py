"""Experiments on disk: components with ``points.jsonl``, one self-contained point a line.

The file is the truth and only grows; the index beside the other caches can always be made again.
"""

POINTS_FILE = "points.jsonl"
LONGEST_LINE = 64 << 20
"""Bytes of one point; longer ones are neither written nor read."""
