"""The main job on real compilers, through the real command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import HELLO, program_meta

pytestmark = pytest.mark.own_start
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")


@needs_gcc
def test_run_builds_checks_and_measures(ckp: Ckp) -> None:
    done = ckp("run", "program:sort", "--compiler=gcc", "--repeat=6", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["correct"] is True
    assert answer["resolved"]["compiler"]["product"] == "gcc"
    assert len(answer["repetitions"]) == 6
    wall = answer["metrics"]["wall_s"]
    assert wall["low"] <= wall["value"] <= wall["high"]
    for one in answer["repetitions"]:
        assert one["exit_status"] == 0
        assert 0 < one["user_s"] + one["system_s"] <= one["wall_s"] * 2
        assert 500_000 < one["peak_memory_bytes"] < 50_000_000


@needs_gcc
def test_a_second_run_says_that_the_build_was_cached(ckp: Ckp, add_component: AddComponent) -> None:
    path = add_component("program", "it", program_meta(), {"main.c": HELLO})
    run = ("run", "program:it", "--compiler=gcc", "--repeat=1", "--json")
    assert [json.loads(ckp(*run).stdout)["build"]["cached"] for _ in range(2)] == [False, True]
    (path / "main.c").write_text(HELLO.replace("hello", "salut"))
    assert json.loads(ckp(*run).stdout)["build"]["cached"] is False
    assert json.loads(ckp(*run, "--flags=-O1 -g").stdout)["build"]["cached"] is False
    assert json.loads(ckp(*run, "--size").stdout)["build"]["cached"] is False
    assert json.loads(ckp(*run, "--rebuild").stdout)["build"]["cached"] is False


@needs_gcc
def test_flags_replace_the_level_unless_it_is_asked_for(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    compile_it = ("compile", "program:it", "--compiler=gcc", "--json")
    for options, expected in (
        ((), ["-O3"]),
        (("--flags=-g -Wall", "--flags=-O1"), ["-g", "-Wall", "-O1"]),
        (("--flags=-g", "--size"), ["-Os", "-g"]),
    ):
        assert json.loads(ckp(*compile_it, *options).stdout)["build"]["flags"] == expected


@needs_gcc
def test_damaged_caches_are_made_again(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    run = ("run", "program:it", "--compiler=gcc", "--repeat=1", "--json")
    assert ckp(*run).returncode == 0
    caches = list((ckp_home / "cache").rglob("*.json"))
    assert len(caches) >= 2
    for cache in caches:
        cache.write_text("{ half a")
    assert [json.loads(ckp(*run).stdout)["build"]["cached"] for _ in range(2)] == [False, True]


@needs_gcc
def test_record_reference_then_check(ckp: Ckp, add_component: AddComponent) -> None:
    path = add_component("program", "it", program_meta(), {"main.c": HELLO})
    run = ("run", "program:it", "--compiler=gcc", "--repeat=1")
    assert "not checked" in ckp(*run).stdout
    assert ckp(*run, "--record_reference").returncode == 0
    assert (path / "reference/default/none/stdout.txt").read_text() == "hello\n"
    assert "yes, as the reference" in ckp(*run).stdout


@needs_gcc
def test_environment_reaches_the_program(ckp: Ckp, add_component: AddComponent) -> None:
    source = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts(getenv("WORD")); }\n'
    files = {"main.c": source, "reference/default/none/stdout.txt": "a b'$x\n"}
    add_component("program", "it", program_meta(), files)
    done = ckp("run", "program:it", "--repeat=1", "--env.WORD=a b'$x")
    assert done.returncode == 0, done.stderr


def test_listing_commands(ckp: Ckp) -> None:
    names = ckp("ls", "program").stdout.split()
    assert len(names) >= 14
    assert ckp("find", "program:sort").stdout.strip().endswith("program/sort")
    assert json.loads(ckp("load", "program:sort").stdout)["target_file"] == "a"
    images = ckp("search", "dataset", "--tags=image").stdout
    assert images.count("dataset:image-") >= 2


@needs_gcc
def test_detect_and_show(ckp: Ckp) -> None:
    found = json.loads(ckp("detect", "soft", "--tags=compiler,gcc", "--json").stdout)
    shown = json.loads(ckp("show", "env", "--tags=compiler,gcc", "--json").stdout)
    assert found == [{name: one[name] for name in found[0]} for one in shown]
    assert {"compiler", "gcc", "lang-c"} <= set(found[0]["tags"])
    none = json.loads(ckp("show", "env", "--tags=compiler,-gcc", "--json").stdout)
    assert not [one for one in none if "gcc" in one["tags"]]


def test_help_and_version_load_nothing_heavy(ckp: Ckp) -> None:
    for option in ("--version", "--help"):
        done = ckp(option, PYTHONPROFILEIMPORTTIME="1")
        assert done.returncode == 0
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "click" in loaded
        assert not {
            m for m in loaded if m.split(".")[0] in {"requests", "rich", "ck_plugins_compilers"}
        }
        assert not {
            m for m in loaded if m.startswith(("ck_core.builtin", "ck_core.system.measuring"))
        }
