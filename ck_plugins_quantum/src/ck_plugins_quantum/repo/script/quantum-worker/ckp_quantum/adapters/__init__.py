"""One file for each kind of backend: ``load(options)`` answers a ``Device``."""
