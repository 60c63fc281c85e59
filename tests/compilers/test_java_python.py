"""Programs in Java and Python: a jar, and a checked copy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.domain.installation import Installation
from ck_plugins_compilers import java, python
from compilers.helpers import built, detected, find, request_for

MAIN = """\
public class Sudoku {
    public static void main(String[] a) { System.out.print(Help.x()); }
}
"""
HELP = "class Help { static int x() { return 42; } }\n"


@pytest.fixture
def jdk() -> Installation:
    return find(java.detect, ["compiler", "java"], "")


@pytest.fixture
def interpreter() -> Installation:
    return detected(python.detect, "compiler", "python")[0]


def run_jar(jdk: Installation, jar: Path) -> str:
    command = [jdk.environment["CK_JAVA"], "-jar", str(jar)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_jar_starts_the_class_with_main(jdk: Installation, tmp_path: Path) -> None:
    request = request_for(
        jdk, tmp_path, {"Help.java": HELP, "Sudoku.java": MAIN}, compiler_variable="CK_JAVAC"
    )
    artifact = built(java.build(request))
    assert artifact.name == "a.jar"
    assert run_jar(jdk, artifact) == "42"


def test_packages_are_part_of_the_main_class(jdk: Installation, tmp_path: Path) -> None:
    sources = {
        "org/x/Help.java": "package org.x;\n" + HELP,
        "org/x/Sudoku.java": "package org.x;\n" + MAIN,
    }
    assert run_jar(jdk, built(java.build(request_for(jdk, tmp_path, sources)))) == "42"


def test_a_java_error_names_file_and_line(jdk: Installation, tmp_path: Path) -> None:
    result = java.build(request_for(jdk, tmp_path, {"Bad.java": "class Bad { int x = ; }\n"}))
    assert result is not None
    assert result.artifact is None
    assert "Bad.java:1: error" in result.error


def test_python_sources_are_copied_and_checked(interpreter: Installation, tmp_path: Path) -> None:
    sources = {"main.py": "from pack import x\nprint(x.N)\n", "pack/x.py": "N = 3\n"}
    artifact = built(python.build(request_for(interpreter, tmp_path, sources)))
    assert artifact == tmp_path / "build" / "main.py"
    run = subprocess.run([sys.executable, artifact], check=True, capture_output=True, text=True)
    assert run.stdout == "3\n"
    assert not list((tmp_path / "component").rglob("*.pyc"))


def test_a_syntax_error_is_a_build_error(interpreter: Installation, tmp_path: Path) -> None:
    result = python.build(request_for(interpreter, tmp_path, {"bad.py": "def f(:\n"}))
    assert result is not None
    assert result.artifact is None
    assert "SyntaxError" in result.error


def test_other_plugins_requests_are_left_alone(interpreter: Installation, tmp_path: Path) -> None:
    request = request_for(interpreter, tmp_path, {"main.py": ""})
    assert java.build(request) is None
