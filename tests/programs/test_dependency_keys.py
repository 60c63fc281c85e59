"""Keys of a program's dependencies that reach its build and its runs, one test each."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import BuildError, UnresolvedError, UsageError
from programs.kit import Programs, program, shell

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
CALLS = "int two(void); int main(void) { return two() - 2; }\n"


def archive(place: Path, name: str, source: str) -> Path:
    """A static library of one function."""
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.c").write_text(source)
    compiled = place / f"{name}.o"
    subprocess.run(["gcc", "-c", place / f"{name}.c", "-o", compiled], check=True)
    subprocess.run(["ar", "rcs", place / f"lib{name}.a", compiled], check=True)
    return place / f"lib{name}.a"


@pytest.fixture
def two(programs: Programs, tmp_path: Path) -> Path:
    path = archive(tmp_path / "lib", "two", "int two(void) { return 2; }\n")
    (tmp_path / "lib" / "two.h").write_text("int two(void);\n")
    programs.library("lib,two", link_flags=(str(path),), include_directories=(path.parent,))
    return path


def needing(**keys: Any) -> dict[str, Any]:
    return program(deps={"two": {"tags": "lib,two", **keys}})


@needs_gcc
@pytest.mark.usefixtures("two")
def test_tags(programs: Programs) -> None:
    """A library's headers and its link flags reach the compiler."""
    source = '#include "two.h"\nint main(void) { return two() - 2; }\n'
    programs.add(needing(), {"main.c": source})
    assert programs.output() == ""
    programs.add(program(), {"main.c": source})
    with pytest.raises(BuildError):
        programs.build()
    programs.add(program(deps={"two": {"tags": "lib,two,best"}}))
    with pytest.raises(UnresolvedError, match="best"):
        programs.build()


def test_name(programs: Programs) -> None:
    programs.add({**shell("true"), "compile_deps": {"x": {"tags": "lib,none", "name": "Nobody's"}}})
    with pytest.raises(UnresolvedError, match="Nobody's"):
        programs.run()


@pytest.mark.usefixtures("two")
def test_local(programs: Programs) -> None:
    """Every installation is this machine's: with and without the key the same is found."""
    for value in ("yes", "no"):
        needs = {"two": {"tags": "lib,two", "local": value}}
        programs.add({**shell("echo found"), "compile_deps": needs})
        assert programs.output() == "found\n"


@needs_gcc
def test_sort(programs: Programs, tmp_path: Path) -> None:
    """The order of linking: a library stands before what it needs."""
    outer = archive(tmp_path, "outer", "int one(void); int two(void) { return 1 + one(); }\n")
    inner = archive(tmp_path, "inner", "int one(void) { return 1; }\n")
    programs.library("lib,outer", link_flags=(str(outer),))
    programs.library("lib,inner", link_flags=(str(inner),))
    for orders, is_right in (((10, 20), True), ((20, 10), False)):
        needs = {
            "inner": {"tags": "lib,inner", "sort": orders[1]},
            "outer": {"tags": "lib,outer", "sort": orders[0]},
        }
        programs.add(program(deps=needs), {"main.c": CALLS})
        if is_right:
            assert programs.output() == ""
        else:
            with pytest.raises(BuildError, match="does not build"):
                programs.build()


@pytest.mark.parametrize("key", ["only_for_host_os_tags", "only_for_target_os_tags"])
def test_only_for_os_tags(programs: Programs, key: str) -> None:
    for systems, counts in ((["linux"], True), ([], True), (["windows"], False)):
        needs = {"x": {"tags": "lib,none", key: systems}}
        programs.add({**shell("echo ran"), "compile_deps": needs})
        if counts:
            with pytest.raises(UnresolvedError):
                programs.run()
        else:
            assert programs.output() == "ran\n"


@needs_gcc
@pytest.mark.usefixtures("two")
def test_skip_linking(programs: Programs) -> None:
    """Its headers count all the same."""
    header = '#include "two.h"\n'
    programs.add(
        needing(skip_linking="yes"), {"main.c": f"{header}int main(void) {{ return 0; }}\n"}
    )
    assert not any("libtwo" in word for word in programs.build().build.commands[-1])
    programs.add(needing(skip_linking="yes"), {"main.c": CALLS})
    with pytest.raises(BuildError, match="does not build"):
        programs.build()


@needs_gcc
def test_extra_libs(programs: Programs, two: Path) -> None:
    """Libraries of the same installation, before its own."""
    archive(two.parent, "more", "int two(void); int four(void) { return 2 * two(); }\n")
    source = "int four(void); int main(void) { return four() - 4; }\n"
    programs.add(needing(extra_libs=["more"]), {"main.c": source})
    assert programs.output() == ""
    programs.add(needing(), {"main.c": source})
    with pytest.raises(BuildError, match="does not build"):
        programs.build()


@needs_gcc
@pytest.mark.usefixtures("two")
def test_extra_ld_vars_of_a_dependency(programs: Programs) -> None:
    source = "#include <math.h>\nint main(int n, char **v) { (void)v; return (int)cos(n) != 0; }\n"
    programs.add(needing(extra_ld_vars="$<<CK_EXTRA_LIB_M>>$"), {"main.c": source})
    programs.build()
    assert programs.build().build.commands[-1][-1] == "-lm"


