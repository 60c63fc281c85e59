"""Variants built, run in random blocks, and judged."""
