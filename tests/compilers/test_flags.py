"""Tuning flags: read from the compilers' help, sorted, tried, cached."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.domain.program import parse_program
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.session import TuningSession
from ck_core.testing.executables import write_executable
from ck_plugins_compilers import flag_probe, gcc, llvm
from ck_plugins_compilers.flags import (
    NO_TUNING,
    choice,
    numbers,
    parameters_of,
    steps,
    switch,
)
from ck_plugins_compilers.flags_gcc import NO_TUNING_PARAMETER
from compilers.helpers import find
from component_kit import program_meta


@pytest.fixture(scope="module")
def kept_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest, kept_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for all that do not ask for a fresh one: a compiler is asked once."""
    if "ckp_home" not in signature(request.function).parameters:
        monkeypatch.setenv("CKP_HOME", str(kept_home))


def session_with(compiler: Installation, **changes: Any) -> TuningSession:
    component = Component(
        repository="local",
        kind="program",
        alias="it",
        uid="",
        path=Path("/it"),
        values=program_meta(**changes),
    )
    return TuningSession(program=parse_program(component), compilers=(compiler,))


def tuned(compiler: Installation) -> dict[str, Parameter]:
    session = session_with(compiler)
    gcc.autotune(session)
    llvm.autotune(session)
    return session.parameters


@pytest.mark.parametrize("version", ["11.", "12."])
def test_a_gcc_tells_its_flags_and_parameters(version: str) -> None:
    parameters = tuned(find(gcc.detect, ["compiler", "gcc"], version))
    inline = parameters["-finline-functions"]
    assert inline.values == ("", "-finline-functions", "-fno-inline-functions")
    assert (inline.group, inline.inexact) == ("flags", frozenset())
    assert parameters["-ffast-math"].exact is None
    assert parameters["-floop-nest-optimize"].exact is None
    assert len(parameters) > 200


@pytest.mark.parametrize("version", ["14.", "19."])
def test_a_clang_tells_its_flags_and_passes(version: str) -> None:
    parameters = tuned(find(llvm.detect, ["compiler", "clang"], version))
    assert "-fno-unroll-loops" in parameters["-funroll-loops"].values
    assert "-mllvm -inline-threshold=100" in parameters["-mllvm -inline-threshold"].values
    assert parameters["-ffast-math"].exact is None
    assert len(parameters) > 50


@pytest.mark.parametrize("version", ["14.", "19."])
def test_what_llvm_calls_experimental_may_change_results(version: str) -> None:
    parameters = tuned(find(llvm.detect, ["compiler", "clang"], version))
    for name in ("enable-loopinterchange", "enable-loop-distribute", "enable-gvn-hoist"):
        assert parameters[f"-mllvm -{name}"].inexact == {f"-mllvm -{name}=true"}
    assert not parameters["-mllvm -enable-unroll-and-jam"].inexact
    assert parameters["-mllvm -force-vector-width"].exact is None
    assert not parameters["-mllvm -force-vector-interleave"].inexact


@pytest.mark.slow
def test_a_program_in_fortran_is_offered_what_its_compiler_takes() -> None:
    """Of what clang takes, flang refuses most."""
    compiler = find(llvm.detect, ["compiler", "clang"], "19.")
    if "CK_FC" not in compiler.environment:
        pytest.skip("no flang")
    session = session_with(compiler, compiler_env="CK_FC", source_files=["it.f90"])
    llvm.autotune(session)
    flags = [word for one in session.parameters.values() for word in one.others]
    assert "-mllvm -inline-threshold=100" in flags
    with TemporaryDirectory() as directory:
        probe = flag_probe.FlagProbe(compiler, Path(directory), "CK_FC")
        assert probe.accepted([one for one in flags if one != "yes"]) >= {*flags} - {"yes"}


@pytest.mark.parametrize(("plugin", "tags"), [(gcc, "gcc"), (llvm, "clang")])
def test_what_makes_code_small_is_tried_early(plugin: object, tags: str) -> None:
    """Behind what makes it fast, which most searches are for."""
    session = session_with(find(plugin.detect, ["compiler", tags], ""))  # type: ignore[attr-defined]
    plugin.autotune(session)  # type: ignore[attr-defined]
    levels = [one["-O"] for one in session.starts if "-O" in one]
    small = [one for one in session.parameters["-O"].values if one in ("-Os", "-Oz")]
    assert "-Os" in small
    assert tags == "gcc" or "-Oz" in small
    assert levels == ["-O2", *small]
    assert [*session.starts[-len(small) :]] == [{"-O": one} for one in small]


