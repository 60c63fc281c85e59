"""zig: installed by its package where nothing else fits, found in the wheel, and comparable."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.dependencies import find_installations
from ck_core.domain.build import Level
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import refusal
from ck_core.domain.target import Platform, Target
from ck_core.errors import InstallError
from ck_core.stages.install_package import install_package
from ck_core.stages.looking import packages
from ck_core.testing.fixtures import AddComponent
from ck_core.testing.samples import LINUX, requirement
from ck_plugins_compilers import zig
from ck_plugins_compilers.build_words import effective_flags
from compilers.helpers import built, request_for

VERSION = "0.17.1"
C_COMPILER = requirement("compiler", "lang-c")


@pytest.fixture
def package() -> Package:
    found = packages(Context(SilentReporter()))
    return next(one for one in found if one.name == "zig")


@pytest.fixture
def tiny_package(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add_component: AddComponent
) -> Package:
    """With a wheel that has a script in place of zig, from a directory instead of PyPI."""
    digest = write_wheel(tmp_path / f"ziglang-{VERSION}-py3-none-any.whl")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    values = json.loads(json.dumps(package.component.values))
    values["recipe"]["python"]["hashes"] = [f"sha256:{digest}"]
    add_component("package", "zig", values)
    found = packages(Context(SilentReporter()))
    return next(one for one in found if one.component.repository == "local")


def write_wheel(path: Path) -> str:
    information = f"ziglang-{VERSION}.dist-info"
    files = {
        "ziglang/zig": f"#!/bin/sh\necho {VERSION}\n",
        "ziglang/__init__.py": "",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: ziglang\nVersion: {VERSION}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{information}/RECORD": "",
    }
    with ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.getinfo("ziglang/zig").external_attr = 0o100755 << 16
    return sha256(path.read_bytes()).hexdigest()


def installed_by(package: Package) -> Installation:
    return install_package(package, {}, Context(SilentReporter()))


@pytest.mark.parametrize(
    ("need", "fits"),
    [
        (requirement("compiler", "lang-c"), True),
        (requirement("compiler", "lang-cpp"), True),
        (requirement("zig"), True),
        (requirement("compiler", "gcc"), False),
        (requirement("compiler", "lang-fortran"), False),
        (requirement("dataset"), False),
    ],
    ids=lambda value: ",".join(sorted(value.tags)) if isinstance(value, Requirement) else None,
)
def test_it_is_offered_for_what_zig_is(package: Package, need: Requirement, *, fits: bool) -> None:
    assert (refusal(need, package, LINUX) == "") is fits


@pytest.mark.parametrize(
    ("architecture", "fits"), [("x86_64", True), ("aarch64", True), ("sparc", False)]
)
def test_a_machine_without_a_wheel_is_not_offered_it(
    package: Package, architecture: str, *, fits: bool
) -> None:
    host = Target(architecture=architecture, system="linux")
    platform = Platform(host=host, target=host, cores=2)
    assert (refusal(C_COMPILER, package, platform) == "") is fits


def test_it_is_found_in_its_wheel_and_described(tiny_package: Package) -> None:
    zig_here = installed_by(tiny_package)
    assert zig_here.origin == f"PyPI ziglang {VERSION}"
    assert zig_here.path.parts[-3:] == ("site-packages", "ziglang", "zig")
    assert zig_here.environment["CK_CC"] == f"{zig_here.path} cc"
    assert Path(zig_here.environment["ZIG_GLOBAL_CACHE_DIR"]).parent == zig_here.directory
    assert "PYTHONPATH" not in zig_here.environment
    assert zig_here.plugin == "zig"
    assert installed_by(tiny_package).uid == zig_here.uid


def test_where_nothing_else_is_it_is_installed_once_and_then_known(
    tiny_package: Package, only_fakes: Path, ckp_home: Path
) -> None:
    first = find_installations([C_COMPILER], "it", Context(SilentReporter()))["compiler"]
    assert first.package == tiny_package.component.uid
    again = find_installations([C_COMPILER], "it", Context(SilentReporter()))["compiler"]
    assert again == first
    assert len(list(ckp_home.glob("cache/logs/zig-*.log"))) == 1


def test_another_hash_is_refused_and_leaves_nothing(
    tiny_package: Package, tmp_path: Path, ckp_home: Path
) -> None:
    wheel = tmp_path / f"ziglang-{VERSION}-py3-none-any.whl"
    with ZipFile(wheel, "a") as archive:
        archive.writestr("more", "")
    with pytest.raises(InstallError, match=f"cannot install zig@{VERSION}") as caught:
        installed_by(tiny_package)
    assert "HASHES" in caught.value.details
    assert not list(ckp_home.glob("tools/*/*"))
    assert not list(Context(SilentReporter()).environments.registered())


def test_the_users_choice_of_processor_wins(tmp_path: Path, tiny_package: Package) -> None:
    plain = request_for(installed_by(tiny_package), tmp_path, {})
    assert effective_flags(plain)[0] == "-mcpu=baseline"
    chosen = effective_flags(replace(plain, level=Level.DEFAULT, flags=("-march=native", "-g")))
    assert chosen == (
        "-fno-sanitize=undefined", "-fno-stack-protector", "-UNDEBUG", "-march=native", "-g"
    )  # fmt: skip


@pytest.mark.slow
def test_the_real_wheel_builds_a_program(tmp_path: Path, package: Package) -> None:
    real = installed_by(package)
    source = {"m.c": '#include <stdio.h>\nint main(void) { puts("zig"); return 0; }\n'}
    artifact = built(zig.build(request_for(real, tmp_path, source)))
    run = subprocess.run([artifact], check=True, capture_output=True, text=True)
    assert run.stdout == "zig\n"
