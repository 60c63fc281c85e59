"""The compilers of this machine; each test is skipped where its compiler is absent."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ck_core.testing.samples import LINUX, requirement
from ck_plugins_compilers import gcc, java, llvm, python
from compilers.helpers import Detect, detected, find


@pytest.mark.parametrize("version", ["11.", "12."])
def test_gcc_is_found_under_its_versioned_name(version: str) -> None:
    found = find(gcc.detect, ["compiler", "gcc"], version)
    assert found.product == "gcc"
    assert found.name == f"GCC {found.version}"
    assert found.environment["CK_CC"] == str(found.path)
    assert {"compiler", "gcc", "lang-c", f"v{found.version}", "64bits"} <= found.tags
    assert (found.plugin, found.soft) == ("gcc", "compiler.gcc")


def test_languages_are_those_whose_driver_is_there() -> None:
    for found in (*detected(gcc.detect, "compiler"), *detected(llvm.detect, "compiler")):
        assert ("lang-cpp" in found.tags) == ("CK_CXX" in found.environment)
        assert ("lang-fortran" in found.tags) == ("CK_FC" in found.environment)
        for variable in ("CK_CC", "CK_CXX", "CK_FC"):
            assert Path(found.environment.get(variable, sys.executable)).is_file()


@pytest.mark.parametrize(
    ("detect", "variable", "tool"),
    [
        (gcc.detect, "CK_CXX", "g++"),
        (gcc.detect, "CK_FC", "gfortran"),
        (llvm.detect, "CK_CXX", "clang++"),
        (llvm.detect, "CK_FC", "flang"),
        (java.detect, "CK_JAVAC", "javac"),
    ],
)
def test_a_driver_s_plain_name_is_a_tag(detect: Detect, variable: str, tool: str) -> None:
    """So that --compiler=g++ is understood."""
    for found in detected(detect, "compiler"):
        assert (variable in found.environment) == (tool in found.tags)


def test_each_real_file_is_found_once() -> None:
    for detect in (gcc.detect, llvm.detect, java.detect):
        files = [found.path.resolve() for found in detected(detect, "compiler")]
        assert len(files) == len(set(files))


@pytest.mark.parametrize("version", ["14.", "19."])
def test_clang_is_found(version: str) -> None:
    found = find(llvm.detect, ["compiler", "llvm"], version)
    assert found.product == "clang"
    assert {"clang", "llvm", "lang-c"} <= found.tags
    assert "linux" in found.target


def test_flang_belongs_to_its_clang() -> None:
    found = find(llvm.detect, ["compiler", "llvm"], "19.")
    if "CK_FC" not in found.environment:
        pytest.skip("no flang of version 19 on this machine")
    assert "flang" in Path(found.environment["CK_FC"]).name
    assert {"lang-f77", "lang-f90", "lang-fortran"} <= found.tags


def test_java_has_its_three_tools() -> None:
    found = find(java.detect, ["compiler", "java"], "")
    assert {"lang-java", "java", "compiler"} <= found.tags
    for variable in ("CK_JAVAC", "CK_JAVA", "CK_JAR"):
        assert Path(found.environment[variable]).is_file()


def test_the_python_behind_the_running_one_is_found_once() -> None:
    behind = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    found = detected(python.detect, "compiler", "python")
    running = [each for each in found if os.path.realpath(each.path) == behind]
    assert len(running) == 1
    assert running[0].version.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")


@pytest.mark.parametrize("tags", [("dataset", "image"), ("compiler", "llvm"), ("lib", "fftw")])
def test_gcc_does_not_look_when_something_else_is_wanted(tags: tuple[str, ...]) -> None:
    assert detected(gcc.detect, *tags) == ()


def test_unwanted_products_are_not_looked_for() -> None:
    assert gcc.detect(requirement("compiler", without=["gcc"]), LINUX) == ()
