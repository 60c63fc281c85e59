"""Points from CK's own experiment entries, as its ``experiment`` module writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ck_core.analysis.metrics import metric_of
from ck_core.domain.component import Component
from ck_core.domain.metric import Metric
from ck_core.domain.names import is_uid
from ck_core.domain.point import Point, RecordedComponent, Scalar
from ck_core.domain.trouble import Trouble
from ck_core.errors import BadComponentError
from ck_core.store.components import parse_meta, read_meta
from ck_core.store.experiments.checking import BadPointError, check_point
from ck_core.store.experiments.ck_export import TO_CK
from ck_core.store.experiments.ck_flat import flattened
from ck_core.store.experiments.point_json import format_point, make_point
from ck_core.store.experiments.reading import Tell
from ck_core.system.files import storage_errors

_FROM_CK = {name: own for own, name in TO_CK.items()}
_CHARACTERISTICS = "##characteristics#"
_PROGRAM_KEYS = ("program_uoa", "prog_uoa", "data_uoa")


def points_of_ck(experiment: Component, tell: Tell) -> Iterator[Point]:
    """The points of an entry of CK's, by UID; ``tell`` is told of files that are broken.

    The raw values are those of ``.flat.json``, which CK adds to when a point is measured again.
    Values that are no single text, number or boolean are kept in ``extra["ck"]``.

    Raises:
        StorageError: the directory cannot be read.
    """
    for uid in _uids(experiment.path):
        files = _Files(experiment.path, uid, tell)
        whole = _whole_point(files)
        point = whole or _sound_point(experiment, files)
        if point:
            yield point


def _uids(directory: Path) -> list[str]:
    with storage_errors("read", directory):
        names = [path.name for path in directory.glob("ckp-*.json")]
    return sorted({name[4:20] for name in names if is_uid(name[4:20]) and name[20:21] == "."})


class _Files:
    """The files of one point; a broken one is empty, and named."""

    def __init__(self, directory: Path, uid: str, tell: Tell) -> None:
        self._start = f"{directory}/ckp-{uid}"
        self._tell = tell
        self._directory = directory
        self.uid = uid

    def read(self, name: str) -> dict[str, Any]:
        file = f"{self._start}.{name}.json"
        try:
            return parse_meta(read_meta(file).text, file)
        except BadComponentError as problem:
            if Path(file).exists():
                self.trouble(name, problem.message.removeprefix(file).strip())
            return {}

    def trouble(self, name: str, problem: str) -> None:
        self._tell(Trouble(file=f"{self._start}.{name}.json", line=1, problem=problem))

    def subpoints(self) -> Iterator[dict[str, Any]]:
        """CK's ``.0001.json`` and further."""
        for path in sorted(self._directory.glob(f"ckp-{self.uid}.[0-9][0-9][0-9][0-9].json")):
            yield self.read(path.name[21:25])

    def recorded_at(self) -> str:
        """CK notes no time in a point: that of its oldest file must do."""
        with storage_errors("read", self._directory):
            files = self._directory.glob(f"ckp-{self.uid}.*")
            seconds = min(path.stat().st_mtime for path in files)
        return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _whole_point(files: _Files) -> Point | None:
    """What ckp itself has exported."""
    values = files.read("ckp")
    if not values:
        return None
    try:
        return make_point(check_point(values))
    except BadPointError as problem:
        files.trouble("ckp", str(problem))
        return None


def _sound_point(experiment: Component, files: _Files) -> Point | None:
    """None for what could not be recorded: numbers and depths that no measurement has."""
    try:
        point = _point(experiment, files)
        if point:
            format_point(point)
    except BadPointError as problem:
        files.trouble("flat", str(problem))
    except (OverflowError, RecursionError):
        files.trouble("flat", "holds numbers or depths that no measurement has")
    else:
        return point
    return None


