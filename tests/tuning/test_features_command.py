"""``ckp features``: what it shows, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import HELLO, program_meta
from experiments.benchmark_kit import needs_gcc
from plugins.fake_distribution import install_fake

pytestmark = needs_gcc

COMPILER = """
from pathlib import Path
from ck_core import hookimpl
from ck_core.domain.installation import Installation

@hookimpl
def detect(requirement, platform):
    tags = frozenset({"compiler", "lang-c", "mycc"})
    return [Installation(name="My", product="mycc", version="1", path=Path("/bin/sh"), tags=tags,
                         environment={"CK_CC": "/bin/sh"}, plugin="mycc")]

@hookimpl
def autotune(session):
    %s
"""


def test_they_are_shown_and_nothing_is_run(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    text = f'#include <stdio.h>\nint main(void) {{ return !fopen("{mark}", "w"); }}\n'
    add_component("program", "it", program_meta(), {"main.c": text})
    done = ckp("features", "program:it", "--compiler=gcc", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["program"] == "local:program:it"
    assert found["compiler"].startswith("gcc@")
    assert (found["features"]["functions"], found["features"]["library_calls"]) == (1, 1)
    table = ckp("features", "program:it", "--compiler=gcc").stdout
    assert "basic_blocks" in table
    assert not mark.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"no_compile": "yes"}, "nothing of it is compiled"),
        ({"compile_cmds": {"linux": {"cmd": "cc main.c"}}}, "commands of its own"),
        (
            {
                "compiler_env": "CK_PYTHON",
                "compile_deps": {"compiler": {"tags": "compiler,lang-python"}},
            },
            "no plugin reads features from what python@",
        ),
    ],
    ids=["not compiled", "own commands", "no reader"],
)
def test_programs_without_features(
    ckp: Ckp, add_component: AddComponent, changes: dict[str, Any], said: str
) -> None:
    add_component("program", "it", program_meta(**changes), {"main.c": HELLO})
    done = ckp("features", "program:it")
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "->" in done.stderr


def test_a_source_that_does_not_compile(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", program_meta(), {"main.c": "int main(void) { nonsense }"})
    done = ckp("features", "program:it", "--compiler=gcc")
    assert done.returncode == 7
    assert "main.c does not compile with gcc@" in done.stderr
    assert "nonsense" in done.stderr


@pytest.mark.parametrize(
    ("reader", "status", "said"),
    [
        ('session.add_feature_reader("mycc", lambda request: {"own": 7})', 0, ""),
        ('session.add_feature_reader("mycc", lambda request: 1 / 0)', 11, "ZeroDivisionError"),
        ('session.add_feature_reader("mycc", lambda request: None)', 11, "AttributeError"),
        ('session.add_feature_reader("mycc", lambda request: {})', 11, "tells nothing"),
        ('session.add_feature_reader("mycc", lambda r: {"x": float("nan")})', 11, "x is nan"),
        ("pass", 2, "no plugin reads features from what mycc@1"),
    ],
    ids=["sound", "raises", "None", "nothing", "no number", "no reader"],
)
def test_readers_of_other_packages(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, *, reader: str, status: int, said: str
) -> None:
    install_fake(tmp_path / "site", "mycc", COMPILER % reader)
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    site = str(tmp_path / "site")
    done = ckp("features", "program:it", "--compiler=mycc", "--json", PYTHONPATH=site)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    if not status:
        assert json.loads(done.stdout)["features"] == {"own": 7}


def test_other_kinds_have_none(ckp: Ckp) -> None:
    done = ckp("features", "dataset:it")
    assert done.returncode == 2
    assert "ckp features works on programs" in done.stderr
