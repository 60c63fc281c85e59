"""What modules offer: found by loading them in a subshell, and loaded by a run that takes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_plugins_hpc.detect.modules import changes, listed, module_offers, name_words
from hpc.detect_kit import detected, only_path
from hpc.modules_kit import fake_environment_modules, fake_lmod, real_commands, write_module

GCC = """case "$1" in
--version) echo 'gcc (GCC) {version}';;
-dumpmachine) echo x86_64-linux-gnu;;
*) exec /usr/bin/cc "$@";;
esac"""
SOURCE = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  puts(getenv("TOOLCHAIN_HOME"));
  puts(strtok(getenv("LD_LIBRARY_PATH"), ":"));
}
"""
PROGRAM = {
    "tags": ["lang-c"],
    "source_files": ["says.c"],
    "compile_deps": {"compiler": {"tags": "compiler,lang-c"}},
    "run_cmds": {
        "default": {
            "run_time": {
                "run_cmd_main": "$#BIN_FILE#$",
                "run_cmd_out1": "stdout.txt",
                "run_correctness_output_files": ["stdout.txt"],
            }
        }
    },
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With gcc in two versions, and one that is in no module."""
    only_path(tmp_path / "bin", monkeypatch)
    tree = tmp_path / "modules"
    for version in ("12.1.0", "13.1.0"):
        prefix = tmp_path / "opt" / f"gcc-{version}"
        write_executable(prefix / "bin", "gcc", GCC.format(version=version))
        write_module(tree, f"gcc/{version}", prefix)
    write_executable(tmp_path / "bin", "gcc", GCC.format(version="11.0.0"))
    write_module(tree, "paraview/5.11", tmp_path / "opt" / "paraview")
    return tree


@pytest.fixture(params=[fake_lmod, fake_environment_modules])
def session(
    request: pytest.FixtureRequest, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A shell in which one of both is set up."""
    command = request.param(tmp_path / "modulesystem", tree)
    set_up(command, tree, monkeypatch)
    return tree


def set_up(command: Path | str, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULES_CMD", str(command))
    monkeypatch.setenv("MODULEPATH", str(tree))


def test_compilers_in_modules(session: Path, tmp_path: Path) -> None:
    found = {one.label: one for one in detected("compiler", "gcc")}
    assert sorted(found) == ["gcc@12.1.0", "gcc@13.1.0"]  # 11.0.0 on PATH is not ours to tell
    one = found["gcc@13.1.0"]
    prefix = tmp_path / "opt" / "gcc-13.1.0"
    assert (one.plugin, one.origin) == ("gcc", "module gcc/13.1.0")
    assert one.environment["CK_CC"] == str(prefix / "bin" / "gcc")
    assert one.environment["TOOLCHAIN_HOME"] == str(prefix)
    assert one.environment["CPATH"] == str(prefix / "include")
    assert one.binary_directories == (prefix / "bin",)
    assert one.library_directories == (prefix / "lib64",)
    assert not [name for name in one.environment if "MODULE" in name or name == "MANPATH"]


def test_a_requirement_of_any_compiler_looks_at_them(session: Path) -> None:
    assert {one.version for one in detected("compiler", "lang-c")} == {"12.1.0", "13.1.0"}


def test_a_module_that_cannot_be_loaded_hides_no_other(session: Path, tmp_path: Path) -> None:
    (session / "gcc" / "12.1.0").unlink()  # it is still listed
    assert [one.version for one in detected("gcc")] == ["13.1.0"]


def test_nothing_of_the_user_s_is_kept(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "s3cret")
    monkeypatch.setenv("CPATH", "/home/me/include")
    for one in detected("gcc"):
        assert "s3cret" not in str(one)
        assert "/home/me" not in str(one)


def test_without_a_session_nothing_is_asked(
    session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODULES_CMD", str(marking(tmp_path)))
    monkeypatch.delenv("MODULEPATH")
    assert detected("gcc") == ()
    assert not (tmp_path / "asked").exists()


def marking(place: Path) -> Path:
    return write_executable(place / "other", "modulecmd.tcl", f"touch {place}/asked")


@pytest.mark.parametrize("command", real_commands() or ["none"])
def test_real_ones(
    command: str, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if command == "none":
        pytest.skip("needs Lmod or Environment Modules")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    set_up(command, tree, monkeypatch)
    (tree / "gcc" / "14.0").write_text("#%Module1.0\nno such word\n")
    offers = {one.origin: one for one in module_offers(frozenset({"gcc"}))}
    assert sorted(offers) == ["module gcc/12.1.0", "module gcc/13.1.0"]
    prefix = tmp_path / "opt" / "gcc-12.1.0"
    assert offers["module gcc/12.1.0"].added["PATH"] == (str(prefix / "bin"),)
    assert offers["module gcc/12.1.0"].variables == {"TOOLCHAIN_HOME": str(prefix)}


def test_a_run_loads_what_was_resolved(
    session: Path,
    tmp_path: Path,
    ckp: Ckp,
    add_component: AddComponent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/bin:/bin")  # for the real compiler
    prefix = tmp_path / "opt" / "gcc-12.1.0"
    add_component(
        "program",
        "says",
        PROGRAM,
        {"says.c": SOURCE, "reference/default/none/stdout.txt": f"{prefix}\n{prefix}/lib64\n"},
    )
    done = ckp("run", "program:says", "--compiler=gcc@12.1", "--repeat=1", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["resolved"]["compiler"]["origin"] == "module gcc/12.1.0"
    assert told["correct"] is True


@pytest.mark.skipif(shutil.which("ar") is None, reason="needs a real compiler")
def test_a_library_that_a_soft_describes(
    tree: Path,
    tmp_path: Path,
    ckp: Ckp,
    add_component: AddComponent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prefix = tmp_path / "opt" / "answer"
    make_library(prefix)
    write_module(tree, "Answer/4.2", prefix)
    set_up(fake_lmod(tmp_path / "modulesystem", tree), tree, monkeypatch)
    header = {"header": "answer.h", "after": "#define ANSWER_VERSION"}
    detect = {"library": ["answer"], "headers": ["answer.h"], "version": header}
    add_component("soft", "lib.answer", {"tags": ["lib", "answer"], "detect": detect})
    done = ckp("detect", "soft:lib.answer", "--json")
    (found,) = json.loads(done.stdout)
    assert (found["version"], found["origin"]) == ("4.2", "module Answer/4.2")
    assert found["link_flags"] == [str(prefix / "lib" / "libanswer.a")]
    assert found["include_directories"] == [str(prefix / "include")]


def make_library(prefix: Path) -> None:
    for name in ("lib", "include", "bin"):
        (prefix / name).mkdir(parents=True)
    (prefix / "include" / "answer.h").write_text('#define ANSWER_VERSION "4.2"\n')
    (prefix / "lib" / "answer.c").write_text("int answer = 42;\n")
    environment = {**os.environ, "PATH": "/usr/bin:/bin"}
    for command in ("cc -c answer.c", "ar rc libanswer.a answer.o"):
        subprocess.run(command.split(), cwd=prefix / "lib", env=environment, check=True)


def test_names_without_their_versions() -> None:
    assert name_words("mpi/OpenMPI/4.1.5-GCC-12.3.0") == {"mpi", "openmpi"}
    assert name_words("gcc/13.2") == {"gcc"}
    assert name_words("gcc") == {"gcc"}
    assert name_words("compilers/llvm/latest") == {"compilers", "llvm"}


def test_remarks_are_no_part_of_names() -> None:
    text = (
        "/site/modules:\ngcc/\ngcc/12.1(default)\ngcc/13.1 (L)\ngcc/new -> gcc/13.1\nopenmpi/4@\n"
    )
    assert [*listed(text)] == ["gcc/12.1", "gcc/13.1", "gcc/new", "openmpi/4"]


@given(st.text())
def test_whatever_is_printed_names_have_no_blanks(text: str) -> None:
    assert all(name and len(name.split()) == 1 for name in listed(text))


VARIABLES = st.dictionaries(st.sampled_from(["PATH", "CPATH", "LMOD_X", "HOME", "NEW"]), st.text())


@given(VARIABLES, VARIABLES)
def test_only_what_differs_is_an_offer(before: dict[str, str], after: dict[str, str]) -> None:
    offer = changes(before, after, "it/1")
    told = {**offer.variables, **offer.added}
    assert all(before.get(name) != after[name] for name in told)
    assert "LMOD_X" not in told
