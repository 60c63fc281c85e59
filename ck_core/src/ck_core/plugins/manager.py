"""Calling hooks: collect from every plugin, let one claim, let each contribute."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import pluggy

from ck_core.errors import CkpError, PluginError
from ck_core.plugins import hookspecs
from ck_core.plugins.answers import check_answer
from ck_core.plugins.catalogue import (
    Catalogue,
    read_catalogue,
    remember_hooks,
    repository_directory,
)
from ck_core.plugins.entry import Entry
from ck_core.plugins.loader import LoadedPlugin, Loader


def _nobody(_plugin: str) -> None: ...


class Plugins:
    """Installed plugins, each imported when one of its hooks is first needed.

    Args:
        cache_file: where the catalogue is kept.
        report: told once of each broken or failing plugin.
        environ: ``CKP_DISABLED_PLUGINS`` and ``CKP_TRACE_PLUGINS`` are read from it.
    """

    def __init__(
        self,
        cache_file: Path,
        report: Callable[[str], None],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._cache_file = cache_file
        self._report = report
        self._disabled = set(filter(None, environ.get("CKP_DISABLED_PLUGINS", "").split(",")))
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._loader = Loader(self._manager)
        self._loaded: dict[str, LoadedPlugin] = {}
        self._loaded_for: set[str] = set()
        self._has_learnt = False
        self._loading = RLock()
        if environ.get("CKP_TRACE_PLUGINS") == "1":
            self._manager.add_hookcall_monitoring(_trace_call, _trace_answer)

    def listing(self) -> tuple[LoadedPlugin, ...]:
        """Every plugin, sound, broken or disabled; imports all but the disabled.

        And the repositories that packages announce.
        """
        plugins = [self._load(entry) for entry in self._entries]
        self._remember()
        plugins += map(_listed_repository, self._catalogue.group("ckp.repos"))
        return tuple(sorted(plugins, key=lambda one: (one.name, one.distribution)))

    def collect(
        self, hook: str, begins: Callable[[str], None] = _nobody, /, **arguments: Any
    ) -> list[tuple[str, Any]]:
        """The answers by plugin; one that raises is reported and loses no other's answer.

        Args:
            begins: told of each plugin before it is called.
        """
        self._load_for(hook)
        answers = []
        for plugin, caller in self._callers(hook):
            begins(_title(plugin))
            try:
                given = caller(**arguments)
                for answer in given:
                    check_answer(hook, answer)
                answers += [(plugin.name, answer) for answer in given]
            except CkpError as error:
                self._report(f"plugin {plugin.name}: {error.message}")
            except Exception as error:  # noqa: BLE001  # a stranger's hook may raise anything
                self._report(_failure(plugin, hook, error))
        return answers

    def contribute(
        self, hook: str, begins: Callable[[str], None] = _nobody, /, **arguments: Any
    ) -> None:
        """Lets each plugin add to the objects it is given; ``begins`` as for ``collect``."""
        self.collect(hook, begins, **arguments)

    def claim(self, hook: str, **arguments: Any) -> Any | None:
        """The answer of the one plugin that acts; None when none does.

        Raises:
            PluginError: a plugin raised what is not a CkpError.
        """
        self._load_for(hook)
        try:
            answer = getattr(self._manager.hook, hook)(**arguments)
            if answer is not None:
                check_answer(hook, answer)
        except CkpError:
            raise
        except Exception as error:
            raise PluginError(
                f"a plugin failed in {hook}: {type(error).__name__}: {error}",
                hint=f"CKP_TRACE_PLUGINS=1 shows the calls; {self._culprit(error)}",
            ) from error
        return answer

    def providers(self, hook: str) -> list[str]:
        """The sound plugins that offer a hook; not those that only wrap it, as monitors do."""
        self._load_for(hook)
        offered = getattr(self._manager.hook, hook).get_hookimpls()
        acting = [one for one in offered if not (one.wrapper or one.hookwrapper)]
        return sorted(one.plugin_name for one in acting)

    def offered(self, plugin: str, name: str) -> Any | None:
        """What a sound plugin's module has under that name; None where there is none."""
        for entry in self._entries:
            if entry.name == plugin and not self._load(entry).error:
                return getattr(self._manager.get_plugin(plugin), name, None)
        return None

    def release_of(self, name: str) -> str:
        """Distribution and version of a plugin; empty when there is none of that name."""
        entry = next((one for one in self._entries if one.name == name), None)
        if entry is None or self._disabled & {entry.name, entry.distribution}:
            return ""
        return f"{entry.distribution} {entry.version}"

    @cached_property
    def _catalogue(self) -> Catalogue:
        return read_catalogue(self._cache_file)

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return self._catalogue.group(hookspecs.PROJECT)

    def _load_for(self, hook: str) -> None:
        """Imports what offers the hook, and what nobody has imported yet; one thread at a time."""
        if hook in self._loaded_for:
            return
        with self._loading:
            for entry in self._entries:
                known = self._catalogue.hooks.get(entry.key)
                if entry.key not in self._loaded and (known is None or hook in known):
                    plugin = self._load(entry)
                    if plugin.error:
                        self._report(f"plugin {_title(plugin)} is broken: {plugin.error}")
            self._remember()
        self._loaded_for.add(hook)

    def _remember(self) -> None:
        """Once for all that were imported: writing takes as long as importing a small one."""
        if self._has_learnt:
            remember_hooks(self._cache_file, self._catalogue)
            self._has_learnt = False

    def _load(self, entry: Entry) -> LoadedPlugin:
        if entry.key not in self._loaded:
            self._loaded[entry.key] = self._load_new(entry)
        return self._loaded[entry.key]

    def _load_new(self, entry: Entry) -> LoadedPlugin:
        if self._disabled & {entry.name, entry.distribution}:
            plugin = LoadedPlugin(
                name=entry.name, distribution=entry.distribution, version=entry.version
            )
            return replace(plugin, disabled=True)
        plugin = self._loader.load(entry)
        if not plugin.error and self._catalogue.hooks.get(entry.key) != plugin.hooks:
            self._catalogue.hooks[entry.key] = plugin.hooks
            self._has_learnt = True
        return plugin

    def _callers(self, hook: str) -> list[tuple[LoadedPlugin, Any]]:
        """A caller a plugin: pluggy's own loses every answer when one plugin raises."""
        sound = [one for one in self._loaded.values() if hook in one.hooks]
        registered = {one.name: self._manager.get_plugin(one.name) for one in sound}
        callers = []
        for one in sound:
            others = [p for name, p in registered.items() if name != one.name]
            callers.append((one, self._manager.subset_hook_caller(hook, others)))
        return callers

    def _culprit(self, error: BaseException) -> str:
        """The plugin in whose file the exception was raised."""
        files = {
            getattr(self._manager.get_plugin(one.name), "__file__", None): one
            for one in self._loaded.values()
            if one.hooks
        }
        traceback, found = error.__traceback__, "ckp plugins lists the plugins"
        while traceback:
            plugin = files.get(traceback.tb_frame.f_code.co_filename)
            found = f"the plugin is {_title(plugin)}" if plugin else found
            traceback = traceback.tb_next
        return found


def _listed_repository(entry: Entry) -> LoadedPlugin:
    path = repository_directory(entry)
    error = "" if path else f"there is no folder {entry.value}; is it in the package's data?"
    return LoadedPlugin(
        name=entry.name,
        distribution=entry.distribution,
        version=entry.version,
        repository=str(path or ""),
        error=error,
    )


def _title(plugin: LoadedPlugin) -> str:
    return f"{plugin.name} ({plugin.distribution} {plugin.version})"


def _failure(plugin: LoadedPlugin, hook: str, error: Exception) -> str:
    return f"plugin {_title(plugin)} failed in {hook}: {type(error).__name__}: {error}"


def _trace_call(hook: str, _methods: Any, arguments: Mapping[str, Any]) -> None:
    print(f"ckp trace: {hook}({dict(arguments)!r})", file=sys.stderr)  # noqa: T201  # asked for


def _trace_answer(outcome: Any, hook: str, _methods: Any, _arguments: Any) -> None:
    answer = outcome.exception or outcome.get_result()
    print(f"ckp trace: {hook} -> {answer!r}", file=sys.stderr)  # noqa: T201  # asked for
