"""Emulators as they say who they are; Wine where it is."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.target import parse_target
from ck_core.system.home import cache_directory
from ck_core.testing.executables import printing, write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.testing.samples import LINUX, requirement
from ck_plugins_compilers import emulators
from targets.target_kit import program_meta

DEBIAN = "version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright (c) 2003-2022 Fabrice Bellard"
UPSTREAM = "version 9.1.0\nCopyright (c) 2003-2024 Fabrice Bellard and the QEMU Project developers"


def test_qemu_says_what_it_runs(own_path: Path) -> None:
    write_executable(own_path, "qemu-aarch64", printing(f"qemu-aarch64 {DEBIAN}"))
    write_executable(own_path, "qemu-arm-static", printing(f"qemu-arm {UPSTREAM}"))
    found = {one.path.name: one for one in emulators.detect(requirement("emulator"), LINUX)}
    assert {"emulator", "qemu", "runs-linux-arm64", "v7.2"} <= found["qemu-aarch64"].tags
    assert found["qemu-arm-static"].version == "9.1.0"
    assert "runs-linux-armhf" in found["qemu-arm-static"].tags
    assert found["qemu-aarch64"].target == ""


def test_only_those_of_the_wanted_target_are_asked(own_path: Path) -> None:
    for name in ("qemu-aarch64", "qemu-riscv64"):
        write_executable(own_path, name, f"touch {own_path}/{name}.asked; echo {name} {DEBIAN!r}")
    need = requirement("emulator", "runs-linux-riscv64")
    assert [one.path.name for one in emulators.detect(need, LINUX)] == ["qemu-riscv64"]
    assert not (own_path / "qemu-aarch64.asked").exists()


def test_the_host_needs_none(own_path: Path) -> None:
    write_executable(own_path, "qemu-x86_64", printing(f"qemu-x86_64 {DEBIAN}"))
    assert emulators.detect(requirement("emulator"), LINUX) == []
    arm = replace(LINUX, host=parse_target("aarch64-linux-gnu"))
    assert len(emulators.detect(requirement("emulator"), arm)) == 1


def test_garbage_is_no_emulator(own_path: Path) -> None:
    write_executable(own_path, "qemu-aarch64", printing("qemu-system: no machine"))
    write_executable(own_path, "qemu-arm", "exit 3")
    (own_path / "qemu-riscv64").write_bytes(b"\x7fELF broken")
    (own_path / "qemu-riscv64").chmod(0o755)
    assert emulators.detect(requirement("emulator"), LINUX) == []


def test_a_path_with_a_space_stays_one_word(
    tmp_path: Path, own_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "my tools"
    path = write_executable(place, "qemu-aarch64", printing(f"qemu-aarch64 {DEBIAN}"))
    monkeypatch.setenv("PATH", str(place))
    (found,) = emulators.detect(requirement("emulator"), LINUX)
    assert shlex.split(found.environment["CK_EMULATOR"]) == [str(path)]


def test_wine_gets_a_prefix_of_its_own_once(own_path: Path, ckp_home: Path) -> None:
    log = own_path / "log"
    script = (
        'if [ "$1" = --version ]; then echo "wine-8.0 (Debian 8.0~repack-4)"; exit; fi\n'
        f'echo "$@" >>{log}; /bin/mkdir -p "$WINEPREFIX"; : >"$WINEPREFIX/system.reg"'
    )
    write_executable(own_path, "wine", script)
    write_executable(own_path, "wineserver", f'echo "wineserver $@" >>{log}')
    for _ in range(2):
        (found,) = emulators.detect(requirement("emulator", "runs-windows-x86_64"), LINUX)
    assert found.version == "8.0"
    assert found.problem == ""
    assert found.environment["WINEPREFIX"] == str(cache_directory() / "wine")
    assert found.environment["WINEDEBUG"] == "-all"
    assert log.read_text().splitlines() == ["wineboot --init", "wineserver -w"]


def test_wine_that_cannot_start_says_why(own_path: Path, ckp_home: Path) -> None:
    script = 'if [ "$1" = --version ]; then echo wine-8.0; exit; fi; echo "no space" >&2; exit 1'
    write_executable(own_path, "wine", script)
    (found,) = emulators.detect(requirement("emulator", "runs-windows-x86_64"), LINUX)
    assert "no space" in found.problem


@pytest.mark.slow
@pytest.mark.parametrize("program", ["sha256", "sort"])
@pytest.mark.parametrize("compiler", ["gcc", "zig"])
def test_windows_programs_are_right_under_wine(
    program: str, compiler: str, tmp_path_factory: pytest.TempPathFactory, ckp: Ckp
) -> None:
    tools = ["wine", *(["x86_64-w64-mingw32-g++"] if compiler == "gcc" else [])]
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} on this machine")
    home = tmp_path_factory.getbasetemp() / "windows-home"
    arguments = ("--target=windows-x86_64", f"--compiler={compiler}", "--repeat=2", "--json")
    found = ckp("run", f"program:{program}", *arguments, timeout=1200, CKP_HOME=str(home))
    assert found.returncode == 0, found.stderr
    answer = json.loads(found.stdout)
    assert answer["correct"] is True
    assert answer["emulator"].startswith("Wine ")


@pytest.mark.slow
def test_an_exit_status_under_wine_is_kept(add_component: AddComponent, ckp: Ckp) -> None:
    for tool in ("wine", "x86_64-w64-mingw32-gcc"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} on this machine")
    add_component("program", "it", program_meta(), {"it.c": "int main(void) { return 7; }\n"})
    found = ckp("run", "program:it", "--target=windows-x86_64", "--compiler=gcc", "--repeat=1")
    assert found.returncode == 8
    assert "exited with status 7" in found.stderr