def _point(experiment: Component, files: _Files) -> Point | None:
    subpoints = [one for one in files.subpoints() if one]
    named = files.read("features") or next(iter(subpoints), {})
    flat = files.read("flat")
    if not named and not flat:
        files.trouble("flat", "holds nothing of a point")
        return None
    choices, features = _scalars(named.get("choices")), _scalars(named.get("features"))
    found = _repeated(flat) or _listed(subpoints)
    raw = {name: one for name, one in found.items() if _are_numbers(one)}
    error = _error(flat)
    return Point(
        uid=files.uid,
        recorded_at=files.recorded_at(),
        program=_program(experiment, choices),
        command=str(_noted(experiment).get("cmd_key") or choices.get("cmd_key", "")),
        dataset=_dataset(experiment, choices),
        status="failed" if error else "ok",
        stage="run" if error else "",
        error=error,
        choices=choices,
        features=features,
        characteristics={name: tuple(values) for name, values in raw.items()},
        metrics={name: metric_of(name, values) for name, values in raw.items()} | _flags(found),
        replay_of=_uid(named.get("replay_of")),
        extra=_rest(found, raw),
    )


def _scalars(value: object) -> dict[str, Scalar]:
    """CK's nested objects by names with dots; what is null says nothing."""
    found = flattened(value, "") if isinstance(value, dict) else {}
    return {_dotted(key): one for key, one in found.items() if isinstance(one, (str, int, float))}


def _dotted(key: str) -> str:
    return key.replace("@", "#").strip("#").replace("#", ".")


def _repeated(flat: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    """All values of ``.flat.json``."""
    return {
        _own_name(key.removeprefix(_CHARACTERISTICS).removesuffix("#all")): values
        for key, values in flat.items()
        if key.startswith(_CHARACTERISTICS) and key.endswith("#all") and isinstance(values, list)
    }


def _listed(subpoints: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any]]:
    """Likewise where CK was told to make no ``.flat.json``."""
    found: dict[str, list[Any]] = {}
    for subpoint in subpoints:
        runs = subpoint.get("characteristics_list")
        for run in runs if isinstance(runs, list) else []:
            for key, value in flattened(run, "").items():
                found.setdefault(_own_name(key), []).append(value)
    return {**found}


def _own_name(key: str) -> str:
    name = _dotted(key)
    return _FROM_CK.get(name) or name.removeprefix("run.") or name


def _are_numbers(values: Sequence[Any]) -> bool:
    return bool(values) and {int, float}.issuperset(map(type, values))


def _flags(found: Mapping[str, Sequence[Any]]) -> dict[str, Metric]:
    """One repetition that says no makes the whole untrue."""
    return {
        name: Metric(name=name, value=all(values))
        for name, values in found.items()
        if values and {bool}.issuperset(map(type, values))
    }


def _rest(found: Mapping[str, Sequence[Any]], raw: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    known = {*raw, *_flags(found)}
    rest = {name: [*values] for name, values in found.items() if name not in known}
    return {"ck": {"characteristics": rest}} if rest else {}


def _error(flat: Mapping[str, Any]) -> str:
    """Empty for a pipeline that ended well."""

    def said(key: str) -> object:
        values = flat.get(f"##pipeline_state#{key}#all")
        return values[-1] if isinstance(values, list) and values else None

    failed = said("fail") == "yes" or said("fail_bool") is True
    return str(said("fail_reason") or "failed in CK") if failed else ""


def _noted(experiment: Component) -> Mapping[str, Any]:
    meta = experiment.values.get("meta")
    return meta if isinstance(meta, dict) else {}


def _program(experiment: Component, choices: Mapping[str, Scalar]) -> RecordedComponent:
    meta = _noted(experiment)
    names = [*map(meta.get, _PROGRAM_KEYS), choices.get("data_uoa")]
    name = next((str(one) for one in names if one), "unknown")
    return RecordedComponent(cid=f"program:{name}", uid=_uid(meta.get("program_uid")))


def _dataset(experiment: Component, choices: Mapping[str, Scalar]) -> RecordedComponent | None:
    meta = _noted(experiment)
    name = meta.get("dataset_uoa") or choices.get("dataset_uoa")
    if not name:
        return None
    return RecordedComponent(cid=f"dataset:{name}", uid=_uid(meta.get("dataset_uid")))


def _uid(value: object) -> str:
    return value if isinstance(value, str) and is_uid(value) else ""
