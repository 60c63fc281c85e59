"""Compilers that are not here, played by scripts that print their real banners."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_plugins_compilers import drivers, gcc, intel, llvm, python, search, zig
from compilers.helpers import detected, write_fake

GCC = "gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022 Free Software Foundation, Inc."
ICC = (
    "icc: remark #10441: The Intel(R) C++ Compiler Classic (ICC) is deprecated\n"
    "icc (ICC) 2021.10.0 20230609\n"
    "Copyright (C) 1985-2023 Intel Corporation.  All rights reserved."
)
ICX = (
    "Intel(R) oneAPI DPC++/C++ Compiler 2024.1.0 (2024.1.0.20240308)\n"
    "Target: x86_64-unknown-linux-gnu\nThread model: posix\nInstalledDir: /opt/intel/bin"
)
APPLE = (
    "Apple clang version 17.0.0 (clang-1700.6.3.2)\nTarget: arm64-apple-darwin25.3.0\n"
    "Thread model: posix\nInstalledDir: /Library/Developer/CommandLineTools/usr/bin"
)
AOCC = (
    "AMD clang version 12.0.0 (CLANG: AOCC_3_1_0-Build#126 2021_06_07)(based on LLVM "
    "Mirror.Version.12.0.0)\nTarget: x86_64-unknown-linux-gnu\nThread model: posix"
)
MINGW = "x86_64-w64-mingw32-gcc (GCC) 12-win32"


def test_intel_generations_are_two_products(only_fakes: Path) -> None:
    write_fake(only_fakes, "icc", ICC, machine="x86_64-linux-gnu")
    write_fake(only_fakes, "icpc", ICC)
    write_fake(only_fakes, "icx", ICX, machine="x86_64-unknown-linux-gnu")
    write_fake(only_fakes, "ifx", "ifx (IFX) 2025.2.1 20250806")
    found = {each.product: each for each in detected(intel.detect, "compiler")}
    assert found["icc"].version == "2021.10.0"
    assert found["icx"].version == "2024.1.0"
    assert found["icc"].environment["CK_CXX"] == str(only_fakes / "icpc")
    assert found["icx"].environment["CK_FC"] == str(only_fakes / "ifx")
    assert {"intel", "icx", "lang-c", "lang-fortran", "v2024.1"} <= found["icx"].tags
    assert "lang-cpp" not in found["icx"].tags


def test_a_fortran_driver_alone_is_an_installation(only_fakes: Path) -> None:
    write_fake(only_fakes, "ifort", "ifort (IFORT) 2021.9.0 20230302", machine="x86_64-linux-gnu")
    (found,) = detected(intel.detect, "compiler", "intel")
    assert found.path == only_fakes / "ifort"
    assert "lang-c" not in found.tags


def test_clang_under_the_name_gcc_is_not_gcc(only_fakes: Path) -> None:
    for name in ("gcc", "clang"):
        write_fake(only_fakes, name, APPLE, machine="arm64-apple-darwin25.3.0")
    assert detected(gcc.detect, "compiler") == ()
    (found,) = detected(llvm.detect, "compiler")
    assert {"clang", "llvm", "apple", "target-os-darwin", "target-arch-aarch64"} <= found.tags


def test_amd_is_a_vendor_tag(only_fakes: Path) -> None:
    write_fake(only_fakes, "clang", AOCC, machine="x86_64-unknown-linux-gnu")
    (found,) = detected(llvm.detect, "compiler", "llvm")
    assert any("amd" in tag or "aocc" in tag for tag in found.tags)


def test_cross_compilers_have_their_targets_tags(only_fakes: Path) -> None:
    write_fake(only_fakes, "aarch64-linux-gnu-gcc-12", GCC, machine="aarch64-linux-gnu")
    write_fake(only_fakes, "aarch64-linux-gnu-g++-12", GCC)
    write_fake(only_fakes, "x86_64-w64-mingw32-gcc", MINGW, machine="x86_64-w64-mingw32")
    found = {each.target: each for each in detected(gcc.detect, "compiler", "gcc")}
    assert "target-arch-aarch64" in found["aarch64-linux-gnu"].tags
    assert "lang-cpp" in found["aarch64-linux-gnu"].tags
    windows = found["x86_64-w64-mingw32"]
    assert "target-os-windows" in windows.tags
    assert "v12" in windows.tags


def test_links_to_one_file_are_one_compiler_under_its_versioned_name(only_fakes: Path) -> None:
    write_fake(only_fakes, "x86_64-linux-gnu-gcc-12", GCC, machine="x86_64-linux-gnu")
    (only_fakes / "gcc-12").symlink_to("x86_64-linux-gnu-gcc-12")
    (only_fakes / "gcc").symlink_to("gcc-12")
    (found,) = detected(gcc.detect, "compiler", "gcc")
    assert found.path == only_fakes / "gcc-12"


def test_ccache_links_are_skipped(only_fakes: Path) -> None:
    write_fake(only_fakes / "elsewhere", "ccache", GCC)
    (only_fakes / "gcc").symlink_to(only_fakes / "elsewhere" / "ccache")
    assert detected(gcc.detect, "compiler", "gcc") == ()


def test_what_is_not_executable_or_not_regular_is_not_run(only_fakes: Path) -> None:
    write_fake(only_fakes, "gcc", GCC).chmod(0o644)
    (only_fakes / "gcc-13").mkdir()
    (only_fakes / "gcc-14").symlink_to("nowhere")
    assert detected(gcc.detect, "compiler", "gcc") == ()


@pytest.mark.parametrize("banner", ["", "hello\nworld", "\x00\x7f\x80", "usage: gcc [-v]"])
def test_garbage_is_no_compiler(only_fakes: Path, banner: str) -> None:
    write_fake(only_fakes, "gcc", banner.replace("\x00", ""))
    write_fake(only_fakes, "zig", banner.replace("\x00", ""))
    assert detected(gcc.detect, "compiler") == ()
    assert detected(zig.detect, "compiler") == ()


def test_failing_and_broken_executables_are_no_compilers(only_fakes: Path) -> None:
    write_fake(only_fakes, "gcc", GCC, status=1)
    (only_fakes / "gcc-9").write_bytes(b"\x7fELF broken")
    (only_fakes / "gcc-9").chmod(0o755)
    assert detected(gcc.detect, "compiler") == ()


def test_a_hanging_compiler_is_given_up(only_fakes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "PROBE_TIMEOUT_S", 0.3)
    (only_fakes / "gcc").write_text("#!/bin/sh\nexec /bin/sleep 60\n", encoding="utf-8")
    (only_fakes / "gcc").chmod(0o755)
    assert detected(gcc.detect, "compiler") == ()


def test_a_python_shim_without_a_version_is_skipped(only_fakes: Path) -> None:
    write_fake(only_fakes, "python3.9", "pyenv: python3.9: command not found", status=127)
    assert all(each.path.name != "python3.9" for each in detected(python.detect, "python"))


def test_zig_on_path_is_a_compiler_of_two_words(only_fakes: Path) -> None:
    path = write_fake(only_fakes, "zig", "0.17.1")
    (found,) = detected(zig.detect, "compiler")
    assert found.version == "0.17.1"
    assert found.environment["CK_CC"] == f"{path} cc"
    assert {"zig", "lang-c", "lang-cpp"} <= found.tags


def test_relative_path_entries_are_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_fake(tmp_path / "bin", "gcc", GCC)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "bin:.")
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")
    assert search.search_directories() == ()


def test_named_places_replace_the_usual_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_fake(tmp_path / "site", "gcc-9", GCC.replace("12.2.0", "9.1.0"), machine="x86_64-linux")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CKP_COMPILER_DIRS", f"{tmp_path / 'site'}:{tmp_path / 'missing'}")
    (found,) = detected(gcc.detect, "compiler")
    assert found.version == "9.1.0"
