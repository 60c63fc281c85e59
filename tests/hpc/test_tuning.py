"""What the pack lets vary of a job, and what becomes of the values."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest

from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.program import Program, parse_program
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.superseding import settle_superseded
from ck_core.testing.checks import check_plugin
from ck_core.testing.fixtures import Ckp
from ck_core.tuning.application import applied, words_of
from ck_plugins_hpc.tuning import plugin
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from hpc.detect_kit import fake, only_path, telling
from hpc.test_detect_slurm import slurm

MPI = {"compile_deps": {"mpi": {"tags": "lib,mpi"}}}
OPENMP = {"compile_deps": {"openmp": {"tags": "lib,openmp"}}}
BOTH = {"compile_deps": {**MPI["compile_deps"], **OPENMP["compile_deps"]}}


@pytest.fixture
def four_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's answer, which no test can choose otherwise."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 4, 5}, raising=False)


@pytest.fixture
def two_nodes_of_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Slurm: partition debug has both nodes, short one for a job."""
    slurm(only_path(tmp_path / "bin", monkeypatch))


def asked(
    meta: Mapping[str, Any], launcher: str = "mpirun", groups: tuple[str, ...] = (), **more: Any
) -> TuningSession:
    component = Component(
        repository="local",
        kind="program",
        alias="it",
        uid="",
        path=Path("/nowhere"),
        values=program_meta(**meta),
    )
    session = TuningSession(
        program=parse_program(component), launcher=launcher, groups=groups, **more
    )
    plugin.autotune(session)
    return session


def values(session: TuningSession) -> dict[str, tuple[str, ...]]:
    return {name: one.values for name, one in session.parameters.items()}


def allowed(session: TuningSession) -> Iterator[dict[str, str]]:
    space = Space(tuple(session.parameters.values()), tuple(session.constraints))
    for chosen in product(*(one.values for one in session.parameters.values())):
        configuration = dict(zip(session.parameters, chosen, strict=True))
        if space.allows(configuration):
            yield configuration


def test_ckp_accepts_the_plugin() -> None:
    assert check_plugin(plugin) == ("autotune",)


@pytest.mark.parametrize("launcher", ["local", "somebody-else"])
def test_launchers_of_others_are_left_alone(launcher: str) -> None:
    session = asked(BOTH, launcher)
    assert (session.parameters, session.constraints, session.offered) == ({}, [], set())


@pytest.mark.usefixtures("four_cpus")
def test_ranks_and_their_binding_by_mpirun() -> None:
    session = asked(MPI)
    assert values(session) == {"tasks": ("1", "2", "4"), "bind": ("none", "cores", "sockets")}
    assert {one.place for one in session.parameters.values()} == {Place.LAUNCHER}
    assert {one.group for one in session.parameters.values()} == {"ranks", "binding"}
    assert session.offered == {"ranks", "threads", "nodes", "binding"}
    assert session.starts == [{"tasks": "4"}]


@pytest.mark.usefixtures("four_cpus")
def test_ranks_and_threads_share_the_cpus() -> None:
    session = asked(BOTH, groups=("ranks", "threads"))
    found = {(int(one["tasks"]), int(one["threads"])) for one in allowed(session)}
    assert found == {(1, 1), (1, 2), (1, 4), (2, 1), (2, 2), (4, 1)}
    assert session.parameters["threads"].default == "4"  # as OpenMP has it without a number
    assert session.starts == [{"tasks": "4", "threads": "1"}]


@pytest.mark.usefixtures("four_cpus")
@pytest.mark.parametrize(
    ("told", "left"),
    [
        ({"tasks": "2"}, {"threads": ("1", "2", "4"), "bind": ("none", "cores", "sockets")}),
        ({"tasks": "1"}, {"threads": ("1", "2", "4")}),
        ({"cpus-per-task": "2", "bind": "cores"}, {"tasks": ("1", "2")}),
        ({"threads": "1", "tasks": "2", "bind": "none"}, {}),
    ],
)
def test_what_the_user_has_told_is_not_varied(
    told: dict[str, str], left: dict[str, tuple[str, ...]]
) -> None:
    assert values(asked(BOTH, launcher_options=told)) == left


@pytest.mark.usefixtures("four_cpus")
def test_more_than_there_is_stays_what_the_user_wants() -> None:
    session = asked(BOTH, launcher_options={"tasks": "8"}, groups=("threads",))
    assert [*allowed(session)] == [{"threads": "4"}]  # as it is, and nothing else fits


@pytest.mark.usefixtures("four_cpus")
def test_a_program_without_ranks_or_threads_has_nothing() -> None:
    assert asked({}).parameters == {}
    assert values(asked({"compiler_flags_as_env": "-fopenmp"})) == {"threads": ("1", "2", "4")}
    variables = {"OMP_NUM_THREADS": "2"}
    assert asked(OPENMP, environment=variables).parameters == {}


