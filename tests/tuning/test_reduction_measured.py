"""What is dropped of a winner where the code is another one: what is measured decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from plugins.fake_distribution import install_fake

pytestmark = needs_gcc
SOURCE = r"""
#include <stdio.h>
#ifndef WORK
#define WORK 2
#endif
#ifdef OTHER
volatile char other[OTHER * 1000] = {1};
#endif
int main(void) {
  FILE *file = fopen("steps.json", "w");
  fprintf(file, "{\"steps\": %d}", WORK * 1000);
  puts("hello");
#ifdef OTHER
  return fclose(file) + other[7];
#else
  return fclose(file);
#endif
}
"""
ASKS_ONCE = """
from ck_core import hookimpl

class Once:
    def __init__(self, problem):
        self.left = [{"WORK": "1", "OTHER": "3"}]

    def ask(self):
        return self.left.pop() if self.left else None

    def tell(self, trial):
        pass

@hookimpl
def autotune(session):
    session.add_strategy("once", Once)
"""


def winner(ckp: Ckp, add_component: AddComponent, site: Path, *words: str) -> dict[str, str]:
    """Of the program as it is, and one that takes half the steps and has other code besides."""
    install_fake(site, "asking", ASKS_ONCE)
    run_time = {"run_cmd_main": "$#BIN_FILE#$", "fine_grain_timer_file": "steps.json"}
    meta = program_meta(run_cmds={"default": {"run_time": run_time}})
    add_component("program", "it", meta, {"main.c": SOURCE})
    done = ckp(
        *("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=once", "--seed=1"),
        *("--objective=steps", "--param=WORK=2,1", "--param=OTHER=1,3", "--finals=8", "--repeat=1"),
        *("--json", *words),
        PYTHONPATH=str(site),
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["evaluations"] == 2
    kept: dict[str, str] = found["configuration"]
    return kept


@pytest.mark.parametrize(
    ("words", "kept"),
    [(("--no-reduction",), {"WORK": "1", "OTHER": "3"}), ((), {"WORK": "1"})],
)
def test_what_makes_it_slower_stays_and_what_does_not_goes(
    ckp: Ckp,
    add_component: AddComponent,
    tmp_path: Path,
    words: tuple[str, ...],
    kept: dict[str, str],
) -> None:
    """A counter of the program's own stands for its time, as no noise decides then."""
    assert winner(ckp, add_component, tmp_path / "site", *words) == kept
