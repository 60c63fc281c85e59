"""Quantum circuits: metrics and tuning parameters; components are in ``repo``."""