@pytest.mark.usefixtures("two_nodes_of_two")
def test_slurm_tells_the_cpus_of_a_node() -> None:
    session = asked(BOTH, "slurm", groups=("ranks", "threads"))
    assert values(session) == {"tasks": ("1", "2"), "threads": ("1", "2")}
    assert session.parameters["threads"].default == "1"
    of_two = asked(MPI, "slurm", ("ranks",), launcher_options={"nodes": "2"})
    assert [one["tasks"] for one in allowed(of_two)] == ["2", "4"]
    assert of_two.parameters["tasks"].default == "2"  # as the launcher has it
    of_one_task = {"nodes": "2", "tasks-per-node": "1"}
    assert values(asked(MPI, "slurm", ("ranks",), launcher_options=of_one_task)) == {
        "tasks": ("1", "2")
    }


@pytest.mark.usefixtures("two_nodes_of_two")
def test_nodes_only_where_somebody_names_them() -> None:
    assert "nodes" not in asked(MPI, "slurm").parameters
    session = asked(MPI, "slurm", ("nodes", "ranks"))
    found = {(int(one["nodes"]), int(one["tasks"])) for one in allowed(session)}
    assert found == {(1, 1), (1, 2), (2, 2), (2, 4)}
    limited = {"partition": "short"}
    assert values(asked(MPI, "slurm", ("nodes", "ranks"), launcher_options=limited)) == {
        "tasks": ("1", "2")
    }


def test_a_silent_controller_leaves_nothing_to_vary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slurm(only_path(tmp_path / "bin", monkeypatch), ping="Slurmctld(primary) at head is DOWN")
    assert asked(MPI, "slurm").parameters == {}


def test_flux_tells_its_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = only_path(tmp_path / "bin", monkeypatch)
    answers = {
        "version": telling("commands:    \t\t0.88.0"),
        "'resource list'*": "echo '2|8|0|n[0-1]'",
        "'queue list'*": "echo '|enabled|started|inf|1'",
    }
    cases = "\n".join(f"{asked}) {answer};;" for asked, answer in answers.items())
    fake(place, "flux", {}, f'case "$*" in\n{cases}\nesac')
    session = asked(MPI, "flux", ("ranks", "nodes"))
    assert values(session) == {"tasks": ("1", "2", "4")}


def flag(name: str, place: Place = Place.VARIABLE, condition: str = "") -> Parameter:
    return Parameter(
        name=name,
        values=("1", "2"),
        default="1",
        group="threads",
        place=place,
        condition=Expression.parsed(condition) if condition else None,
    )


@pytest.mark.parametrize("is_first", [True, False])
def test_threads_are_varied_once_whoever_comes_first(is_first: bool) -> None:  # noqa: FBT001
    session = TuningSession(program=cast("Program", None))
    openmp = [flag("OMP_NUM_THREADS"), flag("BIND", condition="OMP_NUM_THREADS > 1")]
    own = [flag("threads", Place.LAUNCHER)]
    session.add_parameters(*([*own, *openmp] if is_first else [*openmp, *own]))
    session.supersede("OMP_NUM_THREADS", by="threads")
    session.add_constraint(Expression.parsed("OMP_NUM_THREADS * LANES < 4"))
    session.add_start({"OMP_NUM_THREADS": "2", "BIND": "2"})
    session.add_start({"OMP_NUM_THREADS": "16"})
    settle_superseded(session)
    assert {*session.parameters} == {"threads", "BIND"}
    condition = session.parameters["BIND"].condition
    assert condition
    assert condition.names == {"threads"}
    assert session.constraints[0].names == {"threads", "LANES"}
    assert session.starts == [{"threads": "2", "BIND": "2"}, {}]


@needs_gcc
@pytest.mark.usefixtures("gcc_only")
def test_openmp_s_own_number_is_not_varied_besides(ckp: Ckp) -> None:
    """Where it binds threads, that counts for these."""
    words = ("autotune", "program:openmp-stencil", "--launcher=mpirun", "--list", "--json")
    if len(os.sched_getaffinity(0)) > 1:
        assert names(ckp(*words, "--tune=threads")) == {"threads"}
    told = [names(ckp(*words, f"--launcher.threads={n}", "--tune=environment")) for n in (1, 2)]
    assert told == [{"OMP_SCHEDULE"}, {"OMP_SCHEDULE", "OMP_PROC_BIND", "OMP_WAIT_POLICY"}]


def names(done: Any) -> set[str]:
    assert done.returncode == 0, done.stderr
    return {one["name"] for one in json.loads(done.stdout)}


def test_nothing_is_taken_out_for_what_is_not_there() -> None:
    session = TuningSession(program=cast("Program", None))
    session.add_parameters(flag("OMP_NUM_THREADS"))
    session.supersede("OMP_NUM_THREADS", by="threads")
    settle_superseded(session)
    assert {*session.parameters} == {"OMP_NUM_THREADS"}


def test_values_become_options_of_the_launcher() -> None:
    run = RunOptions(
        build=BuildOptions(program=Cid("program", "it"), level=Level.SPEED),
        launcher="slurm",
        launcher_options={"partition": "debug"},
    )
    space = Space((flag("threads", Place.LAUNCHER), flag("LANES")))
    configuration = {"threads": "2", "LANES": "2"}
    options = applied(run, space, configuration)
    assert options.launcher_options == {"partition": "debug", "threads": "2"}
    assert options.environment == {"LANES": "2"}
    assert words_of(space, configuration) == "LANES=2 --launcher.threads=2"
