"""ckp: find, build, run and measure research programs.

The public face for plugin authors; importing it loads no plugin, no network code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ck_core.plugins.hookspecs import hookimpl

__version__ = "0.1.0"

__all__ = ["__version__", "hookimpl"]

_PLACES = {"hookimpl": "ck_core.plugins.hookspecs"}


def __getattr__(name: str) -> Any:
    """Imported when first asked for, so that the command line starts at once."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
