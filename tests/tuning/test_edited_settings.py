"""Recorded searches that somebody has edited: refused or measured again, never believed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.space import Space
from ck_core.errors import BadComponentError, CkpError, UsageError
from ck_core.testing.fixtures import Ckp
from ck_core.tuning.own_parameters import OWN
from ck_core.tuning.recorded_outcome import has_ended, recorded_outcome
from ck_core.tuning.recorded_space import within
from ck_core.tuning.resuming import Earlier, earlier_search
from ck_core.tuning.settings import read_results
from ck_core.tuning.trust import check_fixed, check_varied, words_set
from ck_core.tuning.tuning_json import tuning_json
from experiments.benchmark_kit import needs_gcc
from forked.ckp_calls import CkpServers
from tuning.resume_kit import (
    RESUME,
    Edit,
    answered,
    cut,
    edit_settings,
    experiment_of,
    points_of,
    searched,
    settings_file,
    write_points,
)
from tuning.tuning_kit import tuned_program

pytestmark = needs_gcc
HUGE = 10**400
NO_NUMBERS: tuple[Any, ...] = ("x", None, [], True, -1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, ckp_servers: CkpServers) -> Path:
    """The home of a whole search, of four trials."""
    home = tmp_path_factory.mktemp("template") / "home"

    def call(*arguments: str) -> Any:
        return ckp_servers.call(arguments, {**os.environ, "CKP_HOME": str(home)}, 300)

    add_to(home, *tuned_program())
    searched(call, "--param=WORK=2,1", "--param=env.V=0,1")
    return home


def add_to(home: Path, meta: dict[str, Any], files: dict[str, str]) -> None:
    path = home / "repos" / "local" / "program" / "it"
    for name, text in {".cm/meta.json": json.dumps(meta), **files}.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")


@pytest.fixture
def whole(template: Path, ckp_home: Path) -> Path:
    """The same in the home of this test."""
    shutil.copytree(template, ckp_home)
    return ckp_home


@pytest.fixture
def begun(whole: Path) -> Path:
    """Killed behind its first trial."""
    cut(whole, 1)
    return whole


def earlier(context: Context | None = None) -> Earlier:
    context = context or Context(SilentReporter())
    return earlier_search(context.store.get(Cid("experiment", "tune-it")), context)


@dataclass
class Listening(SilentReporter):
    told: list[str]

    def warn(self, text: str) -> None:
        self.told.append(text)


def setting(*path: str | int, value: Any) -> Edit:
    def edit(values: Any) -> None:
        for key in path[:-1]:
            values = values[key]
        values[path[-1]] = value

    return edit


def test_a_wrapper_of_a_stranger_runs_only_where_he_is_trusted(
    ckp: Ckp, begun: Path, tmp_path: Path
) -> None:
    mark, wrapper = tmp_path / "ran", tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\ntouch {mark}\nexec "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    flags = ["-wrapper", str(wrapper)]
    edit_settings(begun, setting("options", "run", "build", "flags", value=flags))
    done = ckp(*RESUME, "--evaluations=2")
    assert done.returncode == 2
    assert "flag '-wrapper'" in done.stderr
    assert "may run other programs" in done.stderr
    assert "ckp autotune --resume experiment:tune-it --trust" in done.stderr
    assert not mark.exists()
    done = ckp(*RESUME, "--evaluations=2", "--trust")
    assert done.returncode == 0, done.stderr
    assert f"--flags=-wrapper {wrapper}" in done.stderr
    assert mark.exists()


def own(name: str, place: str, *values: str) -> Edit:
    """Something more to vary, of whoever sent the experiment."""
    typed = f"env.{name}" if place == "variable" else name

    def edit(settings: Any) -> None:
        more = {"name": name, "values": [*values], "default": values[0], "place": place}
        settings["options"]["own"][typed] = [*values]
        settings["space"]["parameters"].append(more)

    return edit


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (setting("options", "run", "environment", value={"LD_PRELOAD": "/x.so"}), "'LD_PRELOAD="),
        (own("LD_PRELOAD", "variable", "1", "/x.so"), "variable 'LD_PRELOAD=1'"),
        (own("NAME", "macro", "1", "$(touch x)"), "flag '-DNAME=$(touch x)'"),
    ],
)
def test_what_may_run_things_is_refused(ckp: Ckp, begun: Path, edit: Edit, said: str) -> None:
    edit_settings(begun, edit)
    done = ckp(*RESUME, "--evaluations=2")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(points_of(begun)) == 1


def test_a_flag_to_vary_may_run_things() -> None:
    values = ("", "-fplugin=/x.so")
    one = Parameter(name="-fplugin", values=values, group=OWN)
    with pytest.raises(UsageError, match="flag '-fplugin=/x"):
        check_varied(Space((one,)), "experiment:tune-it")
    check_varied(Space((replace(one, group="flags"),)), "experiment:tune-it")


def test_trust_alone(ckp: Ckp) -> None:
    done = ckp("autotune", "program:it", "--trust")
    assert done.returncode == 2
    assert "--resume" in done.stderr


RUN, BUILD = ("options", "run"), ("options", "run", "build")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (setting(*RUN, "repetitions", value=10_000), "asked for repetitions"),
        (setting(*RUN, "record_reference", value=True), "asked for record_reference"),
        (setting(*BUILD, "policy", "allowed_system", value=True), "asked for policy"),
        (setting(*BUILD, "flags", value="-O3"), "is no list"),
        (setting(*BUILD, "flags", value=["a\0b"]), "no program can be given"),
        (setting(*BUILD, "program", "name", value="*"), "is no program"),
        (setting("options", "care", "finalists", value=0), "care.finalists is 0"),
        (setting("options", "care", "builds", value=-1), "care.builds is -1"),
        (setting("options", "care", "repetitions", value=True), "no whole number"),
        (setting("options", "budget", "max_time_s", value=float("nan")), "no finite number"),
        (setting("options", "budget", "max_time_s", value=HUGE), "cannot be read"),
        (setting("options", "objectives", value=[]), "needs an objective"),
        (setting("options", "objectives", 0, "metric", value=3), "is no text"),
        (setting("options", "news", value=3), "cannot be read"),
        (setting("schema", value=99), "schema 99"),
        (setting("target", value="nonsense"), "no target 'nonsense'"),
        (setting("space", value="0123456789abcdef"), "cannot be read"),
    ],
)
def test_settings_that_nobody_asks_for(begun: Path, edit: Edit, said: str) -> None:
    edit_settings(begun, edit)
    with pytest.raises(CkpError) as caught:
        earlier()
    assert said in str(caught.value)


def test_they_are_refused_in_a_sentence(ckp: Ckp, begun: Path) -> None:
    edit_settings(begun, setting("options", "objectives", value=[]))
    done = ckp(*RESUME)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(points_of(begun)) == 1


@pytest.mark.parametrize("text", ["", "[", "[]", "null", "[" * 100_000, "\udcff"])
def test_settings_that_are_none(begun: Path, text: str) -> None:
    settings_file(begun).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(BadComponentError):
        earlier()


def test_it_is_recorded_where_it_lies(ckp: Ckp, begun: Path) -> None:
    other = {"kind": "experiment", "name": "another", "repository": "*"}
    edit_settings(begun, setting("options", "record", "experiment", value=other))
    answered(ckp, *RESUME, "--evaluations=2")
    assert not (experiment_of(begun).parent / "another").exists()
    assert sum("trial" in one for one in points_of(begun)) == 2


@pytest.mark.parametrize(
    "edit",
    [
        *(setting("trial", value=one) for one in NO_NUMBERS),
        *(setting("tuning", "spent_s", value=one) for one in (HUGE, "1", *NO_NUMBERS)),
        *(setting("tuning", "costs", value=[one]) for one in (HUGE, 0, -5, True, 0.001)),
        setting("tuning", "costs", value=[float("1e-3"), 1]),
        setting("tuning", "costs", value=[]),
        setting("tuning", "failure", value="nonsense"),
        setting("tuning", "failure", value=["build"]),
        setting("tuning", "configuration", value=["WORK"]),
        setting("tuning", "configuration", value={"WORK": 1}),
        setting("characteristics", "wall_s", value=[-1.0]),
    ],
)
def test_points_that_are_nonsense_are_told_of_and_measured_again(begun: Path, edit: Edit) -> None:
    points = points_of(begun)
    edit(points[0])
    write_points(begun, points)
    told: list[str] = []
    assert earlier(Context(Listening(told))).findings == {}
    (warning,) = told
    assert points[0]["uid"] in warning
    assert "measured again" in warning


def test_it_goes_on_without_them(ckp: Ckp, begun: Path) -> None:
    points = points_of(begun)
    setting("tuning", "costs", value=[1e-9])(points[0])
    write_points(begun, points)
    done = ckp(*RESUME, "--evaluations=2")
    assert done.returncode == 0, done.stderr
    assert "its costs are not what was measured" in done.stderr
    trials = [one for one in points_of(begun) if "trial" in one]
    assert [one["trial"] for one in trials] == [0, 0, 1]
    assert [one["tuning"]["configuration"] for one in trials] == [{}, {}, {"V": "1"}]


OFFERED = Space(
    (
        Parameter(name="WORK", values=("2", "1"), default="2", group="own", place=Place.MACRO),
        Parameter(name="V", values=("0", "1"), default="0", group="own", place=Place.VARIABLE),
    )
)
NONSENSE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, HUGE, 1e308, float("nan"), float("inf"), [], {}, [[]], {"a": None}]),
    st.text(max_size=3),
)


def places(values: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in it, with each of its keys."""
    pairs = values.items() if isinstance(values, dict) else enumerate(values)
    for key, one in pairs:
        yield values, key
        if isinstance(one, (dict, list)):
            yield from places(one)


