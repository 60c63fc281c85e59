"""Tuning flags: read from the compilers' help, tried, cached."""

from __future__ import annotations

import shlex
import subprocess
import time
from pathlib import Path

import pytest

from ck_core.domain.installation import Installation
from ck_core.domain.parameter import Parameter, TuningSession
from ck_plugins_compilers import flag_probe, gcc, llvm
from ck_plugins_compilers.flags import choice, steps, switch
from compilers.helpers import find


def tuned(compiler: Installation) -> dict[str, Parameter]:
    session = TuningSession(compilers=(compiler,))
    gcc.autotune(session)
    llvm.autotune(session)
    return session.parameters


@pytest.mark.parametrize("version", ["11.", "12."])
def test_a_gcc_tells_its_flags_and_parameters(version: str) -> None:
    parameters = tuned(find(gcc.detect, ["compiler", "gcc"], version))
    inline = parameters["-finline-functions"]
    assert inline.values == ("", "-finline-functions", "-fno-inline-functions")
    assert (inline.group, inline.inexact) == ("flags", False)
    assert "--param=max-unroll-times=4" in parameters["--param=max-unroll-times"].values
    assert parameters["-ffast-math"].inexact
    assert len(parameters) > 200
    assert not {"-fpack-struct", "-fshort-enums", "-fstack-protector"} & set(parameters)


@pytest.mark.parametrize("version", ["14.", "19."])
def test_a_clang_tells_its_flags_and_passes(version: str) -> None:
    parameters = tuned(find(llvm.detect, ["compiler", "clang"], version))
    assert "-fno-unroll-loops" in parameters["-funroll-loops"].values
    assert "-mllvm -inline-threshold=100" in parameters["-mllvm -inline-threshold"].values
    assert parameters["-ffast-math"].inexact
    assert len(parameters) > 50


def test_every_default_is_to_pass_nothing_and_names_are_unique() -> None:
    for parameter in tuned(find(gcc.detect, ["compiler", "gcc"], "")).values():
        assert parameter.values[0] == ""
        assert len(parameter.values) == len(set(parameter.values)) > 1


def test_flags_of_different_parameters_work_together(tmp_path: Path) -> None:
    compiler = find(llvm.detect, ["compiler", "clang"], "")
    (tmp_path / "x.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
    words = [word for each in tuned(compiler).values() for word in shlex.split(each.values[1])]
    command = [compiler.environment["CK_CC"], *words, "-c", "x.c"]
    assert subprocess.run(command, check=False, cwd=tmp_path).returncode == 0


def test_the_second_session_reads_the_cache(ckp_home: Path) -> None:
    compiler = find(gcc.detect, ["compiler", "gcc"], "")
    first = tuned(compiler)
    assert len(list(ckp_home.rglob("*.json"))) == 1
    started = time.monotonic()
    assert tuned(compiler) == first
    assert time.monotonic() - started < 0.5


def test_a_damaged_cache_is_made_again(ckp_home: Path) -> None:
    compiler = find(gcc.detect, ["compiler", "gcc"], "")
    first = tuned(compiler)
    (file,) = ckp_home.rglob("*.json")
    file.write_text('[{"name": 1}', encoding="utf-8")
    assert tuned(compiler) == first


def test_bisection_drops_only_what_is_refused() -> None:
    compiler = find(gcc.detect, ["compiler", "gcc"], "")
    candidates = [
        switch("-fgcse", "test"),
        switch("-fno-such-thing", "test"),
        choice("-falign-loops", ("-falign-loops=16", "-falign-loops=nonsense"), "test"),
    ]
    kept = {each.name: each.values for each in flag_probe.supported(compiler, candidates)}
    assert kept == {
        "-fgcse": ("", "-fgcse", "-fno-gcse"),
        "-falign-loops": ("", "-falign-loops=16"),
    }


@pytest.mark.parametrize(
    ("name", "inexact"),
    [("-ffast-math", True), ("-fassociative-math", True), ("-ffp-contract", True),
     ("-funroll-loops", False), ("-finline-functions", False)],
)  # fmt: skip
def test_what_may_change_results_is_marked(name: str, inexact: bool) -> None:  # noqa: FBT001
    assert choice(name, (name,), "test").inexact is inexact


@pytest.mark.parametrize(
    ("default", "low", "high"),
    [(8, None, None), (0, 0, 1), (100, 1, 65536), (90, 0, 100), (1, 1, 1)],
)
def test_steps_stay_in_the_documented_range(
    default: int, low: int | None, high: int | None
) -> None:
    values = steps(default, low, high)
    assert default not in values
    assert all((low or 0) <= value <= (high or 2**31 - 1) for value in values)
    assert values == sorted(set(values))
