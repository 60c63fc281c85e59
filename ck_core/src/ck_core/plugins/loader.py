"""Loading one plugin; whatever is wrong with it becomes a sentence, never an exception."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import pluggy

from ck_core.plugins.entry import Entry


@dataclass(frozen=True, kw_only=True)
class LoadedPlugin:
    """A plugin as ``ckp plugins`` shows it; ``error`` is empty for a sound one.

    A package's repository of components is shown likewise, with its directory and no hooks.
    """

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...] = ()
    repository: str = ""
    error: str = ""
    disabled: bool = False


@dataclass(frozen=True)
class Loader:
    """Imports plugins into a pluggy manager that knows the hook specifications."""

    manager: pluggy.PluginManager
    owners: dict[str, Entry] = field(default_factory=dict)

    def load(self, entry: Entry) -> LoadedPlugin:
        """Imports, checks and registers; a broken plugin is not registered."""
        hooks, error = self._try(entry)
        return LoadedPlugin(
            name=entry.name,
            distribution=entry.distribution,
            version=entry.version,
            hooks=hooks,
            error=error,
        )

    def _try(self, entry: Entry) -> tuple[tuple[str, ...], str]:
        owner = self.owners.setdefault(entry.name, entry)
        if owner != entry:
            return (), (
                f"the name '{entry.name}' is taken by {owner.distribution}; "
                f"CKP_DISABLED_PLUGINS={owner.distribution} leaves that one out"
            )
        try:
            plugin = _imported(entry.value)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a stranger's module may raise anything
            return (), f"cannot be imported: {type(error).__name__}: {error}"
        return self.register(plugin, entry.name)

    def register(self, plugin: Any, name: str) -> tuple[tuple[str, ...], str]:
        """The hooks of a sound plugin; of a broken one nothing, and what is wrong."""
        offered = self._marked(plugin)
        if not offered:
            return (), "offers no hook: mark its functions with @hookimpl"
        if unknown := [hook for hook in offered if not hasattr(self.manager.hook, hook)]:
            return (), self._misspelt(unknown[0])
        try:
            self.manager.register(plugin, name=name)
        except (pluggy.PluginValidationError, ValueError) as error:
            if self.manager.has_plugin(name):
                self.manager.unregister(name=name)
            return (), str(error).strip().replace("\n", " ")
        return tuple(sorted(offered)), ""

    def _marked(self, plugin: Any) -> list[str]:
        parse = self.manager.parse_hookimpl_opts
        options = {name: parse(plugin, name) for name in dir(plugin)}
        return [
            (found.get("specname") or name)
            for name, found in options.items()
            if found is not None and not found.get("optionalhook")
        ]

    def _misspelt(self, name: str) -> str:
        known = [hook for hook in vars(self.manager.hook) if not hook.startswith("_")]
        near = get_close_matches(name, known, n=1)
        return f"there is no hook '{name}'" + (f"; did you mean '{near[0]}'?" if near else "")


def _imported(value: str) -> Any:
    """The object ``module`` or ``module:attribute``; what it prints goes to stderr."""
    module, _, attribute = value.partition(":")
    with redirect_stdout(sys.stderr):
        found: Any = import_module(module)
    for name in filter(None, attribute.split(".")):
        found = getattr(found, name)
    return found