@pytest.mark.parametrize(("plugin", "tags"), [(gcc, "gcc"), (llvm, "clang")])
def test_the_machine(plugin: object, tags: str) -> None:
    compiler = find(plugin.detect, ["compiler", tags], "")  # type: ignore[attr-defined]
    if not compiler.target.startswith("x86_64"):
        pytest.skip("of x86")
    parameters = tuned(compiler)
    unfused = "-march=native -ffp-contract=off"
    assert parameters["-march"].values == ("", unfused, "-march=native")
    assert parameters["-march"].inexact == {"-march=native"}
    assert {"", "-mtune=native", "-mtune=generic"} <= {*parameters["-mtune"].values}
    assert "-mprefer-vector-width=256" in parameters["-mprefer-vector-width"].values


@pytest.mark.parametrize(
    ("find_hook", "tags", "name"),
    [
        (gcc.detect, "gcc", "--param=max-unroll-times"),
        (llvm.detect, "clang", "-mllvm -inline-threshold"),
    ],
)
def test_passing_nothing_stands_where_the_default_does(
    find_hook: object, tags: str, name: str
) -> None:
    """gcc's is 8, clang's is 225: neighbours in a list are alike."""
    compiler = find(find_hook, ["compiler", tags], "")  # type: ignore[arg-type]
    parameter = tuned(compiler)[name]
    assert parameter.ordered
    at = parameter.values.index("")
    below = [int(one.partition("=")[2].rpartition("=")[2]) for one in parameter.values[:at]]
    above = [int(one.partition("=")[2].rpartition("=")[2]) for one in parameter.values[at + 1 :]]
    default = 8 if tags == "gcc" else 225
    assert below
    assert above
    assert max(below) < default < min(above)
    assert below + above == sorted(below + above)


def test_every_default_is_to_pass_nothing_and_names_are_unique() -> None:
    for parameter in tuned(find(gcc.detect, ["compiler", "gcc"], "")).values():
        if parameter.name not in ("-O", "--pgo"):
            assert parameter.default == ""
        assert parameter.default in parameter.values
        assert len(parameter.values) == len(set(parameter.values)) > 1


