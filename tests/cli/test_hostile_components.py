"""Components of strangers that lie, hang, kill, or reach for what is not theirs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import HELLO, program_meta

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
RUN = ("run", "program:it", "--repeat=2", "--warmup=0", "--timeout=5")


def script_meta(**run_time: Any) -> dict[str, Any]:
    """A program that is a shell script."""
    command = {"run_cmd_main": "/bin/sh $#src_path#$x.sh", **run_time}
    return {"run_cmds": {"default": {"run_time": command}}}


@pytest.fixture
def script(add_component: AddComponent) -> Any:
    """``script("echo hello", timer_file=...)`` makes program:it of a shell script."""

    def make(text: str, **run_time: Any) -> Path:
        return add_component("program", "it", script_meta(**run_time), {"x.sh": text + "\n"})

    return make


def test_a_timer_file_replaces_no_measurement_and_no_verdict(ckp: Ckp, script: Any) -> None:
    path = script(
        'echo \'{"wall_s": 1e-9, "correct": 1, "own": 7, "nan": NaN}\' >t.json\n'
        "sleep 0.2; echo bad",
        fine_grain_timer_file="t.json",
        run_correctness_output_files=["stdout.txt"],
    )
    (path / "reference/default/none").mkdir(parents=True)
    (path / "reference/default/none/stdout.txt").write_text("good\n")
    done = ckp(*RUN, "--json")
    assert done.returncode == 10
    answer = json.loads(done.stdout)
    assert answer["correct"] is False
    assert answer["metrics"]["wall_s"]["value"] > 0.2
    assert answer["metrics"]["own"]["value"] == 7
    assert "NaN" not in done.stdout


@pytest.mark.parametrize(
    ("script_text", "words"),
    [
        ("kill -TERM $PPID; sleep 1", "did the program kill its parent"),
        ("kill -KILL $PPID; exec sleep 77.125", "did the program kill its parent"),
        ("kill -35 $$", "signal 35"),
        ("rm stderr.txt; mkfifo stderr.txt; exit 3", "exited with status 3"),
        ("exec head -c 30000000 /dev/zero >&2 | exit 4; exit 4", "exited with status 4"),
    ],
)
def test_odd_ends_are_told(ckp: Ckp, script: Any, script_text: str, words: str) -> None:
    script(script_text)
    done = ckp(*RUN)
    assert done.returncode == 8, done.stderr
    assert words in done.stderr
    assert len(done.stderr) < 50_000
    assert not any("77.125" in command for command in running())


def running() -> list[str]:
    places = Path("/proc").glob("[0-9]*/cmdline")
    return [place.read_text(errors="replace") for place in places if place.exists()]


@pytest.mark.parametrize("make", ["mkfifo out.txt", "ln -s /dev/zero out.txt", "mkdir out.txt"])
def test_an_output_that_is_no_file_hangs_nothing(ckp: Ckp, script: Any, make: str) -> None:
    script(make, run_correctness_output_files=["out.txt"], fine_grain_timer_file="out.txt")
    done = ckp(*RUN)
    assert done.returncode == 10
    assert "out.txt was not written" in done.stderr


def test_a_program_may_kill_its_own_group(ckp: Ckp, script: Any) -> None:
    script("trap '' TERM; kill 0; exit 0")
    assert ckp(*RUN).returncode == 0


def test_the_environment_is_exactly_what_was_asked_for(ckp: Ckp, script: Any) -> None:
    script("/usr/bin/env | sort >&2; ls /proc/self/fd >&2; cat /proc/$PPID/environ >&2; exit 1")
    done = ckp(*RUN, "--env.out=1", "--env.go=2", "--env.NAME=a=b c", SECRET="hidden")  # noqa: S106  # no password
    assert {"out=1", "go=2", "NAME=a=b c"} <= set(done.stderr.splitlines())
    assert "ckp_" not in done.stderr
    assert "hidden" not in done.stderr
    assert not {"4", "5", "100", "101", "102"} & set(done.stderr.splitlines())


def test_a_dataset_does_not_choose_what_runs(
    ckp: Ckp, script: Any, add_component: AddComponent, tmp_path: Path
) -> None:
    script("exit 0")
    (tmp_path / "x.sh").write_text("exit 9\n")
    values = {"src_path": f"{tmp_path}/", "CK_PYTHON": "/bin/false"}
    add_component("dataset", "evil", {"cm_properties": {"run_time": {"run_cmd_main": values}}})
    assert ckp(*RUN, "--dataset=evil").returncode == 0


@pytest.mark.parametrize(
    "run_time",
    [
        {"run_cmd_out1": "/nowhere/evil.txt"},
        {"run_cmd_out2": "../../evil.txt"},
        {"run_cmd_out1": "a\0b"},
        {"run_correctness_output_files": ["../evil.txt"]},
        {"run_correctness_output_files": ["/etc/passwd"]},
        {"fine_grain_timer_file": "/etc/passwd"},
        {"output_tolerance": {"relative": -1}},
        {"output_tolerance": {"absolute": "nan"}},
    ],
)
def test_a_run_stays_in_its_directory(ckp: Ckp, script: Any, run_time: dict[str, Any]) -> None:
    script("exit 0", **run_time)
    done = ckp(*RUN)
    assert done.returncode == 4, done.stderr
    assert "run_cmds.default.run_time." in done.stderr


def test_references_stay_in_the_component(
    ckp: Ckp, add_component: AddComponent, script: Any, tmp_path: Path
) -> None:
    meta = script_meta()
    meta["run_cmds"] = {"../../../evil": meta["run_cmds"]["default"]}
    add_component("program", "it", meta, {"x.sh": "exit 0\n"})
    assert ckp(*RUN, "--record-reference").returncode == 4
    path = script("ln -s /etc/passwd out.txt", run_correctness_output_files=["out.txt"])
    assert ckp(*RUN, "--record-reference").returncode == 8
    (tmp_path / "outside").mkdir()
    (path / "reference").symlink_to(tmp_path / "outside")
    script("echo 1 >out.txt", run_correctness_output_files=["out.txt"])
    assert ckp(*RUN, "--record-reference").returncode == 2
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ['{"n": ' + "1" * 5000 + "}", '{"data_name": "\\ud800x"}', '{"run_vars": {"A=B": "1"}}'],
    ids=["digits", "surrogate", "variable"],
)
def test_one_bad_component_stops_no_other(
    ckp: Ckp, add_component: AddComponent, script: Any, text: str
) -> None:
    script("exit 0")
    add_component("program", "bad", text)
    assert ckp("run", "program:bad").returncode == 4
    assert ckp(*RUN).returncode == 0
    for command in (("ls", "program"), ("search", "program"), ("ls", "program", "--json")):
        done = ckp(*command)
        assert done.returncode == 0, done.stderr
        assert "it" in done.stdout


@needs_gcc
@pytest.mark.parametrize("text", ['{"priority": NaN}', '{"env": []}', '{"tags": 3}', "{"])
def test_a_damaged_registration_is_looked_for_anew(
    ckp: Ckp, add_component: AddComponent, text: str
) -> None:
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    add_component("env", "0123456789abcdef", text)
    assert ckp(*RUN, "--compiler=gcc").returncode == 0
    assert ckp("show", "env").returncode == 0


@needs_gcc
def test_whatever_is_compiled_counts_for_the_cache(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path
) -> None:
    source = HELLO.replace("{", '{\n#include "inc/value.h"\n', 1)
    meta = program_meta(source_files=["reference/main.c"], include_dirs=["."])
    path = add_component("program", "it", meta, {"reference/main.c": source})
    (tmp_path / "headers").mkdir()
    (tmp_path / "headers" / "value.h").write_text("int x = 1;\n")
    (path / "inc").symlink_to(tmp_path / "headers")
    (path / "circle").symlink_to(path)
    (path / os.fsdecode(b"\xff.h")).write_text("")
    cached = []
    for change in ("", "", "header", "source"):
        if change == "header":
            (tmp_path / "headers" / "value.h").write_text("int x = 2;\n")
        if change == "source":
            (path / "reference/main.c").write_text(source + "\n")
        done = ckp("compile", "program:it", "--json")
        assert done.returncode == 0, done.stderr
        cached.append(json.loads(done.stdout)["build"]["cached"])
    assert cached == [False, True, False, False]


@needs_gcc
def test_flags_that_leave_no_binary(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    for flags in ("-S", "-E", "--help"):
        done = ckp("compile", "program:it", "--compiler=gcc", f"--flags={flags}")
        assert done.returncode == 7, done.stderr


def test_texts_command_no_terminal(ckp: Ckp, add_component: AddComponent) -> None:
    meta = {**script_meta(), "data_name": "\x1b[31mred\x07"}
    add_component("program", "it", meta, {"x.sh": "printf '\\033[5m' >&2; exit 1\n"})
    assert "\x1b" not in ckp("search", "program:it").stdout
    assert "\x1b" not in ckp(*RUN).stderr


@pytest.mark.parametrize("value", ["nan", "inf", "1e300", "0", "-1"])
def test_times_nobody_can_wait_for(ckp: Ckp, script: Any, value: str) -> None:
    script("exit 0")
    done = ckp("run", "program:it", f"--timeout={value}")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
