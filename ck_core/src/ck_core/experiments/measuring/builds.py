"""Variants resolved and built: those that differ only in how they run, once for all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ck_core.domain.outcome import BuiltCommand
from ck_core.errors import BuildError, InstallError, UnresolvedError
from ck_core.experiments.measuring.lanes import Contexts
from ck_core.experiments.measuring.variants import Variant
from ck_core.pipeline import build_command

Failure = BuildError | InstallError | UnresolvedError


@dataclass
class Builds:
    """What was built, or why it could not be: an installation that fails is not tried again."""

    contexts: Contexts
    _known: dict[str, BuiltCommand | Failure] = field(default_factory=dict)

    def of(self, variant: Variant) -> BuiltCommand:
        """Raises CkpError."""
        key = _key(variant)
        if key not in self._known:
            try:
                context = self.contexts.of(variant.target)
                self._known[key] = build_command(variant.options, context)
            except (BuildError, InstallError, UnresolvedError) as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, BuiltCommand):
            return found
        raise found


def _key(variant: Variant) -> str:
    """A profile is made by a run: variables count where one is."""
    options = variant.options
    is_profiled = options.build.profiled
    return repr((variant.target, options if is_profiled else replace(options, environment={})))
