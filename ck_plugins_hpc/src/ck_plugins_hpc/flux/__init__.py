"""Flux: jobs by its command line."""
