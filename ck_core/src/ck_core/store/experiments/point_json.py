"""Points as JSON, one a line; the format is that of ``schemas/point.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import isfinite, nan
from typing import Any, NoReturn

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point, RecordedBuild, RecordedComponent, Resolved
from ck_core.domain.source import Source
from ck_core.store.experiments import LONGEST_LINE
from ck_core.store.experiments.checking import (
    KEYS,
    REQUIRED,
    RESOLVED_TEXTS,
    BadPointError,
    check_point,
)

Values = Mapping[str, Any]
_PLAIN = ("command", "status", "stage", "error", "ckp", "session", "emulated_by", "replay_of")


def format_point(point: Point) -> bytes:
    """One line, with its end. What is empty is left out.

    Raises:
        BadPointError: it would not be read again; a stranger's plugin filled it in.
    """
    values = point_values(point)
    try:
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        line = text.encode()
    except UnicodeEncodeError:  # a command line of bytes that are no text
        line = json.dumps(values, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadPointError(f"holds what JSON cannot: {error}") from None
    if len(line) > LONGEST_LINE:
        raise BadPointError(f"is longer than {LONGEST_LINE >> 20} MiB")
    parse_values(line)
    return line + b"\n"


def parse_point(line: bytes) -> Point:
    """The point of one line; raises BadPointError, whatever the line holds."""
    return make_point(parse_values(line))


def parse_values(line: bytes) -> dict[str, Any]:
    """The checked values of one line; raises BadPointError as ``parse_point``."""
    try:
        values = _DECODER.decode(line.decode())
    except UnicodeDecodeError:
        raise BadPointError("is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise BadPointError(f"is not JSON (column {error.colno}: {error.msg})") from None
    except RecursionError:
        raise BadPointError("nests deeper than any point does") from None
    except BadPointError:
        raise
    except ValueError:
        raise BadPointError("holds a number of thousands of digits") from None
    return check_point(values)


def _no_constant(name: str) -> NoReturn:
    raise BadPointError(f"holds {name}, which is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def point_values(point: Point) -> dict[str, Any]:
    """In the order of reading: what was run and found first, the long lists behind."""
    values = {
        "schema": point.schema,
        "uid": point.uid,
        "recorded_at": point.recorded_at,
        "status": point.status,
        "stage": point.stage,
        "error": point.error,
        "correct": point.correct,
        "program": _component_values(point.program),
        "command": point.command,
        "dataset": _component_values(point.dataset) if point.dataset else None,
        "choices": _finite_scalars(point.choices),
        "features": _finite_scalars(point.features),
        "metrics": {name: _metric_values(one) for name, one in point.metrics.items()},
        "characteristics": {name: _raw(raw) for name, raw in point.characteristics.items()},
        "resolved": [_resolved_values(one) for one in point.resolved],
        "build": _build_values(point.build) if point.build else None,
        "plugins": dict(point.plugins),
        "ckp": point.ckp,
        "command_line": [*point.command_line],
        "seed": point.seed,
        "session": point.session,
        "place": point.place,
        "emulated_by": point.emulated_by,
        "replay_of": point.replay_of,
        "notes": [*point.notes],
    }
    own = {k: value for k, value in values.items() if k in REQUIRED or not _is_empty(value)}
    return {**own, **{key: value for key, value in point.extra.items() if key not in KEYS}}


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def _finite_scalars(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN: as a choice it is a text like any other."""
    return {name: one if _is_finite(one) else str(one) for name, one in values.items()}


def _raw(values: Iterable[float]) -> list[float | None]:
    return [one if _is_finite(one) else None for one in values]


def _is_finite(value: object) -> bool:
    return not isinstance(value, float) or isfinite(value)


def _metric_values(metric: Metric) -> dict[str, Any]:
    """A value of NaN is an unknown one; the detail says so."""
    if _is_finite(metric.value):
        values: dict[str, Any] = {"value": metric.value, "detail": metric.detail}
    else:
        values = {"value": None, "detail": metric.detail or f"was {metric.value}"}
    for name, bound in (("low", metric.low), ("high", metric.high)):
        if bound is not None and _is_finite(bound):
            values[name] = bound
    return {key: one for key, one in values.items() if one != "" or key == "value"}


def _component_values(one: RecordedComponent) -> dict[str, Any]:
    values = {
        "cid": one.cid,
        "uid": one.uid,
        "repo": one.source.repo,
        "commit": one.source.commit,
        "modified": one.source.modified,
        "digest": one.digest,
    }
    return {key: value for key, value in values.items() if value or key == "cid"}


def _resolved_values(one: Resolved) -> dict[str, Any]:
    texts = {name: getattr(one, name) for name in RESOLVED_TEXTS}
    kept = {n: text for n, text in texts.items() if text or n in {"key", "product", "version"}}
    return {**kept, "made_with": dict(one.made_with)} if one.made_with else kept


def _build_values(build: RecordedBuild) -> dict[str, Any]:
    return {"flags": [*build.flags], "size_bytes": build.size_bytes, "digest": build.digest}


def make_point(values: Values) -> Point:
    """From checked values."""
    return Point(
        schema=values["schema"],
        uid=values["uid"],
        recorded_at=values["recorded_at"],
        program=_component(values["program"]),
        dataset=_component(values["dataset"]) if values.get("dataset") else None,
        correct=values.get("correct"),
        choices=values.get("choices", {}),
        features=values.get("features", {}),
        metrics={name: _metric(name, one) for name, one in values.get("metrics", {}).items()},
        characteristics={
            name: tuple(nan if one is None else one for one in raw)
            for name, raw in values.get("characteristics", {}).items()
        },
        resolved=tuple(_resolved(one) for one in values.get("resolved", ())),
        build=_build(values["build"]) if values.get("build") else None,
        plugins=values.get("plugins", {}),
        command_line=tuple(values.get("command_line", ())),
        seed=values.get("seed"),
        place=values.get("place"),
        notes=tuple(values.get("notes", ())),
        extra={key: value for key, value in values.items() if key not in KEYS},
        **{key: values[key] for key in _PLAIN if key in values},
    )


def _component(values: Values) -> RecordedComponent:
    return RecordedComponent(
        cid=values["cid"],
        uid=values.get("uid", ""),
        source=Source(
            repo=values.get("repo", ""),
            commit=values.get("commit", ""),
            modified=values.get("modified") or False,
        ),
        digest=values.get("digest", ""),
    )


def _metric(name: str, values: Values) -> Metric:
    return Metric(
        name=name,
        value=values.get("value"),
        low=values.get("low"),
        high=values.get("high"),
        detail=values.get("detail", ""),
    )


def _resolved(values: Values) -> Resolved:
    texts = {name: values[name] for name in RESOLVED_TEXTS if name in values}
    return Resolved(made_with=values.get("made_with", {}), **texts)


def _build(values: Values) -> RecordedBuild:
    return RecordedBuild(
        flags=tuple(values.get("flags", ())),
        size_bytes=values.get("size_bytes") or 0,
        digest=values.get("digest", ""),
    )
