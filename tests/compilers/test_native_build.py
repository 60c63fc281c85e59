"""Building C, C++ and Fortran with the compilers of this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.build import BuildResult, Level
from ck_core.domain.installation import Installation
from ck_plugins_compilers import gcc, llvm, native_build
from ck_plugins_compilers.build_session import ERROR_LINES
from ck_plugins_compilers.build_words import effective_flags, object_path
from compilers.helpers import built, detected, find, request_for, write_fake

HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
TWO_X = {
    "a/x.c": "int a(void) { return 40; }\n",
    "b/x.c": "int b(void) { return 2; }\n",
    "main.c": "int a(void); int b(void); int main(void) { return a() + b(); }\n",
}


@pytest.fixture(params=["gcc-11", "gcc-12", "clang-14", "clang-19"])
def compiler(request: pytest.FixtureRequest) -> Installation:
    product, version = request.param.split("-")
    detect = gcc.detect if product == "gcc" else llvm.detect
    return find(detect, ["compiler", product], f"{version}.")


@pytest.fixture
def gnu() -> Installation:
    return find(gcc.detect, ["compiler", "gcc"], "")


def build(
    compiler: Installation, tmp_path: Path, sources: Mapping[str, str], **more: object
) -> BuildResult:
    return native_build.build(request_for(compiler, tmp_path, dict(sources), **more))


def output_of(artifact: Path) -> str:
    return subprocess.run([artifact], check=True, capture_output=True, text=True).stdout


def test_a_program_builds_and_runs(compiler: Installation, tmp_path: Path) -> None:
    result = build(compiler, tmp_path, {"hello.c": HELLO})
    artifact = built(result)
    assert artifact.name == "a.out"
    assert output_of(artifact) == "hello\n"
    assert result.flags == ("-O3",)
    assert len(result.commands) == 2


def test_sources_of_the_same_name_do_not_collide(compiler: Installation, tmp_path: Path) -> None:
    artifact = built(build(compiler, tmp_path, TWO_X))
    assert subprocess.run([artifact], check=False).returncode == 42


def test_object_paths_stay_inside_the_build_directory() -> None:
    directory = Path("/build")
    for source in ("x.c", "a/x.c", "../x.c", "/elsewhere/x.c"):
        assert directory in object_path(directory, Path(source)).parents
        assert ".." not in object_path(directory, Path(source)).parts


def test_the_component_is_left_as_it_was(gnu: Installation, tmp_path: Path) -> None:
    build(gnu, tmp_path, TWO_X)
    files = {path for path in (tmp_path / "component").rglob("*") if path.is_file()}
    assert files == {tmp_path / "component" / name for name in TWO_X}


def test_macros_and_include_directories(gnu: Installation, tmp_path: Path) -> None:
    sources = {
        "include/n.h": "#define BASE 40\n",
        "root.h": "",
        "main.c": '#include "n.h"\n#include <root.h>\n#ifdef PLAIN\nint main(void)'
        " { return BASE + TWO + (sizeof TEXT == 4 ? 0 : 1); }\n#endif\n",
    }
    macros = {"TWO": "2", "PLAIN": "", "TEXT": '"a b"'}
    result = build(gnu, tmp_path, sources, macros=macros, include_directories=(Path("include"),))
    assert subprocess.run([built(result)], check=False).returncode == 42


@pytest.mark.parametrize(
    ("level", "flags", "expected"),
    [
        (Level.SPEED, (), ("-O3",)),
        (Level.SIZE, (), ("-Os",)),
        (Level.DEFAULT, (), ()),
        (Level.SPEED, ("-g", "-fwrapv"), ("-O3", "-g", "-fwrapv")),
        (Level.DEFAULT, ("-O1", "-fwrapv"), ("-O1", "-fwrapv")),
    ],
)
def test_the_users_flags_come_behind_the_levels(
    gnu: Installation,
    tmp_path: Path,
    level: Level,
    flags: tuple[str, ...],
    expected: tuple[str, ...],
) -> None:
    request = request_for(gnu, tmp_path, {"hello.c": HELLO}, level=level, flags=flags)
    assert effective_flags(request) == expected


def test_flags_reach_compiler_and_linker(gnu: Installation, tmp_path: Path) -> None:
    source = (
        "#include <math.h>\nint main(int n, char **v) { (void)v; return (int)cos(n - 1) - 1; }\n"
    )
    result = build(gnu, tmp_path, {"m.c": source}, flags=("-O0",), link_flags=("-lm",))
    assert output_of(built(result)) == ""
    assert result.commands[-1][-1] == "-lm"
    assert all("-O0" in command for command in result.commands)


def test_an_error_names_the_components_file(compiler: Installation, tmp_path: Path) -> None:
    result = build(compiler, tmp_path, {"ok.c": HELLO, "sub/bad.c": "int f( { }\n"})
    assert result.artifact is None
    assert "sub/bad.c:1:" in result.error
    assert "error" in result.error
    assert len(result.error.splitlines()) <= ERROR_LINES


def test_a_link_error_is_an_error(gnu: Installation, tmp_path: Path) -> None:
    result = build(gnu, tmp_path, {"m.c": "int f(void); int main(void) { return f(); }\n"})
    assert result.artifact is None
    assert "undefined reference" in result.error


def test_warnings_are_kept(gnu: Installation, tmp_path: Path) -> None:
    source = {"w.c": "#warning look here\nint main(void) { return 0; }\n"}
    result = build(gnu, tmp_path, source)
    assert built(result)
    assert "look here" in result.warnings


def test_cpp_is_built_by_its_own_driver(tmp_path: Path) -> None:
    compiler = find(gcc.detect, ["compiler", "gcc", "lang-cpp"], "12.")
    cpp = {"m.cpp": '#include <iostream>\nint main() { std::cout << "cpp\\n"; }\n'}
    assert output_of(built(build(compiler, tmp_path, cpp, compiler_variable="CK_CXX"))) == "cpp\n"


@pytest.mark.parametrize(("detect", "version"), [(gcc.detect, "12."), (llvm.detect, "19.")])
def test_fortran_modules_lie_in_the_build_directory(
    tmp_path: Path, detect: object, version: str
) -> None:
    compiler = find(detect, ["compiler", "lang-fortran"], version)  # type: ignore[arg-type]
    if "CK_FC" not in compiler.environment:
        pytest.skip("no Fortran driver")
    sources = {
        "m.f90": "module m\n integer, parameter :: n = 7\nend module m\n",
        "main.f90": "program p\n use m\n print '(I0)', n\nend program p\n",
    }
    result = build(compiler, tmp_path, sources, compiler_variable="CK_FC")
    assert output_of(built(result)) == "7\n"
    assert list((tmp_path / "component").glob("*.mod")) == []


def test_a_missing_language_is_said(gnu: Installation, tmp_path: Path) -> None:
    bare = replace(gnu, environment={"CK_CC": gnu.environment["CK_CC"]})
    result = build(bare, tmp_path, {"m.f90": "end\n"}, compiler_variable="CK_FC")
    assert result.artifact is None
    assert "CK_FC" in result.error


def test_a_build_that_hangs_is_ended(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o755)
    compiler = Installation(
        name="slow", product="gcc", version="1", path=slow, tags=frozenset(),
        environment={"CK_CC": str(slow)}, plugin="gcc",
    )  # fmt: skip
    result = build(compiler, tmp_path, {"hello.c": HELLO}, timeout_s=0.3)
    assert result.artifact is None
    assert "timed out" in result.error


def test_a_cross_target_builds_without_a_runner(tmp_path: Path) -> None:
    crosses = [each for each in detected(gcc.detect, "compiler") if "mingw" in each.target]
    if not crosses:
        pytest.skip("no MinGW compiler on this machine")
    assert built(build(crosses[0], tmp_path, {"hello.c": HELLO})).suffix == ".exe"


def test_only_the_compilers_own_plugin_builds(tmp_path: Path) -> None:
    path = write_fake(tmp_path, "other", "")
    other = Installation(
        name="x", product="x", version="1", path=path, tags=frozenset(), plugin="other"
    )
    request = request_for(other, tmp_path, {"hello.c": HELLO})
    assert gcc.build(request) is None
    assert llvm.build(request) is None
