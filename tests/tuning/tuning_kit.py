"""Programs whose time, size and output macros decide, to be tuned for real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ck_core.domain.point import Point
from component_kit import program_meta
from experiments.benchmark_kit import recorded

SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>

#ifndef WORK
#define WORK 4
#endif
#ifndef IGNORED
#define IGNORED 0
#endif
#if defined PADDING && PADDING
char padding[PADDING * 100000] = {1};
#endif

int main(void) {
  volatile unsigned long sum = 0;
#if defined BROKEN && BROKEN == 1
#error this cannot be built
#elif defined BROKEN && BROKEN == 2
  abort();
#elif defined BROKEN && BROKEN == 3
  puts("goodbye");
  return 0;
#elif defined BROKEN && BROKEN == 4
  for (;;) sum++;
#endif
  for (unsigned long n = 0; n < WORK * 8000000UL; n++) sum += n;
  puts("hello");
#if defined PADDING && PADDING
  return padding[7];
#else
  return 0;
#endif
}
"""


def tuned_program(**changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """With WORK, in eight million loads and stores, 4 by default; BROKEN breaks it in four ways.

    PADDING makes it larger by so many times 100 kB, and not slower.
    """
    files = {"main.c": SOURCE, "reference/default/none/stdout.txt": "hello\n"}
    return program_meta(**changes), files


def trials_of(home: Path, name: str) -> list[Point]:
    """In the order of the search."""
    found = [one for one in recorded(home, name) if "trial" in one.extra]
    assert [one.extra["trial"] for one in found] == [*range(len(found))]
    return found


def configuration_of(point: Point) -> dict[str, str]:
    found: dict[str, str] = point.extra["tuning"]["configuration"]
    return found
