"""Searches over values that may change results: only where they are allowed, and checked then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import configuration_of, trials_of

pytestmark = needs_gcc
SOURCE = r"""
#include <stdio.h>
#ifndef ERROR
#define ERROR 0.0
#endif
int main(void) { printf("%.12f\n", 1.0 + ERROR); return 0; }
"""
ERROR = {"type": "float", "values": [0.0, 1e-9, 1e-2], "default": 0.0, "inexact": [1e-9, 1e-2]}
SEARCH = (
    *("autotune", "program:it", "--compiler=gcc", "--tune=choices", "--strategy=exhaustive"),
    *("--finals=2", "--repeat=1", "--no-reduction", "--seed=1", "--json"),
)


def add_rounding(add_component: AddComponent) -> None:
    """EXACT changes nothing, ERROR the output: by less than the tolerance, or by more."""
    meta = program_meta(choices={"EXACT": {"type": "boolean", "default": "no"}, "ERROR": ERROR})
    meta["run_cmds"]["default"]["run_time"]["output_tolerance"] = {"relative": 1e-6}
    reference = {"reference/default/none/stdout.txt": "1.000000000000\n"}
    add_component("program", "it", meta, {"main.c": SOURCE, **reference})


def errors_tried(home: Path) -> dict[str, set[str]]:
    """What became of each."""
    found: dict[str, set[str]] = {}
    for one in trials_of(home, "tune-it"):
        found.setdefault(configuration_of(one).get("ERROR", ""), set()).add(one.stage or "ok")
    return found


@pytest.mark.parametrize(
    ("words", "tried"),
    [
        ((), {"": {"ok"}}),
        (("--allow-inexact",), {"": {"ok"}, "1e-09": {"ok"}, "0.01": {"output"}}),
    ],
)
def test_inexact_values_are_tried_where_allowed_and_kept_within_the_tolerance(
    ckp: Ckp,
    add_component: AddComponent,
    ckp_home: Path,
    words: tuple[str, ...],
    tried: dict[str, set[str]],
) -> None:
    add_rounding(add_component)
    done = ckp(*SEARCH, *words)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert errors_tried(ckp_home) == tried
    assert found["evaluations"] == 2 * len(tried)
    assert found["configuration"].get("ERROR") != "0.01"
