"""ckp: find, build, run and measure research programs.

The public face: ``Workspace`` and CK's ``access`` for scripts, ``hookimpl`` for plugin authors.
Importing it loads no plugin, no network code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ck_core.ck_api.access import access, err
    from ck_core.plugins.hookspecs import hookimpl
    from ck_core.workspace.workspace import Workspace

__version__ = "0.1.0"

__all__ = ["Workspace", "__version__", "access", "err", "hookimpl"]

_PLACES = {
    "Workspace": "ck_core.workspace.workspace",
    "access": "ck_core.ck_api.access",
    "err": "ck_core.ck_api.access",
    "hookimpl": "ck_core.plugins.hookspecs",
}


def __getattr__(name: str) -> Any:
    """Imported when first asked for, so that the command line starts at once."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