def test_flags_of_different_parameters_work_together(tmp_path: Path) -> None:
    compiler = find(llvm.detect, ["compiler", "clang"], "")
    (tmp_path / "x.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
    parameters = [one for one in tuned(compiler).values() if one.name != "--pgo"]
    words = [word for one in parameters for word in shlex.split(one.others[0])]
    command = [compiler.environment["CK_CC"], *words, "-c", "x.c"]
    assert subprocess.run(command, check=False, cwd=tmp_path).returncode == 0


def offered() -> Iterator[Parameter]:
    yield switch("-fgcse", "test")
    yield switch("-fno-such-thing", "test")
    yield choice("-ffast-math", ("-ffast-math",), "test")
    yield numbers("--param=max-unroll-times", [4, 16], 8, "test")


def test_a_compiler_is_asked_once_until_it_changes(ckp_home: Path, tmp_path: Path) -> None:
    """Or the answers are damaged; what is kept of them is what was answered."""
    real = find(gcc.detect, ["compiler", "gcc"], "")
    called = f'echo >>{tmp_path}/calls\nexec {real.environment["CK_CC"]} "$@"\n'
    tool = write_executable(tmp_path, "gcc", called)
    compiler = replace(real, path=tool, environment={"CK_CC": str(tool)})

    def answers(asked: Installation) -> tuple[list[Parameter], bool]:
        """And whether the compiler was started."""
        (tmp_path / "calls").write_text("", encoding="utf-8")
        found = parameters_of(asked, lambda _: offered())
        return found, bool((tmp_path / "calls").read_text(encoding="utf-8"))

    first, _ = answers(compiler)
    assert {"-fgcse", "-ffast-math", "--param=max-unroll-times"} <= {one.name for one in first}
    assert answers(compiler) == (first, False)
    (file,) = ckp_home.rglob("flags/*.json")
    file.write_text('[{"name": 1}', encoding="utf-8")
    assert answers(compiler) == (first, True)
    assert answers(replace(compiler, version="99")) == (first, True)
    write_executable(tmp_path, "gcc", f"# another\n{called}")
    assert answers(compiler) == (first, True)
    assert answers(compiler) == (first, False)


def test_who_wants_no_flags_waits_for_none(ckp_home: Path) -> None:
    session = session_with(find(gcc.detect, ["compiler", "gcc"], ""))
    session.groups = ("choices",)
    gcc.autotune(session)
    assert not session.parameters
    assert session.offered == {"flags"}
    assert not list(ckp_home.rglob("*.json"))


@pytest.mark.parametrize(
    ("changes", "is_there"),
    [
        ({}, True),
        ({"use_compile_script": "yes", "compile_cmds": {"default": {"cmd": "sh x.sh"}}}, False),
        ({"compile_cmds": {"default": {"cmd": "cc -c x"}}}, False),
        ({"link_cmds": {"default": {"cmd": "cc x.o"}}}, False),
    ],
)
def test_only_usual_builds_are_guided_by_a_profile(
    changes: dict[str, Any], *, is_there: bool
) -> None:
    session = session_with(find(gcc.detect, ["compiler", "gcc"], ""), **changes)
    gcc.autotune(session)
    assert ("--pgo" in session.parameters) is is_there


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


INEXACT = """-ffast-math -funsafe-math-optimizations -fassociative-math -freciprocal-math
-ffinite-math-only -fno-signed-zeros -fno-trapping-math -frounding-math -fsignaling-nans
-fno-math-errno -fsingle-precision-constant -fexcess-precision -ffloat-store -ffp-contract
-ffp-int-builtin-inexact -fcx-limited-range -fcx-fortran-rules -fapprox-func -fno-honor-nans
-fno-honor-infinities --param=avoid-fma-max-bits --param=vect-induction-float -fgraphite
-fgraphite-identity -floop-nest-optimize -fexperimental-loop-fusion -fipa-pta"""
EXACT = """-funroll-loops -finline-functions -ftree-vectorize -floop-interchange -fgcse -fplt
-floop-unroll-and-jam -fstrict-aliasing -ffinite-loops -fomit-frame-pointer -ftracer
-fprefetch-loop-arrays -fvect-cost-model -fvariable-expansion-in-unroller -fmodulo-sched
-falign-functions -fif-conversion -fdelete-null-pointer-checks --param=max-unroll-times
--param=tree-reassoc-width -fsplit-paths -fconserve-stack -fipa-icf -fjump-tables"""
NONE = """-fpack-struct -freg-struct-return -fshort-enums -fshort-wchar -fcommon -fsigned-char
-fstrict-volatile-bitfields -fsemantic-interposition -fwrapv -fwrapv-pointer -ftrapv
-fstrict-enums -fexceptions -fnon-call-exceptions -fno-rtti -flifetime-dse -fthreadsafe-statics
-fisolate-erroneous-paths-attribute -fallow-store-data-races -ftrivial-auto-var-init
-fstack-protector -fstack-clash-protection -fharden-compares -fsanitize-coverage
-finstrument-functions -fasynchronous-unwind-tables -fvar-tracking -frecord-gcc-switches
-fopt-info -flive-patching -fprofile-reorder-functions -fbranch-probabilities -fvpt
-floop-parallelize-all"""


@pytest.mark.parametrize("name", INEXACT.split())
def test_what_may_change_results_is_marked(name: str) -> None:
    found = choice(name, (name,), "test")
    assert found.inexact == {name}
    assert numbers(name, [1, 2], 1, "test").exact is None
    assert not NO_TUNING.search(name)


@pytest.mark.parametrize("name", EXACT.split())
def test_what_keeps_results_is_not_marked(name: str) -> None:
    assert choice(name, (name,), "test").inexact == frozenset()
    assert not NO_TUNING.search(name)


@pytest.mark.parametrize("name", NONE.split())
def test_what_is_no_tuning_is_left_out(name: str) -> None:
    assert NO_TUNING.search(name)


@pytest.mark.parametrize(
    ("names", "is_left_out"),
    [
        ("asan-stack hwasan-instrument-stack tsan-distinguish-volatile min-pagesize", True),
        ("use-after-scope-direct-emission-threshold analyzer-max-enodes-for-full-dump", True),
        ("ssp-buffer-size max-vartrack-size ggc-min-heapsize lto-partitions", True),
        ("integer-share-limit use-canonical-types graphite-max-arrays-per-scop", True),
        ("max-isl-operations loop-block-tile-size openacc-kernels parloops-chunk-size", True),
        ("tm-max-aggregate-size max-delay-slot-insn-search hot-bb-count-fraction", True),
        ("tracer-dynamic-coverage-feedback unlikely-bb-count-fraction", True),
        ("max-unroll-times max-inline-insns-auto tracer-dynamic-coverage l1-cache-size", False),
        ("hot-bb-frequency-fraction ipa-cp-eval-threshold max-gcse-memory sched-spec-prob-cutoff",
         False),
    ],
)  # fmt: skip
def test_parameters_without_effect_are_left_out(names: str, *, is_left_out: bool) -> None:
    for name in names.split():
        assert bool(NO_TUNING_PARAMETER.search(name)) is is_left_out, name


@pytest.mark.parametrize(("find_hook", "tags"), [(gcc.detect, "gcc"), (llvm.detect, "clang")])
def test_nothing_that_is_offered_is_of_a_family_that_is_none(find_hook: object, tags: str) -> None:
    offered = tuned(find(find_hook, ["compiler", tags], ""))  # type: ignore[arg-type]
    assert not set(NONE.split()) & set(offered)
    flags = [name for name in offered if name.startswith("-f")]
    assert not [name for name in flags if NO_TUNING.search(name)]


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
