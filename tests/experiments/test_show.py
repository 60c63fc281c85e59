"""ckp show experiment:NAME: what is recorded, on the screen, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.store.experiments import POINTS_FILE
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.point_kit import sample
from experiments.recorded_kit import failed, record


@pytest.fixture
def experiment(ckp_home: Path) -> Path:
    points = [sample(number, 8) for number in range(12)]
    return record(ckp_home, "corners", [*points, failed(12, "exit status 139")])


def test_a_table_with_the_newest_last(ckp: Ckp, experiment: Path) -> None:
    done = ckp("show", "experiment:corners", COLUMNS="200")
    assert done.returncode == 0, done.stderr
    first, _, head, *rows = done.stdout.splitlines()
    assert first.startswith("All: program sample, command default, level speed, dataset image-1")
    assert head.split()[:3] == ["point", "compiler", "flags"]
    assert {"status", "wall_s", "size_bytes"} <= set(head.split())
    assert [row.split()[0][-2:] for row in rows[:13]] == [f"{n:02x}" for n in range(13)]
    assert rows[-1] == "000000000000000c failed (run): exit status 139"


def test_columns_are_chosen_for_the_width(ckp: Ckp, experiment: Path) -> None:
    done = ckp("show", "experiment:corners", "--last=5", COLUMNS="80")
    table = done.stdout.split("\n\n")[1].splitlines()
    assert max(map(len, table)) <= 80
    assert "wall_s" in table[0]
    assert "no room for: " in done.stderr
    wide = ckp("show", "experiment:corners", "--last=5", COLUMNS="250")
    assert "no room" not in wide.stderr


def test_sort_filter_columns_and_last(ckp: Ckp, experiment: Path) -> None:
    words = ("show", "experiment:corners", "--columns=uid,wall_s", "--json")
    values = [one["wall_s"] for one in json.loads(ckp(*words, "--sort=wall_s").stdout)]
    assert values[:-1] == sorted(values[:-1])
    assert values[-1] is None  # the failed one
    largest = json.loads(ckp(*words, "--sort=-wall_s", "--last=2").stdout)
    assert [one["wall_s"] for one in largest] == values[-2:-4:-1]
    few = json.loads(ckp(*words, "--filter=compiler~gcc and wall_s<0.15").stdout)
    assert few
    assert all(one["wall_s"] < 0.15 for one in few)
    newest = json.loads(ckp(*words, "--last=1").stdout)
    assert [one["uid"] for one in newest] == [f"{12:016x}"]


def test_a_long_table_is_cut_and_says_so(ckp: Ckp, ckp_home: Path) -> None:
    record(ckp_home, "long", [sample(number, 1) for number in range(60)])
    done = ckp("show", "experiment:long")
    assert len(done.stdout.splitlines()) == 2 + 1 + 50
    assert "the newest 50; --last N shows more" in done.stderr
    assert done.stdout.splitlines()[-1].split()[0].endswith(f"{59:02x}")
    for words in (["--last=60"], ["--last=60", "--sort=wall_s"]):
        assert len(ckp("show", "experiment:long", *words).stdout.splitlines()) == 63
    assert "the first 50" in ckp("show", "experiment:long", "--sort=wall_s").stderr


def test_whole_points_as_json(ckp: Ckp, experiment: Path) -> None:
    found = json.loads(ckp("show", "experiment:corners", "--json").stdout)
    lines = (experiment / POINTS_FILE).read_text("utf-8").splitlines()
    assert found == [json.loads(line) for line in lines]


def test_csv_has_a_column_for_each_value(ckp: Ckp, experiment: Path) -> None:
    done = ckp("show", "experiment:corners", "--csv")
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(found) == 13
    assert float(found[3]["wall_s.low"]) <= float(found[3]["wall_s"])
    assert found[3]["compiler"] == sample(3).choices["compiler"]
    assert found[12]["error"] == "exit status 139"


def test_all_of_one_point(ckp: Ckp, experiment: Path) -> None:
    done = ckp("show", "experiment:corners", f"--point={3:016x}")
    point = sample(3, 8)
    for text in ("choice flags", "raw wall_s", "feature governor", point.resolved[0].digest):
        assert text in done.stdout
    beginning = ckp("show", "experiment:corners", "--point=0000")
    assert beginning.returncode == 2
    assert "begins 13 points" in beginning.stderr
    assert ckp("show", "experiment:corners", "--point=ffff").returncode == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--columns=wal_s"], "did you mean wall_s?"),
        (["--sort=-flag"], "did you mean flags?"),
        (["--filter=compilr=gcc"], "did you mean compiler?"),
        (["--filter=compiler="], "expected a value"),
        (["--json", "--csv"], "exclude each other"),
    ],
)
def test_mistakes_are_named(ckp: Ckp, experiment: Path, words: list[str], said: str) -> None:
    done = ckp("show", "experiment:corners", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_empty_experiments_say_how_to_fill_them(ckp: Ckp, ckp_home: Path) -> None:
    record(ckp_home, "empty", [])
    done = ckp("show", "experiment:empty")
    assert done.returncode == 0
    assert "has no points yet" in done.stderr
    assert "ckp benchmark" in done.stderr
    assert json.loads(ckp("show", "experiment:empty", "--json").stdout) == []


def test_lines_that_cannot_be_read_are_named(ckp: Ckp, experiment: Path) -> None:
    with (experiment / POINTS_FILE).open("a", encoding="utf-8") as stream:
        stream.write('{"schema": 999}\nnonsense\n')
    for words in ([], ["--sort=wall_s"]):
        done = ckp("show", "experiment:corners", *words)
        assert done.returncode == 0
        assert f"{POINTS_FILE}:14: " in done.stderr
        assert f"{POINTS_FILE}:15: " in done.stderr


def test_texts_of_strangers_command_no_terminal(ckp: Ckp, ckp_home: Path) -> None:
    evil = "\x1b[2Jgone"
    points = [
        replace(sample(number), choices={"flags": f"{evil}{number}", evil: number})
        for number in range(2)
    ]
    record(ckp_home, "evil", [*points, failed(3, evil)])
    for words in ([], [f"--point={1:016x}"], ["--names"], ["--columns=flags"]):
        done = ckp("show", "experiment:evil", *words, COLUMNS="200")
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout + done.stderr


def test_other_kinds_are_shown_as_before(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("dataset", "d", {"tags": ["jpeg"]})
    assert "dataset:d" in ckp("show", "dataset").stdout
    assert ckp("show", "dataset", "--sort=x").returncode == 2


def test_experiments_are_listed(ckp: Ckp, experiment: Path) -> None:
    assert ckp("ls", "experiment").stdout.split() == ["corners"]
