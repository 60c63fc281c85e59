"""Strategies, each in its own file; see ``ck_core.domain.tuning.strategy`` for the interface."""
