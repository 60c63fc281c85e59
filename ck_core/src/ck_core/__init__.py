"""ckp: find, build, run and measure research programs.

The public face: ``Workspace``, ``experiment`` and CK's ``access`` for scripts, ``hookimpl`` for
plugin authors.
Importing it loads no plugin, no network code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ck_core.ck_api.access import access, err
    from ck_core.experiments.reading.experiment import load_experiment as experiment
    from ck_core.plugins.hookspecs import hookimpl
    from ck_core.workspace.workspace import Workspace

__version__ = "0.1.0"

__all__ = ["Workspace", "__version__", "access", "err", "experiment", "hookimpl"]

_PLACES = {
    "Workspace": ("ck_core.workspace.workspace", "Workspace"),
    "access": ("ck_core.ck_api.access", "access"),
    "err": ("ck_core.ck_api.access", "err"),
    "experiment": ("ck_core.experiments.reading.experiment", "load_experiment"),
    "hookimpl": ("ck_core.plugins.hookspecs", "hookimpl"),
}


def __getattr__(name: str) -> Any:
    """Imported when first asked for, so that the command line starts at once."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
