"""ckp show experiment:NAME: what is recorded, on the screen, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.metric import Metric
from ck_core.store.experiments import POINTS_FILE
from ck_core.testing.fixtures import AddComponent, Ckp
from environments.terminal import on_terminal
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


def test_csv_has_no_column_that_is_empty(ckp: Ckp, experiment: Path) -> None:
    words = ("show", "experiment:corners", "--csv")
    whole, *_ = ckp(*words).stdout.splitlines()
    assert whole.startswith("uid,recorded_at,status,stage,error,program,command,dataset,")
    for narrowed in (["--filter=status=failed"], ["--last=1"], ["--sort=-status", "--last=12"]):
        found = list(csv.DictReader(io.StringIO(ckp(*words, *narrowed).stdout)))
        assert set(found[0]) < set(whole.split(",")), narrowed
        assert all(any(row[name] for row in found) for name in found[0])
    assert "error" not in ckp(*words, "--filter=status=ok").stdout.splitlines()[0].split(",")


def test_json_is_a_list_however_many(ckp: Ckp, ckp_home: Path) -> None:
    """Also where more are asked for than are read from the end of the file."""
    record(ckp_home, "many", [sample(number, 1) for number in range(1_100)])
    words = ("show", "experiment:many", "--columns=uid", "--json")
    text = ckp(*words, "--last=1050").stdout
    assert text == json.dumps([{"uid": f"{n:016x}"} for n in range(50, 1_100)], indent=2) + "\n"
    assert ckp(*words, "--filter=wall_s<0").stdout == "[]\n"


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


def test_nothing_commands_a_terminal(ckp_home: Path, ckp: Ckp) -> None:
    """JSON and CSV are whole in a pipe; on a terminal they hold the same, written otherwise."""
    name, text = "n\x1b]0;owned\x07\u202ev", "\x1b[2J\x9b\u202egnp"
    metric = Metric(name=name, value=1.0)
    point = replace(sample(1), choices={name: text}, metrics={name: metric})
    record(ckp_home, "evil", [point])
    columns = ("--columns", f"uid,{name}")
    for words in ([*columns, "--json"], ["--json"], ["--csv"], [*columns, "--csv"], columns):
        command = ["show", "experiment:evil", *words]
        shown = on_terminal([sys.executable, "-m", "ck_core", *command], columns=200)
        assert not {"\x07", "\x9b", "\u202e"} & {*shown}, words
        assert "\x1b]" not in shown
        assert "\x1b[2J" not in shown
        if "--json" in words:
            assert json.loads(shown) == json.loads(ckp(*command).stdout)
    for words in (["show", "experiment:evil", *columns], ["pareto", "experiment:evil"]):
        done = ckp(*words, *(["--minimize", name] if words[0] == "pareto" else []))
        assert done.returncode == 0, done.stderr
        assert not {"\x1b", "\x07", "\u202e"} & {*done.stdout}


def test_columns_that_are_no_single_values(ckp: Ckp, ckp_home: Path) -> None:
    notes = ("one, two", "three")
    points = [replace(sample(n, 5), notes=notes, place=1 - n, session="5" * 16) for n in range(2)]
    record(ckp_home, "it", points)
    words = ("show", "experiment:it", "--columns=uid,n,notes,command_line,error")
    (second, first) = csv.DictReader(io.StringIO(ckp(*words[:2], words[2][:-6], "--csv").stdout))
    assert (second["uid"], first["uid"]) == (points[1].uid, points[0].uid)  # as they were asked for
    assert (first["n"], first["notes"]) == ("5", "one, two; three")
    assert first["command_line"] == "ckp benchmark program:sample --record"
    assert "three" in ckp(*words[:2], words[2][:-6]).stdout
    assert ckp(*words).returncode == 2  # nobody has failed
    record(ckp_home, "it", [replace(failed(9, "crashed"), choices={"n": "chosen"})])
    *_, last = json.loads(ckp(*words, "--json").stdout)
    assert (last["n"], last["error"]) == ("chosen", "crashed")


def test_of_two_names_of_one_value_csv_has_one(ckp: Ckp, ckp_home: Path) -> None:
    """What did not build knows its dataset as a choice alone."""
    chosen = {"command": "default", "program": "sample"}
    points = [replace(sample(n), choices={**sample(n).choices, **chosen}) for n in range(2)]
    record(ckp_home, "it", [points[0], replace(points[1], dataset=None, correct=None)])
    for narrowed in ([], ["--last=2"]):
        text = ckp("show", "experiment:it", "--csv", *narrowed).stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["dataset"] for row in rows] == ["image-1", "image-1"]
        assert [row["correct"] for row in rows] == ["True", "True"]
        doubles = {f"choices.{n}" for n in ("dataset", "command", "program")}
        assert not (doubles | {"metrics.correct"}) & {*rows[0]}


def test_texts_are_no_formulas_and_can_be_read_back(
    ckp: Ckp, ckp_home: Path, tmp_path: Path
) -> None:
    texts = ["=1+2", "+x", "-O3", "@sum", "\tx", "\rx", "'=1", "''-x", "'x", "-5", "+1e3", "", "x="]
    points = [replace(sample(n), choices={"text": text, "=x": -n}) for n, text in enumerate(texts)]
    record(ckp_home, "it", points)
    assert ckp("show", "experiment:it", "--csv", "--columns==x").stdout.startswith("'=x\n0\n-1\n")
    file = tmp_path / "it.csv"
    assert ckp("export", "experiment:it", "--to=csv", "-o", str(file)).returncode == 0
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["'=x"] for row in rows] == [str(-n) for n in range(len(texts))]
    formulas = [row["text"] for row in rows if row["text"][:1] in {*"=+-@\t\r"}]
    assert formulas == ["-5", "+1e3"]  # are numbers
    assert [re.sub(r"^'(?='*[=+\-@\t\r])", "", row["text"]) for row in rows] == texts


def test_points_are_everywhere_as_they_were_asked_for(ckp: Ckp, ckp_home: Path) -> None:
    points = [replace(sample(n), session="5" * 16, place=4 - n) for n in range(1, 4)]
    record(ckp_home, "it", points)
    asked = [point.uid for point in reversed(points)]
    words = ("show", "experiment:it")
    assert [one["uid"] for one in json.loads(ckp(*words, "--json").stdout)] == asked
    assert [row.split()[0] for row in ckp(*words).stdout.splitlines()[3:]] == asked
    exported = ckp("export", "experiment:it", "--to=json", "-o", "-").stdout
    assert [one["uid"] for one in json.loads(exported)["points"]] == asked
    (answer, _) = json.loads(ckp("compare", "experiment:it", "--by=uid", "--json").stdout)
    assert answer["b"] == asked[0]


def test_tags_choose_no_points(ckp: Ckp, experiment: Path) -> None:
    done = ckp("show", "experiment:corners", "--tags=foo,bar")
    assert done.returncode == 2
    assert "ckp ls experiment --tags=bar,foo" in done.stderr


def test_a_replay_says_of_what(ckp: Ckp, ckp_home: Path) -> None:
    record(ckp_home, "it", [sample(1), replace(sample(2), replay_of=sample(1).uid)])
    shown = ckp("show", "experiment:it", f"--point={sample(2).uid}").stdout
    assert re.search(rf"^replay of +{sample(1).uid}$", shown, re.MULTILINE)


def test_other_kinds_are_shown_as_before(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("dataset", "d", {"tags": ["jpeg"]})
    assert "dataset:d" in ckp("show", "dataset").stdout
    assert ckp("show", "dataset", "--sort=x").returncode == 2


def test_experiments_are_listed(ckp: Ckp, experiment: Path) -> None:
    assert ckp("ls", "experiment").stdout.split() == ["corners"]
