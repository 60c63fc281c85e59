"""Points of one session are replayed in common blocks; what is wrong with one is its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.options import BenchmarkOptions, BuildOptions, RunOptions
from ck_core.errors import ComponentNotFoundError
from ck_core.experiments.measuring.benchmark import benchmark, measure_variants
from ck_core.experiments.measuring.variants import Variant
from ck_core.experiments.replay.replay_sessions import sessions_of
from ck_core.system.pinning import ChosenCpus
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.point_kit import sample
from experiments.recorded_kit import measured
from experiments.replay_kit import add_program, points, points_file, recorded, replayed

THREE = "--env.N=1,2,3"


@pytest.fixture
def program(add_component: AddComponent, ckp: Ckp) -> Path:
    """``program:it``, which says one thing; three points of one session, and one before them."""
    path = add_program(add_component, ckp)
    recorded(ckp)
    recorded(ckp, "program:it", THREE)
    return path


def of_session(ckp: Ckp) -> list[dict[str, Any]]:
    """The last points of the file that share a session."""
    found = points(ckp)
    return [one for one in found if one["session"] == found[-1]["session"]]


def raw(point: dict[str, Any], name: str) -> list[float]:
    found: list[float] = point["characteristics"][name]
    return found


def test_a_session_is_interleaved_by_its_own_seed(ckp: Ckp, program: Path) -> None:
    before = of_session(ckp)
    answer = replayed(ckp, 0, "--record")
    assert [one["point"] for one in answer["points"]] == [one["uid"] for one in points(ckp)[:4]]
    after = of_session(ckp)
    assert len(after) == 3
    assert after[0]["session"] not in {before[0]["session"], points(ckp)[4]["session"]}
    assert [one["replay_of"] for one in after] == [one["uid"] for one in before]
    for one, other in zip(after, before, strict=True):
        assert one["seed"] == other["seed"]
        assert raw(one, "order") == raw(other, "order")
        assert raw(one, "block") == [0, 1, 2, 3]
    orders = sorted(number for one in after for number in raw(one, "order"))
    assert orders == list(range(12))


def test_one_that_fails_stops_no_other(ckp: Ckp, program: Path) -> None:
    (program / "run.sh").write_text('[ "$N" = 2 ] && exit 3\necho same\n')
    answer = replayed(ckp, 13, "--record")
    found = [one["verdict"] for one in answer["points"]]
    assert found == ["reproduced", "reproduced", "changed", "reproduced"]
    assert "exited with status 3" in answer["points"][2]["reason"]
    last = of_session(ckp)
    assert [one.get("status") for one in last] == ["ok", "failed", "ok"]
    assert raw(last[0], "block") == [0, 1, 2, 3]


def test_one_that_cannot_be_rebuilt_stops_no_other(ckp: Ckp, program: Path) -> None:
    found = points(ckp)
    found[2]["choices"]["env.A=B"] = "1"
    write(ckp, found)
    answer = replayed(ckp, 14)
    verdicts = [one["verdict"] for one in answer["points"]]
    assert verdicts == ["reproduced", "reproduced", "cannot tell", "reproduced"]
    assert "environment variable" in answer["points"][2]["reason"]


def test_each_is_run_as_often_as_it_was(ckp: Ckp, program: Path) -> None:
    found = points(ckp)
    found[2]["characteristics"] = {
        name: values[:2] for name, values in found[2]["characteristics"].items()
    }
    write(ckp, found)
    replayed(ckp, 0, "--record", "--last")
    assert [raw(one, "block") for one in of_session(ckp)] == [[0, 1, 2, 3], [0, 1], [0, 1, 2, 3]]
    replayed(ckp, 0, "--record", f"--point={found[1]['uid']}", "--repeat=3")
    assert raw(points(ckp)[-1], "block") == [0, 1, 2]


def write(ckp: Ckp, found: list[dict[str, Any]]) -> None:
    points_file(ckp).write_text("".join(json.dumps(one) + "\n" for one in found))


def test_what_is_told_of_each_comes_when_its_session_has_ended(ckp: Ckp, program: Path) -> None:
    done = ckp("replay", "experiment:of-test", "--metrics=correct", "--warmup=0")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("measuring 3 variants") == 1
    assert done.stdout.count(": reproduced") == 4
    assert "4 points: 4 reproduced" in done.stdout


def test_which_are_one_session() -> None:
    first, second = "a" * 16, "b" * 16
    sessions = [first, second, first, "", ""]
    made = [measured(number, [1.0], session) for number, session in enumerate(sessions)]
    found = [[int(one.uid, 16) for one in group] for group in sessions_of(made)]
    assert found == [[0, 2], [1], [3], [4]]


def test_points_that_were_pinned_otherwise_are_apart() -> None:
    from dataclasses import replace  # noqa: PLC0415  # here only

    one = replace(sample(1), session="a" * 16)
    other = replace(sample(2), session="a" * 16, features={"pinned": "0"})
    assert len(sessions_of([one, other])) == 2


# What measures them


def options(program: str = "it", **values: Any) -> RunOptions:
    build = BuildOptions(program=Cid("program", program))
    return RunOptions(build=build, warmups=0, **values)


def test_variants_of_ones_own_fail_alone(ckp: Ckp, add_component: AddComponent) -> None:
    """A dataset that is not there ends a benchmark, since the user has misspelt it."""
    add_program(add_component, ckp)
    asked = BenchmarkOptions(run=options(dataset="lost"), repetitions=1, calibrated=False)
    context = Context(SilentReporter())
    with pytest.raises(ComponentNotFoundError):
        benchmark(asked, context)
    variants = [
        Variant(options=options(dataset="lost"), target=None),
        Variant(options=options(), target=None, repetitions=2),
        Variant(options=options(), target=None),
    ]
    found = measure_variants(variants, asked, context, ChosenCpus())
    lost, twice, once = found.measurements
    assert isinstance(lost.error, ComponentNotFoundError)
    assert (lost.point.status, lost.point.stage) == ("failed", "build")
    counts = [len(one.point.characteristics["wall_s"]) for one in (twice, once)]
    assert counts == [2, 1]
    assert found.experiment is None
