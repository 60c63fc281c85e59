"""What all plugins find in what a site offers, each offer in an environment of its own.

Plugins look at the variables of their process. So this is a process beside ckp's: it asks the
``detect`` hooks of every other plugin once an offer, and keeps what lies in that offer.
"""

from __future__ import annotations

import inspect
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.soft import Soft
from ck_core.domain.target import Platform
from ck_core.system.processes import run_tool
from ck_plugins_hpc.detect.mpi import OTHER, detect_mpi
from ck_plugins_hpc.detect.offers import Offer

_LIMIT_S = 120.0
_OWN = "ck_plugins_hpc.detect.plugin"
_START = "from ck_plugins_hpc.detect.within import main; main()"
_NO_OTHER_PLACES = {"CKP_COMPILER_DIRS": ""}
_SOFT_PLACES = "CKP_SOFT_DIRS"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the process is asked."""

    requirement: Requirement
    platform: Platform
    softs: tuple[Soft, ...]
    offers: tuple[Offer, ...]
    disabled: frozenset[str]


def found_within(
    offers: Sequence[Offer], requirement: Requirement, platform: Platform, softs: Sequence[Soft]
) -> Sequence[Installation]:
    """Empty where the process fails: an offer is never the only way."""
    disabled = frozenset(filter(None, os.environ.get("CKP_DISABLED_PLUGINS", "").split(",")))
    question = Question(
        requirement=requirement,
        platform=platform,
        softs=tuple(one for one in softs if one.concerns(requirement)),
        offers=tuple(offers),
        disabled=disabled,
    )
    with TemporaryDirectory(prefix="ckp-offers-") as directory:
        asked, answer = Path(directory, "question"), Path(directory, "answer")
        asked.write_bytes(pickle.dumps(question))
        command = [sys.executable, "-c", _START, str(asked), str(answer)]
        run_tool(command, timeout_s=_LIMIT_S, directory=asked.parent, environment=os.environ)
        if not answer.is_file():
            return ()
        found: tuple[Installation, ...] = pickle.loads(answer.read_bytes())  # noqa: S301  # ours
        return found


def main() -> None:
    """Of the process: the files of the question and of the answer are its arguments."""
    asked, answer = map(Path, sys.argv[1:])
    question: Question = pickle.loads(asked.read_bytes())  # noqa: S301  # ckp's own, a private directory
    hooks = tuple(_hooks(question.disabled))
    found: list[Installation] = []
    for offer in question.offers:
        found += _in_offer(offer, question, hooks)
        _write(answer, found)


def _write(answer: Path, found: Sequence[Installation]) -> None:
    """After each offer: what there is when the time is over is kept."""
    partial = answer.with_name("partial")
    partial.write_bytes(pickle.dumps(tuple(found)))
    partial.replace(answer)


def _in_offer(
    offer: Offer, question: Question, hooks: Sequence[tuple[str, Callable[..., Any]]]
) -> Iterator[Installation]:
    before = dict(os.environ)
    _become(_environment(offer, before))
    try:
        for plugin, hook in hooks:
            for one in _answers(hook, question):
                if _lies_in(one.path, offer.prefixes):
                    yield offer.given_to(replace(one, plugin=one.plugin or plugin))
    finally:
        _become(before)


def _environment(offer: Offer, base: Mapping[str, str]) -> dict[str, str]:
    """Places besides ``PATH`` are the offer's alone."""
    prefixes = os.pathsep.join(map(str, offer.prefixes))
    return {**offer.over(base), **_NO_OTHER_PLACES, _SOFT_PLACES: prefixes}


def _become(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _answers(hook: Callable[..., Any], question: Question) -> list[Installation]:
    """A plugin that fails here has told so in ckp's own process."""
    given = {
        "requirement": question.requirement,
        "platform": question.platform,
        "softs": question.softs,
        "places": (),
    }
    names = inspect.signature(hook).parameters
    with suppress(Exception):
        found = hook(**{name: value for name, value in given.items() if name in names})
        return [one for one in found if isinstance(one, Installation)]
    return []


def _hooks(disabled: frozenset[str]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Ours is that of MPI alone: the other one would ask for offers again."""
    yield "hpc", _detect_mpi
    for point in entry_points(group="ckp"):
        distribution = point.dist.name if point.dist else ""
        if point.value != _OWN and not disabled & {point.name, distribution}:
            hook = _hook(point)
            if hook:
                yield point.name, hook


def _detect_mpi(requirement: Requirement) -> list[Installation]:
    """After what ``PATH`` has without loading anything."""
    return [replace(one, priority=OTHER) for one in detect_mpi(requirement)]


def _hook(point: EntryPoint) -> Callable[..., Any] | None:
    with suppress(Exception):  # a broken plugin is told by ckp
        found = getattr(point.load(), "detect", None)
        return found if callable(found) else None
    return None


def _lies_in(path: Path, prefixes: Sequence[Path]) -> bool:
    real = Path(os.path.realpath(path))
    roots = [Path(os.path.realpath(one)) for one in prefixes]
    return any(path.is_relative_to(one) for one in prefixes) or any(
        real.is_relative_to(one) for one in roots
    )
