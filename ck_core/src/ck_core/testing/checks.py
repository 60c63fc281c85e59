"""Would ckp accept this plugin?"""

from __future__ import annotations

import pluggy

from ck_core.plugins import hookspecs
from ck_core.plugins.loader import Loader


def check_plugin(plugin: object) -> tuple[str, ...]:
    """The names of the hooks that a module or object offers, sorted.

    Raises:
        AssertionError: ``ckp plugins --check`` would call it broken; says why.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    hooks, problem = Loader(manager).register(plugin, getattr(plugin, "__name__", "plugin"))
    if problem:
        raise AssertionError(problem)
    return hooks
