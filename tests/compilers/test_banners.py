"""Real banners, and who they say they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_plugins_compilers.banners import parse_banner

REMARK = "icc: remark #10441: The Intel(R) C++ Compiler Classic (ICC) is deprecated\n"
AOCC = "AMD clang version 12.0.0 (CLANG: AOCC_3_1_0-Build#126 2021_06_07)"
# banner, family, vendor, version
TABLE = [
    ("gcc (Debian 12.2.0-14+deb12u1) 12.2.0", "gcc", "gnu", "12.2.0"),
    ("g++ (Ubuntu 13.2.0-23ubuntu4) 13.2.0", "gcc", "gnu", "13.2.0"),
    ("gcc (Ubuntu 5.4.0-6ubuntu1~16.04.12) 5.4.0 20160609", "gcc", "gnu", "5.4.0"),
    ("gcc (GCC) 8.5.0 20210514 (Red Hat 8.5.0-20)", "gcc", "gnu", "8.5.0"),
    ("gcc (GCC) 4.8.5 20150623 (Red Hat 4.8.5-44)", "gcc", "gnu", "4.8.5"),
    ("gcc (SUSE Linux) 7.5.0", "gcc", "gnu", "7.5.0"),
    ("gcc-13 (Homebrew GCC 13.2.0) 13.2.0", "gcc", "gnu", "13.2.0"),
    ("x86_64-w64-mingw32-gcc (GCC) 12-win32", "gcc", "gnu", "12"),
    ("aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0", "gcc", "gnu", "12.2.0"),
    ("arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205", "gcc", "gnu", "12.2.1"),
    ("x86_64-conda-linux-gnu-cc (conda-forge gcc 12.3.0-3) 12.3.0", "gcc", "gnu", "12.3.0"),
    ("gcc.exe (x86_64-posix-seh-rev0, Built by MinGW-W64 project) 8.1.0", "gcc", "gnu", "8.1.0"),
    ("GNU Fortran (Debian 12.2.0-14+deb12u1) 12.2.0", "gcc", "gnu", "12.2.0"),
    ("gcc (GCC) 9.3.0 20200312 (Cray Inc.)", "gcc", "cray", "9.3.0"),
    ("Debian clang version 16.0.6 (15~deb12u1)", "clang", "llvm", "16.0.6"),
    ("Ubuntu clang version 14.0.0-1ubuntu1.1", "clang", "llvm", "14.0.0"),
    ("clang version 9.0.1-+201911131414230800840845a1eea-1~exp1~", "clang", "llvm", "9.0.1"),
    ("clang version 3.1 (trunk 149096)", "clang", "llvm", "3.1"),
    ("clang version 17.0.6 (Red Hat 17.0.6-5.el9)", "clang", "llvm", "17.0.6"),
    ("clang version 22.1.8\nInstalledDir: /x/ziglang", "clang", "zig", "22.1.8"),
    ("Debian flang-new version 19.1.7 (3~deb12u1)", "flang", "llvm", "19.1.7"),
    ("Apple clang version 17.0.0 (clang-1700.6.3.2)", "clang", "apple", "17.0.0"),
    ("Apple LLVM version 7.0.2 (clang-700.1.81)", "clang", "apple", "7.0.2"),
    (AOCC, "clang", "amd", "3.1.0"),
    ("AMD clang version 17.0.0 (https://github.com/x roc-6.0.0 23483)", "clang", "amd", "17.0.0"),
    ("Cray clang version 17.0.0  (b59b7a8e)", "clang", "cray", "17.0.0"),
    ("Cray C : Version 8.4.6  Mon Apr 15, 2019  12:13:39", "cray-classic", "cray", "8.4.6"),
    ("Cray Fortran : Version 8.4.6", "cray-classic", "cray", "8.4.6"),
    ("Arm C/C++/Fortran Compiler version 22.0.2 (build number 1776)", "clang", "arm", "22.0.2"),
    (REMARK + "icc (ICC) 2021.10.0 20230609", "icc", "intel", "2021.10.0"),
    ("icc (ICC) 15.0.0 20140716", "icc", "intel", "15.0.0"),
    ("icc (ICC) 19.0.3.206 20190206", "icc", "intel", "19.0.3.206"),
    ("icpc (ICC) 12.1.5 20120612", "icc", "intel", "12.1.5"),
    ("ifort (IFORT) 2021.9.0 20230302", "ifort", "intel", "2021.9.0"),
    ("Intel(R) oneAPI DPC++/C++ Compiler 2024.1.0 (2024.1.0.20240308)", "icx", "intel", "2024.1.0"),
    ("Intel(R) oneAPI DPC++ Compiler 2021.1 (2020.10.0.1113)", "icx", "intel", "2021.1"),
    ("icpx (ICX) 2021.1 Beta 20200715", "icx", "intel", "2021.1"),
    ("ifx (IFORT) 2022.0.0 20211123", "ifx", "intel", "2022.0.0"),
    ("ifx (IFX) 2025.2.1 20250806", "ifx", "intel", "2025.2.1"),
    ("\nnvc 24.1-0 64-bit target on x86-64 Linux -tp haswell", "nvhpc", "nvidia", "24.1"),
    ("\nnvc 23.7-0 linuxarm64 target on aarch64 Linux", "nvhpc", "nvidia", "23.7"),
    ("\nnvfortran 20.9-0 LLVM 64-bit target on x86-64 Linux", "nvhpc", "nvidia", "20.9"),
    ("\npgcc 15.10-0 64-bit target on x86-64 Linux", "pgi", "nvidia", "15.10"),
    ("pgcc-llvm 18.4-0 LLVM 64-bit target", "pgi", "nvidia", "18.4"),
    ("tcc version 0.9.27 (x86_64 Linux)", "tcc", "tcc", "0.9.27"),
    ("fcc (FCC) 4.0.0a 20190314\nsimulating gcc version 6.1", "fujitsu", "fujitsu", "4.0.0"),
    ("NAG Fortran Compiler Release 6.0(Hibiya) Build 1037", "nag", "nag", "6.0"),
    ("IBM XL C/C++ for Linux, V11.1 (5724-X14)", "xl", "ibm", "11.1"),
    ("javac 17.0.15", "javac", "openjdk", "17.0.15"),
    ('openjdk version "17.0.15" 2025-04-15', "java", "openjdk", "17.0.15"),
    ("Python 3.13.0rc2", "python", "python", "3.13.0rc2"),
]


@pytest.mark.parametrize(("text", "family", "vendor", "version"), TABLE)
def test_real_banners(text: str, family: str, vendor: str, version: str) -> None:
    banner = parse_banner(text)
    assert banner is not None
    assert (banner.family, banner.vendor, banner.version) == (family, vendor, version)


@given(st.text())
def test_any_text_is_parsed_or_unknown(text: str) -> None:
    parse_banner(text)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[3])
def test_warnings_before_a_banner_do_not_matter(row: tuple[str, str, str, str]) -> None:
    banner = parse_banner("warning: something is deprecated\n\n" + row[0])
    assert banner is not None
    assert banner.version == row[3]


def test_what_else_a_banner_says() -> None:
    banner = parse_banner(
        "Debian clang version 16.0.6\nTarget: x86_64-pc-linux-gnu\nInstalledDir: /usr/bin"
    )
    assert banner is not None
    assert (banner.target, banner.installed_dir) == ("x86_64-pc-linux-gnu", "/usr/bin")
    assert banner.distributor == "Debian"


def test_unknown_is_none() -> None:
    assert parse_banner("GNU ld (GNU Binutils for Debian) 2.40") is None
