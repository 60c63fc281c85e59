"""CK's action ``benchmark``: variants measured beside each other, and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ck_core.ck_api.own_options import own_options_of
from ck_core.ck_api.request import Request
from ck_core.ck_api.resolving import context_of, policy_of, wished_tags_of, wishes_of
from ck_core.domain.build import Level
from ck_core.domain.cid import Cid, parse_cid
from ck_core.domain.options import (
    BenchmarkOptions,
    BuildOptions,
    RecordOptions,
    RunOptions,
    Variation,
)
from ck_core.domain.target import parse_target_name
from ck_core.domain.variation_text import parse_flag_sets, parse_precision, split_values
from ck_core.errors import UsageError
from ck_core.workspace.workspace import Workspace


def benchmark(workspace: Workspace, request: Request) -> dict[str, Any]:
    """Failed variants are in the answer; it is an error where all have failed."""
    from ck_core.experiments.measuring import benchmark as measuring  # noqa: PLC0415  # only who measures pays
    from ck_core.experiments.measuring.benchmark_json import benchmark_json  # noqa: PLC0415  # as above

    options = _options(request, workspace)
    context = context_of(workspace, _common(request), options.run.build.policy.lock)
    outcome = measuring.benchmark(options, context)
    if outcome.problem:
        raise outcome.problem
    if outcome.failure and all(one.error for one in outcome.measurements):
        raise outcome.failure
    return benchmark_json(outcome)


def _options(request: Request, workspace: Workspace) -> BenchmarkOptions:
    repeat, seed = request.text("repeat"), request.text("seed")
    if repeat and request.text("precision"):
        raise UsageError("'repeat' and 'precision' exclude each other")
    return BenchmarkOptions(
        run=_run(request),
        variation=_variation(request, workspace),
        level=_level(request),
        metric=request.text("metric"),
        repetitions=max(1, request.number("repeat", 1)) if repeat else None,
        precision=parse_precision(request.text("precision", "1%")),
        max_time_s=_seconds(request, "max_time", 60.0),
        max_repetitions=max(1, request.number("max_repeat", 10_000)),
        seed=request.number("seed", 0) if seed else None,
        calibrated=not request.flag("no_calibration"),
        calibration_s=_seconds(request, "calibration_time", 0.5),
        jobs=max(1, request.number("jobs", 1)),
        record=record_of(request),
    )


def _common(request: Request) -> Request:
    """Without what may have several values."""
    varied = {"compiler", "target"}
    return Request({key: value for key, value in request.values.items() if key not in varied})


def _run(request: Request) -> RunOptions:
    cid = request.cid()
    if cid.kind != "program" or cid.name == "*":
        raise UsageError(f"{request.action} works on one program, not on '{cid}'")
    return RunOptions(
        build=BuildOptions(
            program=cid,
            policy=policy_of(request),
            rebuild=request.flag("rebuild"),
            profiled=request.flag("pgo"),
        ),
        warmups=max(0, request.number("warmup", 1)),
        timeout_s=_seconds(request, "timeout", 600.0),
        launcher=request.text("launcher", RunOptions.launcher),
    )


def _variation(request: Request, workspace: Workspace) -> Variation:
    own = own_options_of(request, workspace.context)
    return Variation(
        compilers=request.texts("compiler"),
        flags=parse_flag_sets(request.text("flags")) if request.text("flags") else (),
        datasets=request.texts("dataset_uoa") or request.texts("dataset"),
        commands=request.texts("cmd_key"),
        targets=tuple(parse_target_name(name) for name in request.texts("target")),
        environment=_values(request, "env"),
        launcher_options=_values(request, "launcher_options"),
        options={name: _listed(name, value) for name, value in own.items()},
        wishes=_wishes(request),
        wished_tags={key: (tags,) for key, tags in wished_tags_of(request).items()},
    )


def _values(request: Request, key: str) -> dict[str, tuple[str, ...]]:
    return {str(name): _listed(name, value) for name, value in request.mapping(key).items()}


def _wishes(request: Request) -> dict[str, tuple[str, ...]]:
    """Several for a key that has a list, or a text with commas; ``compiler`` goes before."""
    given = {key: one for key, one in request.mapping("deps").items() if one}
    of_ck = {key: one for key, one in given.items() if isinstance(one, Mapping)}
    wishes = wishes_of(Request({"deps": of_ck}))
    found: dict[str, tuple[str, ...]] = {key: (wish,) for key, wish in wishes.items()}
    found |= {key: _listed(key, one) for key, one in given.items() if key not in of_ck}
    if request.texts("compiler"):
        found.pop("compiler", None)
    return found


def _listed(name: str, value: Any) -> tuple[str, ...]:
    """A list, or a text with commas."""
    if isinstance(value, Mapping):
        raise UsageError(f"'{name}' must hold texts, numbers or lists, not {value!r:.60}")
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else split_values(str(value))


def _level(request: Request) -> Level | None:
    if request.flag("size"):
        return Level.SIZE
    return Level.SPEED if request.flag("speed") else None


def record_of(request: Request) -> RecordOptions | None:
    """Of ``record``, ``record_uoa``, ``record_repo`` and ``tags``; None where nothing is kept."""
    name = request.text("record_uoa")
    if not name and not request.flag("record"):
        return None
    repository = request.text("record_repo") or "*"
    named = parse_cid(name) if ":" in name else Cid("experiment", name or "*", repository)
    return RecordOptions(experiment=named, tags=frozenset(request.texts("tags")))


def _seconds(request: Request, key: str, default: float) -> float:
    text = request.text(key, str(default))
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise UsageError(f"'{key}' must be a number of seconds, not {text!r}")
    return seconds


ACTIONS = {"benchmark": benchmark}
