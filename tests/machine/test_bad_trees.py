"""Whatever a kernel or a lying container shows, looking at the machine never fails."""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.domain.machine.fingerprint import fingerprint
from ck_core.domain.machine.noise import find_noise
from ck_core.store.machines import machine_values
from ck_core.system.machine import detect_machine
from ck_core.testing.executables import write_executable
from machine.recorded import arm_board, container, epyc_vm, intel_server, laptop, roots

ODD = ["", "\0", "-1", "9" * 5000, "0-99999999999", "max max", "0 0", "nan", "inf", "²", "[]"]


def old_container(root: Path) -> Path:
    return container(root, 1)


def names() -> list[str]:
    """Every file that one of the machines has."""
    found: set[str] = set()
    with tempfile.TemporaryDirectory() as place:
        for number, build in enumerate((intel_server, epyc_vm, arm_board, laptop, old_container)):
            root = build(Path(place) / str(number))
            found |= {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    return sorted(found)


NAMES = names()


def look(root: Path) -> None:
    """Everything that is done with a machine."""
    for architecture in ("x86_64", "aarch64", "ppc64le", "sparc"):
        machine = detect_machine(roots(root, architecture=architecture))
        assert len(fingerprint(machine)) == 16
        assert json.loads(json.dumps(machine_values(machine)))["tags"]
        assert machine.cpu.threads >= 1
        assert all(one.what and one.fix for one in find_noise(machine))
        assert all(line.isprintable() for line in texts(asdict(machine)))


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


def test_there_are_names() -> None:
    assert len(NAMES) > 100


def test_an_empty_tree(tmp_path: Path) -> None:
    look(tmp_path)
    look(tmp_path / "missing")


@pytest.mark.parametrize("text", ODD)
def test_every_file_holds_the_same_nonsense(tmp_path: Path, text: str) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    look(tmp_path)


def test_directories_and_pipes_where_files_should_be(tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if number % 2:
            (tmp_path / name).mkdir()
        else:
            os.mkfifo(tmp_path / name)
    look(tmp_path)


def test_files_where_directories_should_be(tmp_path: Path) -> None:
    for name in ("proc", "sys", "etc", "lib"):
        (tmp_path / name).write_text("file")
    look(tmp_path)


def test_a_huge_file(tmp_path: Path) -> None:
    intel_server(tmp_path)
    with (tmp_path / "proc/cpuinfo").open("w") as stream:
        stream.truncate(1 << 40)
    began = time.monotonic()
    assert detect_machine(roots(tmp_path)).cpu.threads == 8
    assert time.monotonic() - began < 5


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.binary(max_size=60), max_size=40))
def test_any_bytes_anywhere(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = laptop(Path(place))
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        look(root)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo 'musl libc (x86_64)' >&2; echo 'Version 1.2.5' >&2; exit 1", "musl 1.2.5"),
        ("echo something else; exit 1", "musl"),
    ],
)
def test_musl_tells_its_version(tmp_path: Path, script: str, expected: str) -> None:
    write_executable(tmp_path / "lib", "ld-musl-x86_64.so.1", script)
    assert detect_machine(roots(tmp_path)).software.libc == expected
