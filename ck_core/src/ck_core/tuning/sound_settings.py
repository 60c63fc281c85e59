"""Whether a search could have been asked for like that: settings lie in files that people edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ck_core.domain.cid import Cid, parse_cid
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.tuning.objective import checked_objectives
from ck_core.domain.tuning.options import TuningOptions
from ck_core.errors import BadComponentError, UsageError

_MILLION = 1_000_000
_LONGEST_S = 1e9
_ASKED = (
    "build",
    "command_key",
    "dataset",
    "environment",
    "launcher",
    "launcher_options",
)
_ASKED_OF_BUILD = ("program", "compiler", "wishes", "wished_tags", "level", "flags")
"""The only ones that a search is asked for; others would write references, or run elsewhere."""


def check_sound(options: TuningOptions, what: str) -> None:
    """Raises BadComponentError, UsageError.

    Args:
        what: is read, for the message.
    """
    problem = next(_problems(options), "")
    if problem:
        raise BadComponentError(f"{what} cannot be used: {problem}", hint="begin a new search")
    checked_objectives(options.objectives)


def _problems(options: TuningOptions) -> Iterator[str]:
    budget, care = options.budget, options.care
    yield from _outside("budget.evaluations", budget.evaluations, 1, _MILLION)
    yield from _outside("budget.max_time_s", budget.max_time_s, 0, _LONGEST_S)
    yield from _outside("budget.patience", budget.patience, 1, _MILLION)
    yield from _outside("care.repetitions", care.repetitions, 1, 1000)
    yield from _outside("care.finalists", care.finalists, 1, 1000)
    yield from _outside("care.final_repetitions", care.final_repetitions, 2, 10_000)
    yield from _outside("care.builds", care.builds, 1, 4096)
    yield from _outside("care.jobs", care.jobs, 1, 10_000)
    yield from _outside("seed", options.seed, 0, 2**63 - 1)
    if not _is_program(options.run.build.program):
        yield f"{str(options.run.build.program)!r:.80} is no program"
    yield from _not_asked(options.run)


def _outside(name: str, value: float | None, low: float, high: float) -> Iterator[str]:
    if value is not None and not low <= value <= high:
        yield f"{name} is {value:.6g}, not between {low:.6g} and {high:.6g}"


def _is_program(cid: Cid) -> bool:
    try:
        return parse_cid(str(cid)) == cid and cid.kind == "program" and not cid.is_pattern
    except UsageError:
        return False


def _not_asked(run: RunOptions) -> Iterator[str]:
    usual = RunOptions(build=BuildOptions(program=run.build.program))
    for given, default, asked in (
        (run, usual, _ASKED),
        (run.build, usual.build, _ASKED_OF_BUILD),
    ):
        for one in fields(given):
            if one.name not in asked and getattr(given, one.name) != getattr(default, one.name):
                yield f"no search is asked for {one.name}"
