"""Programs to measure, and what was recorded of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.store.experiments.reading import read_points
from component_kit import program_meta

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")

SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *variable(const char *name, const char *otherwise) {
  const char *found = getenv(name);
  return found ? found : otherwise;
}

int main(void) {
#ifdef BROKEN
#error this variant is broken
#endif
  volatile double sum = 0;
  long repeat = atol(variable("CT_REPEAT_MAIN", "1"));
  for (long n = 0; n < repeat * WORK; n++) sum += n;
  if (!strcmp(variable("CRASH", "no"), "yes")) abort();
  FILE *timer = fopen("timer.json", "w");
  fprintf(timer, "{\"kernel_s\": 0.25, \"state\": {\"size\": %ld}}", repeat);
  fclose(timer);
#ifdef WRONG
  puts("goodbye");
#else
  puts("hello");
#endif
  return 0;
}
"""


def measured_program(*, work: int = 1000, **changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Meta and files of a program with a reference and a timer."""
    meta = program_meta()
    run_time = {**meta["run_cmds"]["default"]["run_time"], "fine_grain_timer_file": "timer.json"}
    run_time.update(changes.pop("run_time", {}))
    meta = {**meta, "run_cmds": {"default": {"run_time": run_time}}, **changes}
    source = SOURCE.replace("WORK", str(work))
    return meta, {"main.c": source, "reference/default/none/stdout.txt": "hello\n"}


def recorded(home: Path, name: str) -> list[Point]:
    """All points of an experiment; nothing may be wrong with its file."""
    troubles: list[Trouble] = []
    found = [*read_points(home / "repos" / "local" / "experiment" / name, troubles.append)]
    assert troubles == []
    return found
