"""Arithmetic on measurements."""
