"""``ckp autotune program:* --tags=suite``: one table, and what suits all."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ck_core.analysis.comparison import Effect, Scale
from ck_core.analysis.speedup import geometric_mean
from ck_core.cli.tuning_suite import common_notes
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.common_winner import Common
from experiments.benchmark_kit import needs_gcc, recorded
from experiments.point_kit import sample
from tuning.tuning_kit import tuned_program

OPTIONS = ("--compiler=gcc", "--tune=own", "--strategy=exhaustive", "--finals=12", "--seed=1")
SIZE = (
    *("--compiler=gcc", "--tune=own", "--strategy=exhaustive", "--seed=1", "--flags=-DWORK=0"),
    *("--objective=size_bytes", "--no-reduction"),
)


@pytest.mark.slow
@needs_gcc
def test_many_programs(ckp: Ckp, add_component: AddComponent) -> None:
    for name in ("one", "two"):
        add_component("program", name, *tuned_program(tags=["lang-c", "mine"]))
    add_component(
        "program", "broken", *tuned_program(tags=["lang-c", "mine"], source_files=["x.c"])
    )
    add_component("program", "other", *tuned_program())
    words = ("autotune", "program:*", "--tags=mine", *OPTIONS, "--param=WORK=8,1")
    done = ckp(*words, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [one["program"] for one in found["programs"]] == ["broken", "one", "two"]
    assert "x.c" in found["programs"][0]["error"]
    assert found["programs"][1]["configuration"] == {"WORK": "1"}
    assert found["common"]["configuration"] == {"WORK": "1"}
    assert found["common"]["gains"].keys() == {"one", "two"}
    assert found["common"]["mean"] > 1.5
    assert found["common"]["proved"]
    for name in ("one", "two"):
        command = shlex.split(found["common"]["commands"][name])
        assert command[:3] == ["ckp", "run", f"program:{name}"]
        assert "-DWORK=1" in " ".join(command)
        assert ckp(*command[1:], "--repeat=1").returncode == 0
    assert re.search(r"3 of 3: program:two, about 0:\d\d:\d\d left", done.stderr)
    begun = re.findall(r"ckp: (\d of 3: program:\w+)", done.stderr)
    assert begun == ["1 of 3: program:broken", "2 of 3: program:one", "3 of 3: program:two"]


@needs_gcc
def test_each_has_its_command_and_its_experiment(ckp: Ckp, add_component: AddComponent) -> None:
    """Of a size, so that no speed decides: what makes one smaller makes the other larger."""
    for name in ("one", "two"):
        meta, files = tuned_program(tags=["lang-c", "mine"])
        if name == "two":
            files = {**files, "main.c": "#undef PADDING\n" + files["main.c"]}
        add_component("program", name, meta, files)
    words = (*SIZE, "--param=PADDING=3,1")
    done = ckp("autotune", "program:*", "--tags=mine", *words)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "speed-up" not in lines[0]
    assert lines[1].startswith("one ")
    assert "% smaller" in lines[1]
    assert lines[1].endswith("experiment:tune-one")
    (again,) = [one for one in lines if "again: " in one]
    assert again.startswith("- one again: ckp run program:one --compiler=gcc@")
    assert "-DPADDING=1" in again
    assert "- two: nothing better than the program as it is" in lines


@needs_gcc
def test_what_is_wrong_with_one_meta_stops_no_other(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "bad", *tuned_program(tags=["lang-c", "mine"], metric="foo"))
    add_component("program", "one", *tuned_program(tags=["lang-c", "mine"]))
    words = ("autotune", "program:*", "--tags=mine", *SIZE, "--param=PADDING=3,1", "--json")
    done = ckp(*words)
    assert done.returncode == 0, done.stderr
    bad, one = json.loads(done.stdout)["programs"]
    assert "foo" in bad["error"]
    assert one["configuration"] == {"PADDING": "1"}
    for wrong in ("--constraint=nonsense", "--objective=wall_s,wall_s", "--jobs=2"):
        assert ckp(*words, wrong).returncode == 2


@needs_gcc
def test_what_many_searches_would_vary(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Program by program; nothing is searched."""
    tiles = {"TILE": {"type": "integer", "values": [1, 2], "default": 1}}
    add_component("program", "one", *tuned_program(tags=["lang-c", "mine"], choices=tiles))
    add_component("program", "two", *tuned_program(tags=["lang-c", "mine"]))
    add_component("program", "bad", *tuned_program(tags=["lang-c", "mine"], metric="foo"))
    words = ("autotune", "program:*", "--tags=mine", "--compiler=gcc", "--list", "--param=WORK=1,2")
    done = ckp(*words, "--tune=own", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    names = {name: [one["name"] for one in told] for name, told in found.items()}
    assert names == {"one": ["WORK"], "two": ["WORK"]}
    assert "bad: " in done.stderr
    told = ckp(*words).stdout
    assert re.search(r"^one:$.*^TILE .*^two:$.*^WORK ", told, re.MULTILINE | re.DOTALL)
    assert not (ckp_home / "repos/local/experiment").exists()


@needs_gcc
def test_options_of_the_program_are_heeded_with_tags(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    meta, files = tuned_program(tags=["lang-c", "mine"], options={"batch": {"sets": "BATCH"}})
    add_component("program", "one", meta, files)
    words = ("autotune", "program:one", "--tags=mine", *SIZE, "--param=PADDING=3,1")
    done = ckp(*words, "--evaluations=1", "--batch=7")
    assert done.returncode == 0, done.stderr
    (file,) = (ckp_home / "repos/local/experiment/tune-one").glob("tuning-*.json")
    assert json.loads(file.read_text())["options"]["run"]["environment"] == {"BATCH": "7"}


@pytest.mark.parametrize("words", [("program:it",), ("program:*", "--tags=mine")])
def test_a_model_is_of_predictions(ckp: Ckp, words: tuple[str, ...]) -> None:
    done = ckp("autotune", *words, "--model=tree")
    assert done.returncode == 2, done.stderr
    assert "give --predict with it" in done.stderr


@needs_gcc
def test_what_was_found_outlives_an_interruption(
    add_component: AddComponent, tmp_path: Path
) -> None:
    """The second program runs for ever as it is, and its search has yet to begin."""
    mark, own = tmp_path / "begun", ["lang-c", "mine"]
    add_component("program", "one", *tuned_program(tags=own))
    script = {"run_cmds": {"default": {"run_time": {"run_cmd_main": f"touch {mark}; sleep 600"}}}}
    add_component("program", "two", *tuned_program(tags=own, **script))
    add_component("program", "until", *tuned_program(tags=own))
    words = ("autotune", "program:*", "--tags=mine", *SIZE, "--param=PADDING=3,1", "--json")
    command = [sys.executable, "-m", "ck_core", *words]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not mark.exists():
        assert child.poll() is None, child.communicate()
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGINT)
    told, errors = child.communicate()
    assert child.returncode == 130, errors
    found = json.loads(told)
    assert [one["configuration"] for one in found["programs"]] == [{"PADDING": "1"}]
    assert found["not_begun"] == ["program:two", "program:until"]


@needs_gcc
def test_what_is_chosen_for_all_is_measured_anew(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """By one of two programs that have their name from two repositories."""
    assert ckp("add", "repo:other").returncode == 0
    meta, files = tuned_program(tags=["lang-c", "mine"])
    grows = "#if PADDING == 1\n#undef PADDING\n#define PADDING 6\n#endif\n"
    add_component("program", "two", meta, {**files, "main.c": grows + files["main.c"]})
    assert ckp("mv", "program:two", "other:program:one").returncode == 0
    add_component("program", "one", meta, files)
    done = ckp("autotune", "program:*", "--tags=mine", *SIZE, "--param=PADDING=8,4,1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    names = ["local:program:one", "other:program:one"]
    assert [one["program"] for one in found["programs"]] == names
    assert [one["configuration"]["PADDING"] for one in found["programs"]] == ["1", "4"]
    assert found["common"]["found_for"] == names[0]
    assert found["common"]["gains"].keys() == {*names}
    told = [one.extra["tuning"].get("role") for one in recorded(ckp_home, "tune-one")]
    assert [told.count(f"found for {name}") for name in names] == [4, 2]


def shown_for_all(ratio: float) -> list[str]:
    effects = [
        Effect(
            estimate=ratio, low=ratio - 0.01, high=ratio + 0.01, coverage=0.99, scale=Scale.RATIO
        )
        for _ in range(2)
    ]
    common = Common(
        found_for="one",
        configuration={"-march=": "native"},
        mean=geometric_mean("one", effects),
        gains={},
        points={"one": sample(1)},
    )
    return [*common_notes(common)]


def test_what_is_best_for_all_must_be_better() -> None:
    best, command, recorded = shown_for_all(1.2)
    assert best.startswith("best for all: 1.2 [")
    assert command.startswith("one with what is best for all: ckp run program:")
    assert "'found for one'" in recorded
    (nothing,) = shown_for_all(0.9)
    assert nothing.startswith("for all of them: nothing better than the program as it is")


@needs_gcc
def test_a_limit_for_all_of_them(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    """It is over when the first has been searched; that has half of its own share."""
    for name in ("one", "two"):
        add_component("program", name, *tuned_program(tags=["lang-c", "mine"]))
    words = ("autotune", "program:*", "--tags=mine", *SIZE, "--param=PADDING=3,1")
    done = ckp(*words, "--total-time=0.001")
    assert done.returncode == 0, done.stderr
    assert "- not begun, by Ctrl-C or --total-time: program:two" in done.stdout.splitlines()
    assert "program:two" not in done.stderr
    found = json.loads(ckp(*words, "--total-time=0.001", "--json").stdout)
    assert found["not_begun"] == ["program:two"]
    enough = ckp(*words, "--total-time=40", "--max-time=15", "--evaluations=1", "--json")
    assert json.loads(enough.stdout)["not_begun"] == []
    least, again, half = limits_of(ckp_home, "one")
    assert least == again == 1
    assert 9 < half <= 10
    assert limits_of(ckp_home, "two") == [15]


def limits_of(home: Path, name: str) -> list[float]:
    """Of the searches of a program, the shortest first."""
    files = (home / f"repos/local/experiment/tune-{name}").glob("tuning-*.json")
    budgets = [json.loads(one.read_text())["options"]["budget"] for one in files]
    return sorted(one["max_time_s"] for one in budgets)


@pytest.mark.parametrize(
    "words", [("program:it",), ("--resume=experiment:it",), ("--predict", "--evaluate")]
)
def test_a_limit_for_all_is_of_several(ckp: Ckp, words: tuple[str, ...]) -> None:
    done = ckp("autotune", *words, "--total-time=9")
    assert done.returncode == 2, done.stderr
    assert "--total-time is for several programs" in done.stderr


def test_no_program_is_meant(ckp: Ckp) -> None:
    done = ckp("autotune", "program:*", "--tags=nothing-has-this")
    assert done.returncode == 3, done.stderr
    assert "no program is meant" in done.stderr
