"""ckp: find, build, run, measure, tune, replay and compare research programs.

The public face for plugin authors; importing it loads no plugin, no network code.
"""

from __future__ import annotations

from ck_core.plugins.hookspecs import hookimpl

__version__ = "0.1.0"

__all__ = ["__version__", "hookimpl"]