@needs_gcc
def test_a_changed_library_is_linked_anew(programs: Programs, two: Path) -> None:
    programs.add(needing(), {"main.c": CALLS})
    programs.build()
    assert programs.build().build.cached
    changed = archive(two.parent, "two", "int two(void) { return 3; }\n")
    programs.library("lib,two", link_flags=(str(changed),), digest="sha256:other")
    assert not programs.build().build.cached


@needs_gcc
def test_shared_libraries_are_found_when_it_runs(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "two.c").write_text("int two(void) { return 2; }\n")
    shared = tmp_path / "libtwo.so"
    subprocess.run(["gcc", "-shared", "-fPIC", tmp_path / "two.c", "-o", shared], check=True)
    flags = (f"-L{tmp_path}", "-ltwo")
    programs.library("lib,two", link_flags=flags, library_directories=(tmp_path,))
    programs.add(needing(), {"main.c": CALLS})
    assert programs.output() == ""


def test_the_compilers_variables_are_the_last(programs: Programs) -> None:
    """A library that was made with another compiler tells of that one, too."""
    programs.library("lib,made", environment={"CK_CC": "other", "CK_ENV_MADE": "here"})
    programs.library("tool,cc", environment={"CK_CC": "right"})
    needs = {
        "compiler": {"tags": "tool,cc", "sort": 1},
        "made": {"tags": "lib,made", "sort": 2},
    }
    programs.add({**shell("echo $<<CK_CC>>$ $<<CK_ENV_MADE>>$"), "compile_deps": needs})
    assert programs.output() == "right here\n"


def test_run_deps(programs: Programs) -> None:
    """Needed to run, not to build."""
    programs.library("lib,data", environment={"CK_ENV_DATA": "here"})
    programs.add({**shell("echo $<<CK_ENV_DATA>>$"), "run_deps": {"d": {"tags": "lib,data"}}})
    assert programs.output() == "here\n"
    assert "d" not in programs.build().resolved


def test_run_deps_of_a_command(programs: Programs) -> None:
    meta = shell("echo ran")
    entry = meta["run_cmds"]["default"]
    needy = {**entry, "run_deps": {"d": {"tags": "lib,none"}}}
    programs.add({**meta, "run_cmds": {"default": entry, "needy": needy}})
    assert programs.output() == "ran\n"
    with pytest.raises(UnresolvedError, match="lib,none"):
        programs.run(command_key="needy")


def test_only_for_cmd(programs: Programs) -> None:
    meta = shell("echo ran")
    entry = meta["run_cmds"]["default"]
    needs = {"d": {"tags": "lib,none", "only_for_cmd": ["needy"]}}
    programs.add({**meta, "run_cmds": {"default": entry, "needy": entry}, "compile_deps": needs})
    assert programs.output() == "ran\n"
    with pytest.raises(UnresolvedError, match="lib,none"):
        programs.run(command_key="needy")


@needs_gcc
def test_for_run_time(programs: Programs) -> None:
    """Of ``compile_deps``, too: it is no part of the build."""
    programs.library("lib,data", environment={"CK_ENV_DATA": "here"}, link_flags=("-lnone",))
    needs = {"d": {"tags": "lib,data", "for_run_time": "yes"}}
    programs.add(
        program("echo $<<CK_ENV_DATA>>$", deps=needs), {"main.c": "int main(void) {return 0;}"}
    )
    assert programs.output() == "here\n"


def test_deps(programs: Programs) -> None:
    """What older programs call ``compile_deps``."""
    programs.library("lib,data", environment={"CK_ENV_DATA": "here"})
    meta = shell("echo $<<CK_ENV_DATA>>$")
    del meta["compile_deps"]
    programs.add({**meta, "deps": {"d": {"tags": "lib,data"}}})
    assert programs.output() == "here\n"


@needs_gcc
def test_a_compiler_of_another_name(programs: Programs) -> None:
    """Some programs of CK call it ``compiler-cl``; it is the compiler all the same."""
    meta = program()
    meta["compile_deps"] = {"compiler-cl": {"tags": "compiler,lang-c,gcc"}}
    programs.add(meta, {"main.c": "int main(void) { return 0; }\n"})
    assert programs.output() == ""
    built = programs.build(compiler="gcc")
    assert built.compiler is built.resolved["compiler-cl"]
    assert built.driver == built.resolved["compiler-cl"].environment["CK_CC"]
    with pytest.raises(UnresolvedError, match="clang"):
        programs.build(compiler="clang")
    with pytest.raises(UsageError, match="both clang and gcc"):
        programs.build(compiler="gcc", wishes={"compiler-cl": "clang"})


@needs_gcc
def test_variables_of_a_compiler_of_another_name_win(programs: Programs) -> None:
    programs.library("lib,data", environment={"CK_EXTRA_LIB_M": "of the library"})
    meta = program("echo $<<CK_EXTRA_LIB_M>>$")
    meta["compile_deps"] = {
        "compiler-cl": {"tags": "compiler,lang-c,gcc"},
        "d": {"tags": "lib,data", "sort": 10},
    }
    programs.add(meta, {"main.c": "int main(void) { return 0; }\n"})
    assert programs.output() == "-lm\n"


def test_several_compilers_and_none_is_called_so(programs: Programs) -> None:
    meta = program()
    needs = {"tags": "compiler,lang-c,gcc"}
    meta["compile_deps"] = {"compiler-one": needs, "compiler-two": needs}
    programs.add(meta, {"main.c": "int main(void) { return 0; }\n"})
    with pytest.raises(UsageError, match="several compilers: compiler-one, compiler-two"):
        programs.build(compiler="gcc")
