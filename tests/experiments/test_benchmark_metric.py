"""``ckp benchmark --metric``: another time than the wall's decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.coarseness import coarse
from ck_core.domain.metric import is_time
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import measured_program, needs_gcc, recorded

COMMAND = ("benchmark", "program:it", "--warmup=0", "--metric=kernel_s")


Program = Callable[..., None]


@pytest.fixture
def program(tmp_path: Path, add_component: AddComponent) -> Program:
    """One that tells its time itself; ``$$`` is noise."""

    def add(seconds: str, before: str = "") -> None:
        script = tmp_path / "it.sh"
        script.write_text(f"{before}\necho '{{\"kernel_s\":' {seconds} '}}' >timer.json\n")
        run_time = {"run_cmd_main": f"sh {script}", "fine_grain_timer_file": "timer.json"}
        add_component("program", "it", {"run_cmds": {"default": {"run_time": run_time}}})

    return add


def variants(ckp: Ckp, *options: str) -> list[dict[str, Any]]:
    done = ckp(*COMMAND, "--json", *options)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["metric"] == "kernel_s"
    return list(found["variants"])


def count(variant: dict[str, Any]) -> int:
    return len(variant["point"]["characteristics"]["kernel_s"])


def test_it_decides_when_enough_is_known_and_which_is_faster(ckp: Ckp, program: Program) -> None:
    """The wall times are those of a shell, and the same."""
    program("$T.00$(($$ % 5))")
    first, second = variants(ckp, "--env.T=1,2", "--precision=5%")
    assert [one["stop"] for one in (first, second)] == ["precise"] * 2
    assert [count(one) for one in (first, second)] == [10, 10]
    assert second["compared"]["verdict"] == "slower"
    assert second["compared"]["estimate"] == pytest.approx(0.5, rel=0.01)


def test_the_table_shows_it(ckp: Ckp, program: Program) -> None:
    program("2.00$(($$ % 5))")
    done = ckp(*COMMAND, "--repeat=7")
    assert done.returncode == 0, done.stderr
    head, row = done.stdout.splitlines()[:2]
    assert head.split()[:3] == ["variant", "kernel_s", "n"]
    assert row.split()[1:3] == ["2", "s"]
    assert "judged by kernel_s" in done.stdout
    assert "judged by" not in ckp("benchmark", "program:it", "--repeat=2").stdout


def test_its_noise_alone_counts(ckp: Ckp, program: Program, tmp_path: Path) -> None:
    turn = f"if [ -e {tmp_path}/turn ]; then rm {tmp_path}/turn; T=1; else touch {tmp_path}/turn; "
    program("$T", f"{turn} T=3; fi;")
    (only,) = variants(ckp, "--max-repeat=14")
    assert (only["stop"], count(only)) == ("count", 14)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [("0", "all 10 repetitions have 0 s: its clock is too"), ("0.25", "repetitions have 0.25 s")],
)
def test_a_clock_that_never_moves_ends_it_and_is_told(
    ckp: Ckp, program: Program, seconds: str, said: str
) -> None:
    program(seconds)
    first, second = variants(ckp, "--env.T=1,2")
    for one in (first, second):
        assert count(one) == 10
        assert any(said in note for note in one["point"]["notes"])
    assert second["compared"]["verdict"] == "undecided"
    done = ckp(*COMMAND, "--env.T=1,2")
    assert done.returncode == 0
    assert said in done.stdout


def test_a_time_that_comes_once_only_keeps_nobody_waiting(
    ckp: Ckp, program: Program, tmp_path: Path
) -> None:
    once = f"if [ -e {tmp_path}/seen ]; then exit 0; fi; touch {tmp_path}/seen;"
    program("1.5", once)
    (only,) = variants(ckp, "--max-repeat=12")
    assert only["stop"] == "count"
    assert len(only["point"]["characteristics"]["wall_s"]) == 12


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (
            "kernal_s",
            "did you mean kernel_s? times that are measured: cpu_s, kernel_s, system_s, user_s",
        ),
        ("sys_s", "did you mean system_s?"),
    ],
)
def test_a_time_that_nobody_measures(
    ckp: Ckp, program: Program, ckp_home: Path, metric: str, said: str
) -> None:
    program("1.5")
    done = ckp(*COMMAND[:3], f"--metric={metric}", "--env.T=1,2", "--record-uoa=mine")
    assert done.returncode == 2
    assert f"nothing measures '{metric}' of program:it" in done.stderr
    assert said in done.stderr
    assert not [*(ckp_home / "repos" / "local").glob("experiment/*/points*")]
    assert not [*(ckp_home / "cache" / "runs").iterdir()]


@pytest.mark.parametrize("metric", ["peak_memory_bytes", "ipc", "images_per_s", ""])
def test_what_is_no_time_is_refused_first(
    ckp: Ckp, add_component: AddComponent, metric: str
) -> None:
    add_component("program", "it", *measured_program())
    done = ckp("benchmark", "program:it", f"--metric={metric}")
    assert done.returncode == 2
    assert f"'{metric}' is no time" in done.stderr
    assert "building" not in done.stderr


@needs_gcc
def test_the_time_on_a_core(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", "--compiler=gcc", "--metric=user_s", "--repeat=6")
    done = ckp(*command, "--env.N=1,2", "--record-uoa=mine")
    assert done.returncode == 0, done.stderr
    assert "user_s" in done.stdout.splitlines()[0]
    assert [len(one.characteristics["user_s"]) for one in recorded(ckp_home, "mine")] == [6, 6]


def test_names_of_times() -> None:
    assert [*filter(is_time, ["wall_s", "execution_time_kernel_0", "kb_per_s", "s", "ipc"])] == [
        "wall_s",
        "execution_time_kernel_0",
    ]


def test_what_a_coarse_clock_shows() -> None:
    assert "4 of 6 repetitions have 0 s" in coarse([0, 0, 0, 0.01, 0, 0.01])
    assert coarse([0.11, 0.12, 0.12, 0.11, 0.12, 0.13]).startswith("its clock ticks in steps of ")
    assert "0.01 s, 0.083 of the median" in coarse([0.11, 0.12, 0.12, 0.11, 0.12, 0.13])
    assert coarse([0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17]) == ""
    assert coarse([10.00, 10.01] * 5) == ""  # finer than anybody asks for
    assert coarse([0.5]) == coarse([]) == ""


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_whatever_the_clock_tells(values: list[float]) -> None:
    said = coarse(values)
    assert bool(said) or len(set(values)) != 1 or len(values) == 1
