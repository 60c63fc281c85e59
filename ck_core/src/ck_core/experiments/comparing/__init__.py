"""Recorded points beside each other."""
