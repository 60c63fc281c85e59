"""Lines of an experiment that are no points: each command names them and goes on with the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.point_json import format_point
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.recorded_kit import SESSION, measured, record, times
from experiments.replay_kit import add_program, recorded

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "show": ("show", "experiment:of-test"),
    "show --json": ("show", "experiment:of-test", "--json"),
    "show --csv": ("show", "experiment:of-test", "--csv"),
    "show --filter": ("show", "experiment:of-test", "--filter=flags~O"),
    "show --sort": ("show", "experiment:of-test", "--sort=wall_s"),
    "compare": ("compare", "experiment:of-test", "--by=flags"),
    "pareto": ("pareto", "experiment:of-test", "--minimize=wall_s,size_bytes"),
    "plot": ("plot", "experiment:of-test", "--kind=bars", "-o", "OUT.svg"),
    "report": ("report", "experiment:of-test", "-o", "OUT.html"),
    "export json": ("export", "experiment:of-test", "--to=json", "-o", "OUT.json"),
    "export csv": ("export", "experiment:of-test", "--to=csv", "-o", "OUT.csv"),
    "export ck": ("export", "experiment:of-test", "--to=ck", "-o", "experiment:of-ck"),
}


def spoil(experiment: Path) -> None:
    """Line 2 is edited into nonsense, line 4 is of the future, the last one is torn."""
    file = experiment / POINTS_FILE
    first, *others = file.read_bytes().splitlines(keepends=True)
    edited = first.replace(b'"uid":"', b'"uid":"not a uid ')
    future = json.dumps({**json.loads(first), "schema": 99, "uid": "f" * 16}).encode() + b"\n"
    lines = [first, edited, *others[:1], future, *others[1:]]
    file.write_bytes(b"".join(lines) + first[:100])


@pytest.fixture
def experiment(ckp_home: Path) -> Path:
    points = [measured(n, times(1 + n / 9, n), SESSION, flags=f"-O{n}") for n in (1, 2, 3)]
    path = record(ckp_home, "of-test", points)
    spoil(path)
    return path


def check_named(said: str, experiment: Path, torn: int, last: str = "was cut short") -> None:
    for number, words in ((2, "uid"), (4, "schema 99"), (torn, last)):
        (line,) = (one for one in said.splitlines() if f"{POINTS_FILE}:{number}:" in one)
        assert words in line
        assert str(experiment) in line
    assert "Traceback" not in said


@pytest.mark.parametrize("name", COMMANDS)
def test_troubles_are_named_and_the_rest_is_used(
    ckp: Ckp, experiment: Path, tmp_path: Path, name: str
) -> None:
    before = (experiment / POINTS_FILE).read_bytes()
    words = [one.replace("OUT", str(tmp_path / "out")) for one in COMMANDS[name]]
    done = ckp(*words, COLUMNS="300")
    assert done.returncode == 0, done.stderr
    check_named(done.stderr, experiment, 6)
    assert POINTS_FILE not in done.stdout
    text = done.stdout + "".join(one.read_text() for one in tmp_path.glob("out.*"))
    if name == "export ck":
        assert len([*experiment.parent.glob("of-ck/ckp-*.flat.json")]) == 3
    elif name != "pareto":
        assert all(flags in text for flags in ("-O1", "-O2", "-O3"))
    assert (experiment / POINTS_FILE).read_bytes() == before


def test_the_frontier_knows_how_many_there_are(ckp: Ckp, experiment: Path) -> None:
    done = ckp("pareto", "experiment:of-test", "--minimize=wall_s", "--json")
    check_named(done.stderr, experiment, 6)
    answer = json.loads(done.stdout)
    assert "0000000000000001" in json.dumps(answer)


def test_a_replay_names_them_too(ckp: Ckp, ckp_home: Path, add_component: AddComponent) -> None:
    add_program(add_component, ckp)
    for _ in range(2):
        recorded(ckp)
    experiment = ckp_home / "repos" / "local" / "experiment" / "of-test"
    spoil(experiment)
    done = ckp("replay", "experiment:of-test", "--metrics=correct", "--json", "--record")
    assert done.returncode == 0, done.stderr
    check_named(done.stderr, experiment, 5)
    assert len(json.loads(done.stdout)["points"]) == 2
    shown = ckp("show", "experiment:of-test", "--json")
    check_named(shown.stderr, experiment, 5, "is not JSON")  # it has got its end
    assert len(json.loads(shown.stdout)) == 4


def test_a_point_that_became_another_is_named(ckp: Ckp, ckp_home: Path) -> None:
    """Values of a wrong kind, in keys that commands go into."""
    good = measured(1, times(1, 1), SESSION)
    path = record(ckp_home, "of-test", [good])
    changes: tuple[dict[str, object], ...] = (
        {"metrics": 7},
        {"characteristics": {"wall_s": "slow"}},
        {"choices": [1]},
    )
    values = json.loads(format_point(replace(good, uid="2" * 16)))
    with (path / POINTS_FILE).open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps({**values, **change}) + "\n" for change in changes)
    done = ckp("show", "experiment:of-test", "--json")
    assert [one["uid"] for one in json.loads(done.stdout)] == [good.uid]
    for number, change in enumerate(changes, start=2):
        (line,) = (one for one in done.stderr.splitlines() if f"{POINTS_FILE}:{number}:" in one)
        assert f"'{next(iter(change))}" in line
