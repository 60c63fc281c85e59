"""Who uses OpenMP, and what is varied then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.domain.program import parse_program
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.session import TuningSession
from ck_plugins_compilers import openmp
from component_kit import program_meta

LOOP = "#pragma omp parallel for schedule(runtime)\n"


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's answer, which no test can choose otherwise."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 4, 5}, raising=False)


def offered(
    place: Path, source: str = "", flags: tuple[str, ...] = (), **changes: Any
) -> dict[str, Parameter]:
    (place / "main.c").write_text(source, encoding="utf-8")
    component = Component(
        repository="local",
        kind="program",
        alias="it",
        uid="",
        path=place,
        values=program_meta(**changes),
    )
    session = TuningSession(program=parse_program(component), flags=flags)
    openmp.autotune(session)
    return session.parameters


@pytest.mark.parametrize(
    "changes",
    [
        {"compiler_flags_as_env": "-O2 -fopenmp"},
        {"compiler_flags_as_env": "-fopenmp=libomp"},
        {"compiler_flags_as_env": "$<<CK_COMPILER_FLAG_OPENMP>>$"},
        {"extra_ld_vars": "-qopenmp"},
        {"compile_cmds": {"default": {"cmd": "nvc -mp -c x.c"}}},
        {"link_cmds": {"default": {"cmd": "icx -fiopenmp x.o"}}},
        {"compile_vars": {"CFLAGS": "-fopenmp"}},
        {"compile_deps": {"omp": {"tags": "lib,openmp"}}},
        {"run_deps": {"omp": {"tags": "lib,openmp,libgomp"}}},
    ],
)
def test_flags_and_requirements_tell(changes: dict[str, Any], tmp_path: Path) -> None:
    found = offered(tmp_path, **changes)
    assert set(found) == {"OMP_NUM_THREADS", "OMP_PROC_BIND", "OMP_WAIT_POLICY"}
    threads = found["OMP_NUM_THREADS"]
    assert (threads.values, threads.default, threads.group) == (("1", "2", "4"), "4", "threads")
    assert threads.place is Place.VARIABLE
    assert threads.ordered
    assert threads.tacit
    assert {one.group for one in found.values()} == {"threads", "environment"}


def test_the_users_own_flags_tell(tmp_path: Path) -> None:
    assert offered(tmp_path, flags=("-O2", "-fopenmp"))
    assert not offered(tmp_path, flags=("-O2", "-fopenmp-simd"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"compiler_flags_as_env": "-fopenmp-simd"},
        {"compiler_flags_as_env": "-mprefer-vector-width=256 -mpclmul"},
        {"compile_deps": {"blas": {"tags": "lib,openblas"}}},
    ],
)
def test_directives_without_the_flag_are_comments(changes: dict[str, Any], tmp_path: Path) -> None:
    assert not offered(tmp_path, LOOP, **changes)


@pytest.mark.parametrize(
    ("source", "is_there"),
    [
        (LOOP, True),
        ("!$omp do SCHEDULE ( Runtime )\n", True),
        ("#pragma omp for schedule(monotonic: runtime)\n", True),
        ("#pragma omp parallel for\n", False),
        ("#pragma omp parallel for schedule(dynamic)\n", False),
    ],
)
def test_schedules_of_loops_that_leave_theirs(
    source: str, *, is_there: bool, tmp_path: Path
) -> None:
    found = offered(tmp_path, source, compiler_flags_as_env="-fopenmp")
    assert ("OMP_SCHEDULE" in found) is is_there
    if is_there:
        assert found["OMP_SCHEDULE"].values[:2] == ("", "static")


def test_what_the_program_sets_is_the_default(tmp_path: Path) -> None:
    variables = {"OMP_NUM_THREADS": "3", "OMP_PROC_BIND": "spread"}
    found = offered(tmp_path, compiler_flags_as_env="-fopenmp", run_vars=variables)
    assert found["OMP_NUM_THREADS"].values == ("1", "2", "3", "4")
    assert found["OMP_NUM_THREADS"].default == "3"
    assert found["OMP_PROC_BIND"].default == "spread"
    assert "" not in found["OMP_PROC_BIND"].values


def test_one_core_has_nothing_to_vary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0}, raising=False)
    assert not offered(tmp_path, compiler_flags_as_env="-fopenmp")


def test_what_is_installed_tells(tmp_path: Path) -> None:
    (tmp_path / "main.c").touch()
    component = Component(
        repository="l", kind="program", alias="it", uid="", path=tmp_path, values=program_meta()
    )
    runtime = Installation(
        name="OpenMP",
        product="libgomp",
        version="1",
        path=tmp_path,
        tags=frozenset({"lib", "openmp"}),
    )
    session = TuningSession(program=parse_program(component), compilers=(runtime,))
    openmp.autotune(session)
    assert session.parameters
