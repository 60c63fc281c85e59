"""Sweeps over a program's own options: variants, points, and what reads them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ck_core import Workspace
from ck_core.analysis.run_command import command_of
from ck_core.ck_api.access import access
from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.options import BenchmarkOptions, BuildOptions, RunOptions, Variation
from ck_core.domain.point import Point
from ck_core.errors import RunError, UnresolvedError, UsageError
from ck_core.experiments.comparing.sides import CompareOptions, answers_of
from ck_core.experiments.measuring.benchmark import benchmark
from ck_core.experiments.measuring.measurements import BenchmarkOutcome
from ck_core.experiments.measuring.variants import variants_of
from ck_core.experiments.reading.experiment import load_experiment
from ck_core.experiments.reading.mixtures import mixtures
from ck_core.experiments.replay.replaying import ReplayOptions, replay
from ck_core.publishing.naming import names_of
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.tuning_json import tuning_json
from experiments.benchmark_kit import recorded
from experiments.option_kit import GUESSES, add_guesses
from programs.kit import Listener


@pytest.fixture
def guesses(add_component: AddComponent, ckp_home: Path) -> str:
    return add_guesses(add_component, ckp_home)


def measured(record: str = "", **options: Any) -> BenchmarkOutcome:
    found = Workspace().benchmark("program:guesses", options=options, record=record, repetitions=1)
    if found.problem:
        raise found.problem
    return found


def said(point: Point) -> str:
    return " ".join(str(point.choices[name]) for name in ("framework", "model", "batch"))


def varied(**changes: Any) -> list[RunOptions]:
    run = RunOptions(build=BuildOptions(program=Cid("program", "guesses")))
    asked = BenchmarkOptions(run=run, variation=Variation(**changes))
    return [one.options for one in variants_of(asked, Context(SilentReporter()))]


def test_every_combination_is_a_variant(guesses: str) -> None:
    options = {"framework": ("alpha@2", "beta"), "data_type": ("fp32", "int8"), "batch": ("1", "8")}
    found = varied(options=options, datasets=("digits", "letters"))
    assert len(found) == 16
    first, last = found[0], found[-1]
    assert (first.command_key, last.command_key) == ("alpha", "beta")
    assert first.build.wishes == {"framework": "@2", "dataset": "digits"}
    assert last.build.wishes == {"dataset": "letters"}
    assert last.build.wished_tags == {"model": {"int8"}}
    assert [one.environment["BATCH"] for one in found[:4]] == ["1", "1", "8", "8"]


def test_an_option_of_some_commands_varies_those_alone(guesses: str) -> None:
    found = varied(options={"framework": ("alpha", "beta"), "lanes": ("1", "2", "4")})
    assert [one.environment.get("LANES") for one in found] == ["1", "2", "4", None]


def test_needs_and_their_tags_are_varied_as_well(guesses: str) -> None:
    tags = {"model": (frozenset({"fp32"}), frozenset({"int8", "-old"}))}
    found = varied(wishes={"dataset": ("digits", "letters")}, wished_tags=tags)
    assert [(one.build.wishes, one.build.wished_tags) for one in found] == [
        ({"dataset": name}, {"model": some})
        for name in ("digits", "letters")
        for some in tags["model"]
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"options": {"batch": ("1", "x")}}, "whole number"),
        ({"options": {"bach": ("1",)}}, "--batch"),
        ({"options": {"lanes": ("1",)}, "commands": ("beta",)}, "of no use to command beta"),
        ({"options": {"framework": ("beta",)}, "commands": ("beta",)}, "exclude each other"),
        ({"options": {"batch": ("1",)}, "environment": {"BATCH": ("2",)}}, "--env.BATCH"),
        ({"options": {"model": ("a",)}, "wishes": {"model": ("b",)}}, "both a and b"),
        ({"datasets": ("all",)}, "names them"),
    ],
)
def test_what_no_session_can_do(guesses: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        varied(**changes)
    assert says in f"{caught.value.message} {caught.value.hint}"


def test_what_cannot_be_resolved_or_fails_is_a_point_and_the_sweep_goes_on(
    guesses: str, ckp_home: Path
) -> None:
    options = {"framework": ["alpha", "beta"], "model": ["small", "odd"], "batch": [1, 8]}
    outcome = measured("mine", **options)
    points = recorded(ckp_home, "mine")
    assert len(points) == len(outcome.measurements) == 8
    told = {said(one): (one.status, one.stage) for one in points}
    assert told == {
        "alpha@2.0 small@1.1 1": ("ok", ""),
        "alpha@2.0 small@1.1 8": ("ok", ""),
        "alpha odd 1": ("failed", "build"),
        "alpha odd 8": ("failed", "build"),
        "beta@3.1 small@1 1": ("ok", ""),
        "beta@3.1 small@1 8": ("ok", ""),
        "beta@3.1 odd@1 1": ("failed", "run"),
        "beta@3.1 odd@1 8": ("failed", "run"),
    }
    (unresolved, *_) = [one for one in points if one.stage == "build"]
    assert "lacks tags format-alpha" in unresolved.error
    assert any("no such operator" in one.error for one in points)
    assert isinstance(outcome.failure, UnresolvedError)


def test_what_was_chosen_is_told_under_the_names_of_options(guesses: str, ckp_home: Path) -> None:
    measured("mine", framework=["alpha@1"], data_type=["int8"], dataset=["letters"], batch=[4])
    (point,) = recorded(ckp_home, "mine")
    assert {k: v for k, v in point.choices.items() if k not in {"target"}} == {
        "framework": "alpha@1.0",
        "model": "small@1.1",
        "data-type": "int8",
        "batch": 4,
        "lanes": 1,
        "dataset": "letters@1",
    }
    assert (point.command, point.dataset) == ("alpha", None)


def test_where_something_goes_is_no_choice(ckp: Ckp, guesses: str, ckp_home: Path) -> None:
    measured("mine", framework=["alpha"], keep_in=["/somewhere/of/mine"])
    (point,) = recorded(ckp_home, "mine")
    assert not {"keep-in", "env.KEEP"} & point.choices.keys()
    assert "somewhere" not in (ckp_home / "repos/local/experiment/mine/points.jsonl").read_text()
    assert "is not replayed unasked" not in ckp("replay", "experiment:mine", "--repeat=2").stderr


def test_who_filters_compares_and_draws_knows_them(guesses: str, ckp_home: Path) -> None:
    measured("mine", framework=["alpha", "beta"], model=["small"], batch=[1, 8])
    experiment = load_experiment("mine")
    chosen = experiment.filter("framework=alpha and batch=8")
    assert [said(one) for one in chosen] == ["alpha@2.0 small@1.1 8"]
    assert not len(experiment.filter('framework="alpha"'))
    assert len(experiment.filter("framework!=alpha and model=small")) == 2
    names = [*names_of(experiment.points).values()]
    assert sorted(names) == [
        "alpha@2.0 model=small@1.1 data-type=int8 batch=1 lanes=1",
        "alpha@2.0 model=small@1.1 data-type=int8 batch=8 lanes=1",
        "beta@3.1 model=small@1 data-type=fp32 batch=1",
        "beta@3.1 model=small@1 data-type=fp32 batch=8",
    ]
    assert mixtures(experiment) == {}  # the commands do the same work


def test_frameworks_of_a_session_are_compared_by_the_programs_own_time(guesses: str) -> None:
    outcome = measured("mine", framework=["alpha", "beta"], model=["small"], batch=[1, 8])
    assert (outcome.metric, outcome.inputs) == ("latency_s", ())
    first, *others = outcome.measurements
    assert first.is_baseline
    assert all(one.baseline == first.point.uid and one.compared for one in others)
    context = Context(SilentReporter())
    (answer,) = answers_of(["experiment:mine"], CompareOptions(by="framework"), context)
    assert (answer.metric, len(answer.pairs)) == ("latency_s", 2)
    assert [pair.same["batch"] for pair in answer.pairs] == [1, 8]
    walls = CompareOptions(by="framework", metric="wall_s")
    assert answers_of(["experiment:mine"], walls, context)[0].metric == "wall_s"


def test_datasets_that_are_installed_are_told_apart(guesses: str) -> None:
    outcome = measured(dataset=["digits", "letters"])
    assert outcome.inputs == ("dataset",)
    assert [one.is_baseline for one in outcome.measurements] == [True, True]


def test_commands_that_nobody_chose_by_an_option_are_not_compared(
    add_component: AddComponent, ckp_home: Path
) -> None:
    add_guesses(add_component, ckp_home, options={})
    found = Workspace().benchmark(
        "program:guesses",
        commands=["alpha", "beta"],
        dependencies={"model": ["small"]},
        repetitions=1,
        record="mine",
    )
    assert found.inputs == ("command",)
    assert [one.point.choices["command"] for one in found.measurements] == ["alpha", "beta"]
    assert mixtures(load_experiment("mine")).keys() == {"command"}


def test_a_variant_without_the_programs_own_time_fails_alone(guesses: str) -> None:
    outcome = measured(framework=["alpha"], model=["mute", "small"])
    mute, small = outcome.measurements
    assert isinstance(mute.error, RunError)
    assert "nothing measures 'latency_s'" in mute.error.message
    assert small.error is None
    found = Workspace().benchmark(
        "program:guesses", options={"model": ["mute"]}, metric="wall_s", repetitions=1
    )
    assert found.failure is None


def test_replay_rebuilds_what_was_chosen(guesses: str, ckp_home: Path) -> None:
    measured("mine", framework=["alpha@1"], data_type=["int8"], dataset=["letters"], batch=[4])
    (point,) = recorded(ckp_home, "mine")
    context = Context(SilentReporter())
    component = context.store.get(Cid("experiment", "mine"))
    (again,) = replay(component, ReplayOptions(), context)
    assert again.replayed is not None
    assert dict(again.replayed.choices) == dict(point.choices)
    assert again.replayed.metrics["latency_s"].value == 4.5
    assert again.substitutions == ()


def test_replay_tells_of_options_that_are_gone(
    guesses: str, add_component: AddComponent, ckp_home: Path
) -> None:
    measured("mine", framework=["alpha"], batch=[4])
    left = {name: one for name, one in GUESSES["options"].items() if name != "batch"}
    add_guesses(add_component, ckp_home, options=left)
    context = Context(SilentReporter())
    (again,) = replay(context.store.get(Cid("experiment", "mine")), ReplayOptions(), context)
    (told,) = [one for one in again.substitutions if "batch" in one]
    assert "has no such option" in told
    assert again.replayed is not None
    assert again.replayed.metrics["latency_s"].value == 1.5


def test_a_replay_with_the_nearest_asks_for_nothing_that_nobody_chose(
    add_component: AddComponent, ckp_home: Path
) -> None:
    left = {name: one for name, one in GUESSES["options"].items() if name != "model"}
    add_guesses(add_component, ckp_home, options=left)
    measured("mine", framework=["alpha@1"], batch=[1])
    context = Context(SilentReporter())
    gone = next(one for one in context.environments.entries() if one.installation.version == "1.0")
    gone.installation.path.unlink()
    experiment = context.store.get(Cid("experiment", "mine"))
    (again,) = replay(experiment, ReplayOptions(), Context(SilentReporter()))
    assert again.replayed is not None
    assert again.replayed.choices["framework"] == "alpha@2.0"
    assert again.replayed.choices.keys() == again.recorded.choices.keys()
    assert any("alpha" in one for one in again.substitutions)


def test_pre_processing_has_a_directory_that_stays(guesses: str, ckp_home: Path) -> None:
    measured(batch=[1, 2])
    measured(batch=[1])
    log = ckp_home / "cache" / "components" / "local" / "log"
    assert log.read_text().split() == ["once"] * 3


def test_in_cks_way(guesses: str) -> None:
    asked = {"module_uoa": "program", "data_uoa": "guesses", "repeat": 1, "warmup": 0}
    done = access({**asked, "action": "run", "framework": "beta", "batch": 2, "model": "small"})
    assert done["return"] == 0, done["error"]
    assert done["resolved"]["framework"]["product"] == "beta"
    assert done["metrics"]["latency_s"]["value"] == 2.5
    done = access(
        {
            **asked,
            "action": "benchmark",
            "framework": "alpha,beta",
            "batch": [1, 8],
            "model": "small",
        }
    )
    assert done["return"] == 0, done["error"]
    chosen = [one["point"]["choices"] for one in done["variants"]]
    assert [(one["framework"], one["batch"]) for one in chosen] == [
        *(("alpha@2.0", 1), ("alpha@2.0", 8), ("beta@3.1", 1), ("beta@3.1", 8))
    ]
    done = access({**asked, "action": "benchmark", "deps": {"dataset": "digits,letters"}})
    assert [one["point"]["choices"]["dataset"] for one in done["variants"]] == [
        *("digits@1", "letters@1")
    ]
    done = access({**asked, "action": "run", "framework": "gamma"})
    assert done["return"] == 2
    assert "one of alpha, beta" in done["error"]


def run(ckp: Ckp, *words: str) -> Any:
    done = ckp("run", "program:guesses", *words, "--repeat=1", "--warmup=0", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_on_the_command_line(ckp: Ckp, guesses: str) -> None:
    found = run(ckp, "--framework", "alpha@1", "--data_type=int8", "--dataset=letters", "--batch=4")
    assert found["command"] == "alpha"
    assert {k: one["version"] for k, one in found["resolved"].items()} == {
        "dataset": "1",
        "framework": "1.0",
        "model": "1.1",
    }
    assert found["metrics"]["latency_s"]["value"] == 4.5
    found = run(ckp, "--model=mute@1", "--lanes", "2")
    assert found["resolved"]["model"]["product"] == "mute"


def test_a_sweep_on_the_command_line(ckp: Ckp, guesses: str) -> None:
    words = ["--framework", "alpha,beta", "--dep-tags.model=fp32;-fp32", "--deps.model=small,odd"]
    done = ckp("benchmark", guesses, *words, "--dataset=digits", "--repeat=1", "--json")
    found = json.loads(done.stdout)["variants"]
    assert done.returncode == 5
    assert "needs model" in done.stderr
    told = [(one["point"]["choices"], one["point"]["status"]) for one in found]
    names = ("framework", "model", "data-type", "dep-tags.model")
    assert [(*map(c.get, names), s) for c, s in told] == [
        ("alpha@2.0", "small@1", "fp32", None, "ok"),
        ("alpha@2.0", "small@1.1", "int8", "-fp32", "ok"),
        ("alpha", "odd", "fp32", None, "failed"),
        ("alpha", "odd", None, "-fp32", "failed"),
        ("beta@3.1", "small@1", "fp32", None, "ok"),
        ("beta", "small", None, "-fp32", "failed"),
        ("beta@3.1", "odd@1", "fp32", None, "failed"),
        ("beta", "odd", None, "-fp32", "failed"),
    ]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--framwork=alpha"], 2, "--framework"),
        (["--bat-ch=1"], 2, "--batch"),
        (["--framework=alpha,beta"], 2, "ckp benchmark takes several"),
        (["--deps.model=a,b"], 2, "ckp benchmark takes several"),
        (["--batch=1", "--batch=2"], 2, "given twice"),
        (["--framework=beta", "--data-type=int8"], 5, "int8"),
        (["--batch"], 2, "requires an argument"),
    ],
)
def test_mistakes_on_the_command_line(
    ckp: Ckp, guesses: str, words: list[str], status: int, says: str
) -> None:
    done = ckp("run", guesses, *words)
    assert done.returncode == status, done.stderr
    assert says in done.stderr


def test_help_and_show_list_them(ckp: Ckp, guesses: str) -> None:
    text = " ".join(ckp("run", guesses, "--help").stdout.split())
    for words in (
        "Options of the program",
        "--framework alpha|beta[@VERSION] What runs it. [default: alpha]",
        "--batch 1|2|4|8 Pictures at a time. [default: 1]",
        "--lanes 1..4",
    ):
        assert words in text
    assert text.count("--dataset") == ckp("run", "--help").stdout.count("--dataset")
    assert "--dataset NAME[@VERSION]" in ckp("compile", guesses, "--help").stdout
    assert ckp("run", "program:nobody", "--help").returncode == 0
    shown = ckp("show", guesses).stdout
    assert "odd@1" in shown
    assert "latency_s" in shown
    (listed,) = json.loads(ckp("show", guesses, "--json").stdout)
    assert {one["name"]: one["values"] for one in listed["options"]}["dataset"] == [
        *("digits@1", "letters@1")
    ]


def test_what_is_found_and_locked_is_of_the_command_that_is_meant(
    ckp: Ckp, guesses: str, tmp_path: Path
) -> None:
    done = ckp("compile", guesses, "--framework=beta", "--dataset=letters", "--json")
    found = json.loads(done.stdout)["resolved"]
    assert found["framework"]["product"] == "beta"
    assert found["dataset"]["product"] == "letters"
    file = tmp_path / "lock.json"
    assert ckp("lock", guesses, "--framework=alpha@1", f"--output={file}").returncode == 0
    locked = json.loads(file.read_text())
    assert locked["resolved"]["framework"]["version"] == "1.0"
    again = ["--framework=alpha", f"--lock-file={file}"]
    assert run(ckp, *again)["resolved"]["framework"]["version"] == "1.0"


def test_an_option_that_is_given_is_not_varied(ckp: Ckp, guesses: str) -> None:
    listed = ckp("autotune", guesses, "--framework=alpha", "--batch=4", "--list").stdout
    assert "LANES" in listed
    assert "BATCH" not in listed


def test_autotune_goes_by_the_programs_own_time_and_says_what_was_chosen(
    guesses: str, ckp_home: Path
) -> None:
    found = Workspace().autotune(
        guesses,
        options={"framework": "beta", "model": "small"},
        evaluations=3,
        seed=1,
    )
    told = tuning_json(found)
    assert told["objectives"] == ["latency_s"]
    assert found.winner
    command = command_of(found.winner.point, "here")
    assert "--framework=beta@3.1" in command
    assert "--model=small@1" in command
    assert {one.choices["framework"] for one in recorded(ckp_home, "tune-guesses")} == {"beta@3.1"}


def test_what_fails_to_install_is_tried_once(guesses: str, ckp_home: Path) -> None:
    """Variants that differ in how they run share what was resolved."""
    listener = Listener()
    run = RunOptions(build=BuildOptions(program=Cid("program", "guesses")), warmups=0)
    varied = Variation(
        options={"framework": ("beta",), "data-type": ("int8",), "batch": ("1", "8")}
    )
    asked = BenchmarkOptions(run=run, variation=varied, repetitions=1)
    outcome = benchmark(asked, Context(listener))
    assert len(outcome.measurements) == 2
    assert len({id(one.error) for one in outcome.measurements}) == 1
    assert len([one for one in listener.said if "looking for model" in one]) <= 1
    sound = replace(asked, variation=replace(varied, options={"batch": ("1", "8")}))
    assert benchmark(sound, Context(listener)).failure is None


def test_what_a_whole_side_lacks_is_no_difference(guesses: str) -> None:
    """Each number of lanes has the framework without lanes for partner, batch by batch."""
    measured("mine", framework=["alpha", "beta"], model=["small"], lanes=[1, 2], batch=[1, 8])
    context = Context(SilentReporter())
    options = CompareOptions(by="framework", baseline="beta")
    (answer,) = answers_of(["experiment:mine"], options, context)
    same = [
        (pair.same["lanes"], pair.same["batch"], pair.b.choices["batch"]) for pair in answer.pairs
    ]
    assert sorted(same) == [(1, 1, 1), (1, 8, 8), (2, 1, 1), (2, 8, 8)]
    assert answer.alone == 0
