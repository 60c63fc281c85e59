"""zig: claimed where it fits, installed once and whole, or an error that helps."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from ck_core.domain.build import Level
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.target import Target
from ck_core.errors import InstallError
from ck_core.system.home import tools_directory
from ck_core.testing.samples import LINUX, requirement
from ck_plugins_compilers import native_build, zig, zig_install
from compilers.helpers import built, detected, request_for

WHEEL = f"ziglang-{zig_install.VERSION}-py3-none-any.whl"


def request(*tags: str) -> InstallRequest:
    return InstallRequest(requirement=requirement(*tags), platform=LINUX, root=tools_directory())


@pytest.fixture
def local_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pip looks for wheels in this directory only."""
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return index


@pytest.fixture
def tiny_wheel(local_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel of ziglang with a script in place of zig, its hash among the pinned ones."""
    information = f"ziglang-{zig_install.VERSION}.dist-info"
    files = {
        "ziglang/zig": f"#!/bin/sh\necho {zig_install.VERSION}\n",
        "ziglang/__init__.py": "",
        f"{information}/METADATA": "Metadata-Version: 2.1\nName: ziglang\n"
        f"Version: {zig_install.VERSION}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{information}/RECORD": "",
    }
    with ZipFile(local_index / WHEEL, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    digest = sha256((local_index / WHEEL).read_bytes()).hexdigest()
    monkeypatch.setattr(zig_install, "WHEEL_HASHES", {"x86_64-linux": digest})
    return local_index / WHEEL


@pytest.mark.parametrize("tags", [("compiler", "gcc"), ("compiler", "lang-fortran"), ("dataset",)])
def test_what_zig_is_not_is_not_claimed(tags: tuple[str, ...]) -> None:
    assert zig.install(request(*tags)) is None


def test_a_machine_without_a_wheel_is_not_claimed() -> None:
    strange = Target(architecture="sparc", system="linux")
    elsewhere = replace(request("compiler"), platform=replace(LINUX, host=strange))
    assert zig.install(elsewhere) is None


@pytest.mark.parametrize("tags", [("compiler", "lang-c"), ("compiler", "lang-cpp"), ("zig",)])
def test_it_is_installed_whole_and_then_detected(tiny_wheel: Path, tags: tuple[str, ...]) -> None:
    installed = zig.install(request(*tags))
    assert isinstance(installed, Installation)
    assert installed.path.is_file()
    assert installed.origin == "PyPI ziglang 0.17.1"
    assert tools_directory() in Path(installed.environment["ZIG_GLOBAL_CACHE_DIR"]).parents
    assert installed.environment["CK_CC"].endswith("/ziglang/zig cc")
    assert [path.name for path in tools_directory().glob("zig-*")] == ["zig-0.17.1-x86_64-linux"]


def test_an_executable_install_is_detected_again(tiny_wheel: Path) -> None:
    installed = zig.install(request("zig"))
    assert installed is not None
    installed.path.chmod(0o755)
    assert installed.uid in {each.uid for each in detected(zig.detect, "zig")}


def test_two_installs_at_once_install_once(tiny_wheel: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(zig.install, [request("zig")] * 2)
    assert first == second
    assert len(list(tools_directory().glob("zig-*"))) == 1


def test_another_hash_is_refused_and_leaves_nothing(
    tiny_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zig_install, "WHEEL_HASHES", {"x86_64-linux": "0" * 64})
    with pytest.raises(InstallError) as caught:
        zig.install(request("zig"))
    assert "HASHES" in caught.value.details
    assert not [path for path in tools_directory().glob("*zig-*") if path.is_dir()]


def test_no_wheel_is_an_error_with_pips_words(local_index: Path) -> None:
    with pytest.raises(InstallError, match="pip exited with 1") as caught:
        zig.install(request("zig"))
    assert "ziglang" in caught.value.details
    assert "network" in caught.value.hint


def test_a_python_without_pip_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "python3"
    bare.write_text('#!/bin/sh\necho "$0: No module named pip" >&2\nexit 1\n', encoding="utf-8")
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(InstallError, match="there is no pip") as caught:
        zig.install(request("zig"))
    assert caught.value.hint.endswith("-m ensurepip")


def test_the_users_choice_of_processor_wins(tmp_path: Path, tiny_wheel: Path) -> None:
    installed = zig.install(request("zig"))
    assert installed is not None
    plain = request_for(installed, tmp_path, {})
    assert native_build.effective_flags(plain)[0] == "-mcpu=baseline"
    chosen = native_build.effective_flags(
        replace(plain, level=Level.DEFAULT, flags=("-march=native", "-g"))
    )
    assert chosen == (
        "-fno-sanitize=undefined", "-fno-stack-protector", "-UNDEBUG", "-march=native", "-g"
    )  # fmt: skip


@pytest.mark.slow
def test_the_real_wheel_builds_a_program(tmp_path: Path) -> None:
    if not shutil.which("uname"):
        pytest.skip("no POSIX system")
    installed = zig.install(request("compiler", "lang-c"))
    assert installed is not None
    source = {"m.c": '#include <stdio.h>\nint main(void) { puts("zig"); return 0; }\n'}
    artifact = built(zig.build(request_for(installed, tmp_path, source)))
    run = subprocess.run([artifact], check=True, capture_output=True, text=True)
    assert run.stdout == "zig\n"
    assert installed.uid in {each.uid for each in detected(zig.detect, "zig")}
