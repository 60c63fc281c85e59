"""``ckp autotune program:* --tags=suite``: one table, and what suits all."""

from __future__ import annotations

import json

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import tuned_program

OPTIONS = ("--compiler=gcc", "--tune=own", "--strategy=exhaustive", "--finals=8", "--seed=1")


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


def test_no_program_is_meant(ckp: Ckp) -> None:
    done = ckp("autotune", "program:*", "--tags=nothing-has-this")
    assert done.returncode == 3, done.stderr
    assert "no program is meant" in done.stderr
