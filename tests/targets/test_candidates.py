"""Which compilers and emulators are candidates, and what is said where there are none."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.domain.target import Platform, parse_target_name
from ck_core.errors import BuildError, UnresolvedError
from ck_core.testing.executables import printing, write_executable
from ck_core.testing.fixtures import AddComponent
from ck_core.testing.samples import LINUX, requirement
from ck_plugins_compilers import cross, emulators, gcc, llvm, zig
from targets.target_kit import here, need_cross_tools, passing_on, program_meta, run_for

HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
ARM64 = "aarch64-linux-gnu"


def platform_for(name: str) -> Platform:
    return replace(LINUX, target=parse_target_name(name))


def without_installing(target: str, program: str, compiler: str = "") -> UnresolvedError:
    with pytest.raises(UnresolvedError) as caught:
        run_for(target, program, compiler)
    return caught.value


def test_a_compiler_without_the_targets_headers_is_no_candidate(
    own_path: Path, add_component: AddComponent, ckp_home: Path
) -> None:
    need_cross_tools("linux-arm64")
    passing_on(own_path, f"{ARM64}-gcc", flags="-nostdinc")
    add_component("program", "it", program_meta(), {"it.c": HELLO})
    refused = next(one for one in gcc.detect(requirement("compiler", "gcc"), LINUX))
    assert "makes no program for linux-arm64" in refused.problem
    assert "stdio.h" in refused.problem
    assert f"apt-get install g++-{ARM64} libc6-dev-arm64-cross" in refused.problem
    # It is registered with its problem, and refused when it is read again as well.
    context = Context(SilentReporter(), parse_target_name("linux-arm64"))
    context.environments.register(replace(refused, plugin="gcc"))
    (again,) = [one for one in context.environments.registered() if one.uid == refused.uid]
    assert again.problem == refused.problem


def test_what_works_has_no_problem_and_knows_its_sysroot(own_path: Path, ckp_home: Path) -> None:
    need_cross_tools("linux-arm64", "cpp")
    passing_on(own_path, f"{ARM64}-gcc", f"{ARM64}-g++")
    (found,) = gcc.detect(requirement("compiler", "gcc"), LINUX)
    assert found.problem == ""
    assert {"lang-c", "lang-cpp", "target-arch-aarch64"} <= found.tags
    assert next(Path(found.environment["QEMU_LD_PREFIX"]).glob("lib*/ld-linux-aarch64.so.1"))


def test_a_language_that_does_not_work_is_left_out(own_path: Path, ckp_home: Path) -> None:
    need_cross_tools("linux-arm64", "cpp")
    passing_on(own_path, f"{ARM64}-gcc")
    passing_on(own_path, f"{ARM64}-g++", flags="-nostdinc++")
    (found,) = gcc.detect(requirement("compiler", "gcc"), LINUX)
    assert found.problem == ""
    assert "lang-cpp" not in found.tags
    assert "CK_CXX" not in found.environment


def test_the_hosts_compilers_are_not_tried(own_path: Path, ckp_home: Path) -> None:
    log = own_path / "asked"
    banner = printing("gcc (Debian 12.2.0-14) 12.2.0")
    script = (
        f'echo "$@" >>{shlex.quote(str(log))}\n[ "$1" = -dumpmachine ] && echo x86_64-linux-gnu'
    )
    write_executable(own_path, "gcc", f"{script}\n{banner}")
    (found,) = gcc.detect(requirement("compiler", "gcc"), LINUX)
    assert found.problem == ""
    assert log.read_text().split() == ["--version", "-dumpmachine"]


def test_clang_answers_for_the_target_with_gccs_libraries(own_path: Path, ckp_home: Path) -> None:
    need_cross_tools("linux-arm64")
    name = next(filter(here, ("clang", "clang-19", "clang-15")), "clang")
    passing_on(own_path, name)
    found = llvm.detect(requirement("compiler", "clang"), platform_for("linux-arm64"))
    foreign = next(one for one in found if one.target == ARM64)
    assert foreign.problem == ""
    assert foreign.environment["CK_CC"].endswith(f" --target={ARM64}")
    host = next(one for one in found if one.target != ARM64)
    assert host.uid != foreign.uid
    assert "target-arch-aarch64" not in host.tags


def test_clang_without_libraries_says_which_are_missing(own_path: Path, ckp_home: Path) -> None:
    name = next(filter(here, ("clang", "clang-19", "clang-15")), "clang")
    passing_on(own_path, name)
    if Path("/usr/s390x-linux-gnu").exists():
        pytest.skip("this machine has the libraries of linux-s390x")
    found = llvm.detect(requirement("compiler", "clang"), platform_for("linux-s390x"))
    problems = [one.problem for one in found if one.target == "s390x-linux-gnu"]
    assert problems
    assert all("libc6-dev-s390x-cross" in problem for problem in problems)


def test_zig_answers_for_the_target_first_and_for_the_host(own_path: Path, ckp_home: Path) -> None:
    path = write_executable(own_path, "zig", "echo 0.17.1")
    first, second = zig.detect(requirement("zig"), platform_for("windows-x86_64"), ())
    assert first.target == "x86_64-windows-gnu"
    assert first.environment["CK_CXX"] == f"{path} c++ -target x86_64-windows-gnu"
    assert second.environment["CK_CC"] == f"{path} cc"
    assert zig.detect(requirement("zig"), platform_for("android-arm64"), ())[0] == second


def test_zig_that_was_installed_for_one_target_serves_another(ckp_home: Path) -> None:
    place = ckp_home / "tools" / "zig-0.17.1-x"
    write_executable(place / "lib/python3.12/site-packages/ziglang", "zig", "echo 0.17.1")
    marker = (
        '{"target": "aarch64-linux-musl", "origin": "PyPI ziglang", "digest": "sha256:ab",'
        ' "package_uoa": "00000000000000aa", "package_alias": "zig"}'
    )
    (place / "ckp-install.json").write_text(marker)
    found = zig.detect(requirement("zig"), platform_for("linux-riscv64"), ())
    ours = {one.target: one for one in found if one.directory == place}
    assert set(ours) == {"riscv64-linux-musl", "x86_64-linux"}
    riscv = ours["riscv64-linux-musl"]
    assert riscv.origin == "PyPI ziglang"
    assert riscv.package_names == {"zig", "00000000000000aa"}
    # What is registered for its own target is not described anew, which would lose the rest.
    again = zig.detect(requirement("zig"), platform_for("linux-arm64"), ())
    assert "aarch64-linux-musl" not in {one.target for one in again if one.directory == place}


def test_no_compiler_is_a_tree_and_a_package_to_install(
    own_path: Path, add_component: AddComponent, ckp_home: Path
) -> None:
    write_executable(own_path, "qemu-s390x", printing("qemu-s390x version 7.2.22 (Debian)"))
    write_executable(own_path, "apt-get", "exit 1")
    add_component("program", "it", program_meta(), {"it.c": HELLO})
    with pytest.raises(Exception, match="package:gcc-s390x") as caught:
        run_for("linux-s390x", "it", "gcc")
    assert "g++-s390x-linux-gnu libc6-dev-s390x-cross" in str(getattr(caught.value, "hint", ""))


def test_no_emulator_names_the_package(
    own_path: Path, add_component: AddComponent, ckp_home: Path
) -> None:
    need_cross_tools("linux-arm64")
    passing_on(own_path, f"{ARM64}-gcc")
    write_executable(own_path, "apt-get", "exit 1")
    add_component("program", "it", program_meta(), {"it.c": HELLO})
    with pytest.raises(Exception, match="package:qemu-arm64") as caught:
        run_for("linux-arm64", "it")
    assert "apt-get install" in str(getattr(caught.value, "hint", ""))
    assert "qemu-user" in str(getattr(caught.value, "hint", ""))


def test_no_emulator_of_macos_is_an_error_not_a_run(
    own_path: Path, add_component: AddComponent, ckp_home: Path
) -> None:
    write_executable(own_path, "zig", "echo 0.17.1")
    add_component("program", "it", program_meta(), {"it.c": HELLO})
    error = without_installing("darwin-arm64", "it", "zig")
    assert "an emulator of darwin-arm64" in error.message


def test_a_registered_compiler_that_became_garbage_is_looked_for_anew(
    own_path: Path, add_component: AddComponent, ckp_home: Path
) -> None:
    need_cross_tools("linux-arm64")
    passing_on(own_path, f"{ARM64}-gcc", "qemu-aarch64")
    add_component("program", "it", program_meta(), {"it.c": HELLO})
    first = run_for("linux-arm64", "it").built.compiler
    assert first is not None
    assert first.path == own_path / f"{ARM64}-gcc"
    first.path.write_bytes(b"\x7fELF garbage")
    passing_on(own_path, f"{ARM64}-gcc-12")
    second = run_for("linux-arm64", "it").built.compiler
    assert second is not None
    assert second.path == own_path / f"{ARM64}-gcc-12"


def test_a_compiler_that_crashes_is_named(
    own_path: Path, add_component: AddComponent, ckp_home: Path
) -> None:
    script = (
        'case "$1" in --version) echo "gcc (Debian 12.2.0-14) 12.2.0";;'
        " -dumpmachine) echo x86_64-linux-gnu;; *) kill -SEGV $$;; esac"
    )
    path = write_executable(own_path, "gcc", script)
    add_component("program", "it", program_meta(), {"it.c": HELLO})
    with pytest.raises(BuildError, match=r"gcc@12\.2\.0") as caught:
        run_for("linux-x86_64", "it")
    assert str(path) in caught.value.details
    assert "11" in caught.value.details


@pytest.mark.parametrize(
    ("target", "packages"),
    [
        ("linux-arm64", "g++-aarch64-linux-gnu libc6-dev-arm64-cross"),
        ("linux-ppc64le", "g++-powerpc64le-linux-gnu libc6-dev-ppc64el-cross"),
        ("windows-x86_64", "g++-mingw-w64-x86-64"),
        ("darwin-arm64", ""),
    ],
)
def test_debians_names(target: str, packages: str) -> None:
    assert cross.debian_packages(parse_target_name(target)) == packages


def test_what_is_no_emulator_is_not_asked_for(own_path: Path) -> None:
    write_executable(own_path, "qemu-aarch64", printing("qemu-aarch64 version 7.2.22 (Debian)"))
    assert emulators.detect(requirement("compiler"), platform_for("linux-arm64")) == []
