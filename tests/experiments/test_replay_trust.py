"""A point that a stranger has made runs nothing of its own unless somebody says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.replay_kit import (
    EXPERIMENT,
    add_program,
    change_point,
    only,
    points,
    points_file,
    recorded,
    replayed,
)
from programs.kit import shell

MAIN = '#include <stdio.h>\nint main(void) { puts("same"); return 0; }\n'


@pytest.fixture
def compiled(add_component: AddComponent) -> None:
    """``program:it``, for which any GCC will do."""
    needs = {"compiler": {"tags": "compiler,lang-c"}}
    meta = {**shell("$#BIN_FILE#$"), "source_files": ["main.c"], "compile_deps": needs}
    add_component("program", "it", meta, {"main.c": MAIN})


def test_a_flag_that_runs_a_command(ckp: Ckp, compiled: None, tmp_path: Path) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not on this machine")
    uid = recorded(ckp, "program:it", "--compiler=gcc", "--flags=-O1")
    mark = tmp_path / "ran"
    change_point(ckp, {"choices": {"flags": f"-O2 -wrapper /bin/sh,-c,'touch {mark}'"}})
    point = only(replayed(ckp, 14, metrics=""))
    assert not mark.exists()
    assert "flag '-wrapper', flag '/bin/sh,-c,touch " in point["reason"]
    assert point["hint"].endswith(f"ckp replay {EXPERIMENT} --trust --point {uid}")
    assert point["metrics"] == []
    ckp("replay", EXPERIMENT, "--trust", f"--point={uid}")
    assert mark.exists(), "it is what the flag does"


@pytest.fixture
def evil(ckp: Ckp, add_component: AddComponent, tmp_path: Path) -> Path:
    """A directory with a ``uname`` that leaves ``ran`` beside itself; ``program:it`` asks uname."""
    add_program(add_component, ckp, "uname >/dev/null\necho same")
    place = tmp_path / "evil"
    place.mkdir()
    (place / "uname").write_text(f"#!/bin/sh\n: >{place}/ran\n")
    (place / "uname").chmod(0o755)
    return place


def test_a_variable_that_lets_others_run(ckp: Ckp, evil: Path) -> None:
    recorded(ckp, "program:it", "--env.N=1,2")
    change_point(ckp, {"choices": {"env.PATH": f"{evil}:/usr/bin:/bin"}})
    answer = replayed(ckp, 14)
    assert [one["verdict"] for one in answer["points"]] == ["reproduced", "cannot tell"]
    assert not (evil / "ran").exists()
    assert "variable 'PATH=" in answer["points"][1]["reason"]
    assert answer["points"][1]["environment"]["PATH"].startswith(str(evil))
    assert only(replayed(ckp, 0, "--trust", f"--point={points(ckp)[-1]['uid']}"))
    assert (evil / "ran").exists()


def test_the_words_and_the_next_command_are_shown(ckp: Ckp, evil: Path) -> None:
    uid = recorded(ckp)
    choices = {"flags": "-O2 -fplugin=x.so", "env.LD_PRELOAD": "/lib/x.so", "env.N": "a\nb"}
    change_point(ckp, {"choices": choices})
    done = ckp("replay", EXPERIMENT)
    assert done.returncode == 14
    assert "  flags: -O2 -fplugin=x.so\n" in done.stdout
    assert "  variables: LD_PRELOAD=/lib/x.so 'N=a\\nb'\n" in done.stdout
    assert "flag '-fplugin=x.so', variable 'LD_PRELOAD=/lib/x.so'" in done.stderr
    assert f"ckp replay {EXPERIMENT} --trust --point {uid}" in done.stderr
    assert "--precision" not in done.stderr


def test_all_flags_stand_in_the_heading(ckp: Ckp, evil: Path) -> None:
    recorded(ckp)
    flags = " ".join(f"-DNUMBER_{number}=1" for number in range(40))
    change_point(ckp, {"choices": {"flags": flags}})
    done = ckp("replay", EXPERIMENT, "--metrics=correct", "--warmup=0")
    assert done.returncode == 0, done.stderr
    assert f"  flags: {flags}\n" in done.stdout


def test_where_it_came_from_is_quoted(ckp: Ckp, evil: Path) -> None:
    recorded(ckp)
    program = {"cid": "program:gone", "uid": "", "repo": "x; touch /tmp/PWNED"}
    change_point(ckp, {"program": program})
    assert only(replayed(ckp, 14))["hint"] == "ckp pull 'repo:x; touch /tmp/PWNED'"
    found = [{**one, **program_of("program:a; id"), "status": "failed"} for one in points(ckp)]
    points_file(ckp).write_text("".join(json.dumps(one) + "\n" for one in found))
    done = ckp("replay", EXPERIMENT, f"--point={found[0]['uid']}")
    assert "ckp run 'program:a; id' tries the program again" in done.stderr


def program_of(cid: str) -> dict[str, dict[str, str]]:
    return {"program": {"cid": cid}}


@pytest.mark.parametrize(
    ("group", "values", "said"),
    [
        ("choices", {"env.X": "\udcff"}, "environment variable"),
        ("choices", {"env.\ud800": "1"}, "environment variable"),
        ("choices", {"flags": "-DN=\ud800"}, "half a character"),
        ("program", {"cid": "program:\ud800", "uid": ""}, "is not here"),
    ],
)
def test_half_a_character_ends_no_other_replay(
    ckp: Ckp, evil: Path, group: str, values: dict[str, str], said: str
) -> None:
    recorded(ckp, "program:it", "--env.N=1,2")
    change_point(ckp, {group: values})
    answer = replayed(ckp, 14)
    assert [one["verdict"] for one in answer["points"]] == ["reproduced", "cannot tell"]
    assert said in answer["points"][1]["reason"]
    assert ckp("replay", EXPERIMENT, "--metrics=correct", "--warmup=0").returncode == 14


def test_points_with_commas(ckp: Ckp, evil: Path) -> None:
    recorded(ckp, "program:it", "--env.N=1,2,3")
    first, second, third = (one["uid"] for one in points(ckp))
    asked = f"--point={third},{first[:9]}"
    found = [one["point"] for one in replayed(ckp, 0, asked, f"--point={second}")["points"]]
    assert found == [third, first, second]
