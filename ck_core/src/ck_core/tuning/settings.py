"""How a search was asked for, beside its points: enough to go on with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ck_core.domain.names import is_uid
from ck_core.domain.options import FREE
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.errors import BadComponentError, StorageError, UsageError
from ck_core.system.files import format_json, write_atomically
from ck_core.tuning.recorded_space import RecordedSpace
from ck_core.tuning.sound_settings import check_sound
from ck_core.tuning.strict_json import read_as

_SCHEMA = 1
_PREFIX = "tuning-"
_RESULT = "tuned-"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One search.

    Attributes:
        options: with the seed that was drawn, and the number of builds at a time.
        space: all that could be varied.
        starts: what was tried first: earlier searches may have more to say by now.
        target: name of the machine that binaries are for; empty is the one ckp runs on.
    """

    uid: str
    options: TuningOptions
    space: RecordedSpace
    starts: tuple[Mapping[str, str], ...] = ()
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class _Written(Settings):
    """Settings as they lie in the file."""

    schema: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a search ended with.

    Attributes:
        program: UID of what was tuned.
        compiler: label of what built it; empty where nothing is compiled.
        objective: metric that decided; ``maximize``: it was to be large.
        gain: over the program as it is, at the least; above 1 is better.
        features: static ones of the program; empty where they could not be read.
    """

    program: str
    compiler: str
    objective: str
    configuration: Configuration
    gain: float
    features: Mapping[str, float] = field(default_factory=dict)
    maximize: bool = False

    def is_for(self, objective: Objective) -> bool:
        return (self.objective, self.maximize) == (objective.metric, objective.maximize)


def write_settings(settings: Settings, experiment: Path) -> None:
    """Before the first trial; raises StorageError."""
    build = replace(settings.options.run.build, policy=FREE)  # what was resolved is in the points
    options = replace(settings.options, run=replace(settings.options.run, build=build))
    values = {"schema": _SCHEMA, **_converter().unstructure(replace(settings, options=options))}
    write_atomically(_file(experiment, settings.uid), format_json(values))


def write_result(result: Result, experiment: Path, uid: str) -> None:
    """Beside the settings; raises StorageError."""
    values = {"schema": _SCHEMA, **_converter().unstructure(result)}
    write_atomically(experiment / f"{_RESULT}{uid}.json", format_json(values))


def read_results(experiment: Path) -> Iterator[tuple[str, Result]]:
    """UID and result of all searches there, the latest first; unreadable ones are left out."""
    for file in sorted(experiment.glob(f"{_RESULT}*.json"), key=_changed, reverse=True):
        with suppress(Exception):
            values = json.loads(file.read_text(encoding="utf-8"))
            if values.pop("schema") == _SCHEMA:
                yield file.stem.removeprefix(_RESULT), read_as(Result, values, str(file))


def read_settings(experiment: Path, uid: str) -> Settings:
    """Raises UsageError, BadComponentError, StorageError: whatever somebody made of the file."""
    file = _file(experiment, uid)
    values = _json(file)
    if isinstance(values, dict):
        _check_schema(values.get("schema"), file)
    found = read_as(_Written, values, str(file))
    check_sound(found.options, str(file))
    return replace(found, uid=uid)  # the file's name counts, by which its points are found


def _json(file: Path) -> object:
    try:
        return json.loads(file.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"there is no search {file.stem.removeprefix(_PREFIX)} here") from None
    except OSError as error:
        raise StorageError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BadComponentError(
            f"{file} is no JSON: {error!s:.200}", hint="begin a new search"
        ) from None


def _check_schema(schema: object, file: Path) -> None:
    if schema != _SCHEMA or isinstance(schema, bool):
        raise UsageError(
            f"{file} has schema {schema!r:.20}; this ckp goes on with {_SCHEMA}",
            hint="pip install --upgrade ck-core",
        )


def searches_in(experiment: Path) -> list[str]:
    """Their UIDs, the latest last."""
    files = sorted(experiment.glob(f"{_PREFIX}*.json"), key=_changed)
    uids = [one.stem.removeprefix(_PREFIX) for one in files]
    return [one for one in uids if is_uid(one)]


def _file(experiment: Path, uid: str) -> Path:
    return experiment / f"{_PREFIX}{uid}.json"


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _converter() -> Any:
    """cattrs makes JSON of dataclasses, by their types alone."""
    from cattrs.preconf.json import make_converter  # noqa: PLC0415  # only tuning needs it

    return make_converter()