def edited(values: Any, draw: Callable[[Any], Any]) -> str:
    """In one to three places."""
    values = deepcopy(values)
    for _ in range(draw(st.integers(1, 2))):
        container, key = draw(st.sampled_from([*places(values)]))
        container[key] = draw(NONSENSE)
        if isinstance(container, dict) and draw(st.booleans()):
            del container[key]
        if not values:
            break
    return json.dumps(values)


@pytest.fixture
def kept(whole: Path) -> dict[Path, list[Any]]:
    """What lies in its files: a value a line, or the only one."""
    results = experiment_of(whole).glob("*.json")
    found = {one: [json.loads(one.read_text(encoding="utf-8"))] for one in results}
    return {**found, experiment_of(whole) / "points.jsonl": points_of(whole)}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_edit_brings_it_down(data: st.DataObject, kept: dict[Path, list[Any]]) -> None:
    """Whatever is no error of ckp's own would be a traceback."""
    chosen = data.draw(st.sampled_from([*kept]))
    for file, values in kept.items():
        texts = [edited(one, data.draw) if file == chosen else json.dumps(one) for one in values]
        file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    context = Context(SilentReporter())
    with suppress(CkpError):
        read_all(context.store.get(Cid("experiment", "tune-it")), context)


def read_all(experiment: Component, context: Context) -> None:
    """All that is read before anything is built."""
    assert all(isfinite(one.gain) for _, one in read_results(experiment.path))
    found = earlier_search(experiment, context)
    for finding in found.findings.values():
        assert all(map(isfinite, finding.trial.costs))
    assert isinstance(words_set(found.options), str)
    check_fixed(found.options.run, experiment.cid)
    assert found.space
    space = within(found.space, OFFERED, "program:it")
    check_varied(space, experiment.cid)
    if has_ended(found, None, space):
        tuning_json(recorded_outcome(found, experiment, space))
