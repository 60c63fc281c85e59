"""Slurm: jobs by its command line."""
