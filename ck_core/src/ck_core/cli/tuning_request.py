"""What a command line asks of each search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ck_core.cli.tuning_options import tuning_options_of
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.options import TuningOptions
from ck_core.tuning.asked import asked


@dataclass(frozen=True, kw_only=True)
class TuningRequest:
    """One for all programs.

    Attributes:
        choices: values of click's parameters, by name.
        own: values for what the programs' own options are, where they have them.
    """

    choices: Mapping[str, Any]
    own: Mapping[str, str]
    context: Context

    @property
    def of_any(self) -> TuningOptions:
        """Without what only a program can say."""
        return tuning_options_of(Cid("program", "any"), **self.choices)

    def of(self, program: Cid) -> TuningOptions:
        """Raises CkpError: there is no such program, or it takes no such option or value."""
        return asked(tuning_options_of(program, **self.choices), self.own, self.context)
