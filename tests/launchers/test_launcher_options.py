"""``--launcher NAME --launcher.KEY=VALUE``: told to the launcher, varied, recorded, replayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core import access
from ck_core.cli.launcher_options import launcher_of, told_once
from ck_core.errors import UsageError
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.workspace.workspace import Workspace
from experiments.replay_kit import add_program, change_point, points, recorded, replayed
from launchers.far_kit import far, most_at_once

__all__ = ["far"]


@pytest.fixture
def program(add_component: AddComponent, ckp: Ckp) -> None:
    add_program(add_component, ckp)


def test_what_is_told_is_an_axis_and_a_choice(ckp: Ckp, far: Path, program: None) -> None:
    recorded(ckp, "program:it", "--launcher=far", "--launcher.tasks=1,2", "--launcher.part_x=a b")
    first, second = points(ckp)
    assert first["choices"]["launcher.tasks"] in {1, "1"}
    assert second["choices"]["launcher.tasks"] in {2, "2"}
    assert second["choices"]["launcher.part-x"] == "a b"
    assert second["features"]["launcher"] == "far"
    assert {line.split(" ", 1)[1] for line in far.read_text().splitlines()} == {
        "part-x=a b,tasks=1",
        "part-x=a b,tasks=2",
    }


def test_jobs_and_script_are_in_the_point(ckp: Ckp, far: Path, program: None) -> None:
    recorded(ckp, "program:it", "--launcher=far")
    (point,) = points(ckp)
    assert {one["nodes"][0] for one in point["jobs"]} == {"n1"}
    assert len(point["jobs"]) == len(point["characteristics"]["wall_s"])
    assert point["job_script"] == "#!/bin/sh"


def test_a_replay_tells_the_same(ckp: Ckp, far: Path, program: None) -> None:
    recorded(ckp, "program:it", "--launcher=far", "--launcher.tasks=3")
    far.unlink()
    replayed(ckp, 0)
    assert "tasks=3" in far.read_text()


@pytest.mark.parametrize("value", ["--wrap=/opt/x", "/opt/python", "a b", "$(x)", "plain"])
def test_what_may_be_a_strangers_program_is_not_told_unasked(
    ckp: Ckp, far: Path, program: None, value: str
) -> None:
    recorded(ckp, "program:it", "--launcher=far", "--launcher.tasks=3")
    change_point(ckp, {"choices": {"launcher.native": value}})
    far.unlink()
    done = ckp("replay", "experiment:of-test", "--warmup=0")
    assert "launcher option" in done.stdout + done.stderr
    assert "--trust" in done.stdout + done.stderr
    assert not far.exists()


def test_an_option_that_the_launcher_refuses(ckp: Ckp, far: Path, program: None) -> None:
    done = ckp("run", "program:it", "--launcher=far", "--launcher.bad=1")
    assert done.returncode == 2
    assert "launcher far knows no option 'bad'" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--launcher.tasks=2",), "--launcher.tasks is told to nobody"),
        (("--launcher=a", "--launcher=b"), "--launcher is both a and b"),
        (("--launcher=a", "--launcher.n=1", "--launcher.n=2"), "--launcher.n is both 1 and 2"),
        (("--launcher=a", "--launcher.n="), "it is NAME, or a KEY=VALUE"),
    ],
)
def test_what_makes_no_sense(ckp: Ckp, program: None, words: tuple[str, ...], said: str) -> None:
    done = ckp("run", "program:it", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_one_thing_may_be_told_twice_alike() -> None:
    assert told_once([("", "slurm"), ("n", "1"), ("n", "1")]) == {"n": "1"}
    assert launcher_of([]) == "local"
    with pytest.raises(UsageError):
        told_once([("n", "1"), ("n", "2")])


def test_repetitions_run_beside_each_other(ckp: Ckp, far: Path, program: None) -> None:
    options = ("--launcher=far", "--jobs=4", "--no-calibration", "--repeat=8", "--json")
    done = ckp("benchmark", "program:it", "--env.N=1,2", *options, FAR_SLEEPS="0.5")
    assert done.returncode == 0, done.stderr
    assert most_at_once(far) == 4
    assert len(far.read_text().splitlines()) == 2 * (1 + 8)  # a warm-up each


def test_what_fails_beside_others_takes_none_with_it(
    ckp: Ckp, far: Path, add_component: AddComponent
) -> None:
    add_program(add_component, ckp, script="echo hi; exit ${FAILS:-0}")
    options = ("--launcher=far", "--jobs=4", "--no-calibration", "--repeat=3")
    record = ("--record", "--record-uoa=of-test")
    done = ckp("benchmark", "program:it", "--env.FAILS=0,1", *options, *record)
    assert done.returncode == 8, done.stderr
    assert sorted(one["status"] for one in points(ckp)) == ["failed", "ok"]


def test_on_this_machine_nothing_runs_beside_another(ckp: Ckp, program: None) -> None:
    for words in (("benchmark",), ("autotune",), ("autotune", "--predict")):
        done = ckp(*words, "program:it", "--jobs=2")
        assert done.returncode == 2
        assert "launcher local measures one at a time" in done.stderr


def test_from_python_and_by_access(
    far: Path, program: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path / "site")
    found = Workspace().benchmark(
        "program:it",
        launcher="far",
        launcher_options={"tasks": [1, 2]},
        repetitions=2,
        calibrated=False,
        jobs=2,
    )
    assert [one.error for one in found.measurements] == [None, None]
    request = {"action": "run", "module_uoa": "program", "data_uoa": "it", "repeat": 1}
    answer = access({**request, "launcher": "far", "launcher_options": {"tasks": 5}})
    assert answer["return"] == 0, answer
    answer = access(
        {**request, "action": "benchmark", "launcher": "far", "launcher_options": {"tasks": [6, 7]}}
    )
    assert answer["return"] == 0, answer
    told = {line.split(" ")[1] for line in far.read_text().splitlines()}
    assert told == {f"tasks={n}" for n in (1, 2, 5, 6, 7)}
