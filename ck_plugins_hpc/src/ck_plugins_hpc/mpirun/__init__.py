"""Ranks on this machine, by mpirun."""
