"""The typed Python interface: components in ``workspace``, repositories in ``repositories``."""
