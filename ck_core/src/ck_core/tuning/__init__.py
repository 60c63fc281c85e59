"""Autotuning: strategies, and the loop that builds, measures, records and tells them."""
