"""CPUs are chosen, and only the program is kept on them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.errors import UsageError
from ck_core.system.machine.tree import Tree
from ck_core.system.measuring import measure
from ck_core.system.pinning import choose_cpus, pick, read_ticks
from monitors.monitor_kit import request, text, write_tree

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system cannot pin processes"
)
LAST = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
PRINT = "import os; print(sorted(os.sched_getaffinity(0)))"


@pytest.mark.parametrize("size", [0, 60_000_000], ids=["through the shell", "directly"])
def test_the_child_alone_is_pinned(tmp_path: Path, size: int) -> None:
    before = os.sched_getaffinity(0)
    script = f"x = bytearray({size}); {PRINT}"
    asked = request(
        tmp_path / "run", sys.executable, "-c", script, repetitions=3, cpus=frozenset({LAST})
    )
    result = measure(asked)
    assert [text(one) for one in result.repetitions] == [f"[{LAST}]"] * 3
    assert {one.cpu for one in result.repetitions} == {LAST}
    assert not result.notes
    assert os.sched_getaffinity(0) == before


def test_without_a_choice_nothing_is_pinned(tmp_path: Path) -> None:
    result = measure(request(tmp_path / "run", sys.executable, "-c", PRINT, repetitions=2))
    assert {text(one) for one in result.repetitions} == {str(sorted(os.sched_getaffinity(0)))}


def test_a_cpu_that_is_not_there_is_told_and_the_program_runs(tmp_path: Path) -> None:
    result = measure(request(tmp_path / "run", "true", cpus=frozenset({4000})))
    assert not result.error
    assert result.notes["pinning"] == "not pinned to CPU 4000: Invalid argument"
    chosen = choose_cpus("0,4000")
    assert not chosen.cpus
    assert "CPU 4000 is offline or not this process's" in chosen.note


@pytest.mark.parametrize(
    "wish",
    ["fast", "0,x", "-1", "0;1", "0-", "1" * 40, "3-1", "99999", "0,3-1", "0,99999"],
)
def test_nonsense_is_refused(wish: str) -> None:
    with pytest.raises(UsageError, match="is no list of CPUs"):
        choose_cpus(wish)


def test_none_pins_nothing() -> None:
    assert choose_cpus("none") == choose_cpus("")
    assert not choose_cpus("none").note


def test_the_quiet_one_of_this_machine_is_chosen() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one CPU")
    spin = [sys.executable, "-c", "while True: pass"]
    with subprocess.Popen(spin, preexec_fn=lambda: os.sched_setaffinity(0, {LAST})) as busy:  # noqa: PLW1509
        chosen = choose_cpus("auto", looked_s=0.5)
        busy.kill()
    assert len(chosen.cpus) == 1
    assert chosen.cpus <= os.sched_getaffinity(0)
    assert "busy before" in chosen.note


def test_the_sibling_of_a_busy_thread_is_not_quiet() -> None:
    siblings = {cpu: frozenset({cpu % 2, cpu % 2 + 2}) for cpu in range(4)}
    assert pick({0, 1, 2, 3}, {0: 0.9, 1: 0.1, 2: 0.0, 3: 0.05}, siblings, 1) == {3}
    assert pick({0, 1, 2}, {0: 0.9, 1: 0.1, 2: 0.0, 3: 0.05}, siblings, 1) == {1}


def test_whole_cores_come_first_then_their_threads() -> None:
    siblings = {cpu: frozenset({cpu % 2, cpu % 2 + 2}) for cpu in range(4)}
    assert pick({0, 1, 2, 3}, dict.fromkeys(range(4), 0.0), siblings, 2) == {2, 3}
    assert len(pick({0, 1, 2, 3}, dict.fromkeys(range(4), 0.0), siblings, 3)) == 3
    assert len(pick({0, 1}, dict.fromkeys(range(4), 0.0), siblings, 5)) == 2


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    chosen = choose_cpus("auto", root=tmp_path, looked_s=0)
    assert not chosen.cpus
    assert "/proc/stat" in chosen.note


def test_ticks_of_a_recorded_machine(tmp_path: Path) -> None:
    lines = (
        "cpu  8 0 2 90 5 0 0 0 3 0\ncpu0 5 0 1 45 4 0 0 0 3 0\ncpu1 3 0 1 45 1\nintr 5\ncpux 1 2"
    )
    tree = Tree(write_tree(tmp_path, {"proc/stat": lines}))
    assert read_ticks(tree.text("proc/stat")) == {0: (6, 55), 1: (4, 50)}
