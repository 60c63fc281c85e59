"""One real binary as A and B, and the same with two percent more work."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from analysis.noise_models import most_by_chance
from ck_core.analysis.comparison import Comparison, Verdict, compare
from ck_core.analysis.interleaving import Measured, pairs, plan
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.system.measuring import measuring_session

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc compiles the program"),
]
BLOCKS = 10
TESTS = 200
KERNEL = """
#include <stdio.h>
int main(void) {
  unsigned x = 1;
  for (long n = 0; n < %d; n++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; }
  printf("%%u\\n", x);
  return 0;
}
"""
ROUNDS = 10_000_000  # about 20 ms


def compiled(directory: Path, name: str, rounds: int) -> Path:
    source = directory / f"{name}.c"
    source.write_text(KERNEL % rounds)
    subprocess.run(["gcc", "-O2", "-o", str(directory / name), str(source)], check=True)
    return directory / name


def compared(
    programs: tuple[Path, Path], blocks: int, seed: int, of: Callable[[Repetition], float]
) -> Comparison:
    """One supervisor runs both in turn."""
    with TemporaryDirectory(dir=programs[0].parent) as directory, measuring_session() as session:
        requests = [
            RunRequest(
                arguments=(str(program),), environment=dict(os.environ), directory=Path(directory)
            )
            for program in programs
        ]
        values = [
            Measured(slot=slot, value=of(repetition(session.run(requests[slot.variant]))))
            for slot in plan(2, blocks, seed=seed)
        ]
    found = pairs(values, 0, 1)
    return compare(found.a, found.b, paired=True)


def repetition(result: RunResult) -> Repetition:
    assert not result.error
    return result.repetitions[0]


def processor_s(one: Repetition) -> float:
    return (one.user_s or 0.0) + (one.system_s or 0.0)


def test_two_copies_differ_no_more_often_than_stated(tmp_path: Path) -> None:
    """200 A/A tests of ten blocks each, on whatever machine this is."""
    first = compiled(tmp_path, "first", ROUNDS)
    second = Path(shutil.copy(first, tmp_path / "second"))
    verdicts = [
        compared((first, second), BLOCKS, seed, lambda one: one.wall_s).verdict
        for seed in range(TESTS)
    ]
    wrong = TESTS - verdicts.count(Verdict.UNDECIDED)
    print(f"{wrong} of {TESTS} A/A tests called the copies different")
    assert wrong <= most_by_chance(TESTS, 0.05)


def test_two_percent_more_work_is_found(tmp_path: Path) -> None:
    """In the time on a core: other tests take the core away, and more than 2 % of the wall time."""
    usual = compiled(tmp_path, "usual", ROUNDS)
    slower = compiled(tmp_path, "slower", ROUNDS * 102 // 100)
    found = compared((usual, slower), 150, 1, processor_s)
    print(found.reason)
    assert found.verdict is Verdict.FASTER
    assert found.effect
    assert found.effect.low <= 1.03
    assert found.effect.high >= 1.01
