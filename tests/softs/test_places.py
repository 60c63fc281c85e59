"""Where is looked, and what is run there."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.builtin.softs.binaries import machine_of
from ck_core.builtin.softs.places import Places, is_default, prefix_of, triple_of
from ck_core.testing.executables import printing, write_executable
from softs.soft_kit import found, library_soft, make_static, tool_soft


def test_the_usual_places_are_not_looked_into_where_others_are_named(place: Path) -> None:
    assert Places(()).usual == ()
    assert Places(()).named == (place,)


def test_the_users_own_directory_is_a_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CKP_SOFT_DIRS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    library = make_static(tmp_path / ".local/lib")
    assert [one.path for one in found(library_soft())] == [library]


@pytest.mark.parametrize("spoil", ["file", "directory"])
def test_what_anybody_may_write_is_not_run(place: Path, tools: Path, spoil: str) -> None:
    ran = place / "ran"
    write_executable(tools, "probe", f"touch {ran}; echo 1.2.3")
    assert len(found(tool_soft())) == 1
    ran.unlink()
    (tools / "probe" if spoil == "file" else tools).chmod(0o777)
    assert found(tool_soft()) == []
    assert not ran.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_somebody_else_owns_is_not_run(place: Path, tools: Path) -> None:
    path = write_executable(tools, "probe", printing("1.2.3"))
    os.chown(path, 12345, 12345)
    assert found(tool_soft()) == []


def test_relative_directories_on_path_are_not_looked_into(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_executable(tmp_path / "here", "probe", printing("1.2.3"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "here:.:")
    assert found(tool_soft()) == []


def test_a_file_that_nobody_can_execute_is_no_tool(place: Path, tools: Path) -> None:
    write_executable(tools, "probe", printing("1.2.3")).chmod(0o644)
    assert found(tool_soft(add_only_with_version="yes")) == []


def test_a_link_to_a_tool_is_that_tool(place: Path, tools: Path) -> None:
    write_executable(place / "opt", "probe-real", printing("1.2.3"))
    (tools / "probe").symlink_to(place / "opt/probe-real")
    (place / "probe").symlink_to(place / "opt/probe-real")
    assert len(found(tool_soft())) == 1


def test_no_secret_reaches_a_tool(
    place: Path, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKP_TEST_SECRET", "9.9.9")
    write_executable(tools, "probe", 'echo "1.0.0${CKP_TEST_SECRET:+-leaked}"')
    assert [one.version for one in found(tool_soft())] == ["1.0.0"]


def test_a_large_tree_is_looked_through_quickly(place: Path) -> None:
    for number in range(1_500):
        (place / f"a{number % 40}/b{number}").mkdir(parents=True)
    started = time.perf_counter()
    assert found(library_soft()) == []
    assert time.perf_counter() - started < 3


def test_a_circle_of_links_ends(place: Path) -> None:
    (place / "a").mkdir()
    (place / "a/up").symlink_to(place)
    library = make_static(place / "a")
    assert [one.path for one in found(library_soft())] == [library]


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("/usr/lib/x86_64-linux-gnu/libz.a", "/usr"),
        ("/usr/lib/llvm-19/lib/libomp.so", "/usr/lib/llvm-19"),
        ("/opt/it/bin/it", "/opt/it"),
        ("/data/set/val_map.txt", "/data/set"),
    ],
)
def test_a_prefix_holds_bin_lib_and_include(path: str, prefix: str) -> None:
    assert prefix_of(Path(path)) == Path(prefix)


def test_default_directories_need_no_flag() -> None:
    for text in ("/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/aarch64-linux-gnu/lib", "/usr/bin"):
        assert is_default(Path(text)), text
    for text in ("/opt/x/lib", "/usr/lib/llvm-19/lib", "/home/me/usr/lib", "/usr/local/lib"):
        assert not is_default(Path(text)), text


def test_a_directory_may_name_a_triple() -> None:
    assert triple_of(Path("/usr/lib/riscv64-linux-gnu/libz.a")) == "riscv64-linux-gnu"
    assert triple_of(Path("/usr/lib/libz.a")) == ""


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"!<arch>\n", b"\x7fELF", b"\xcf\xfa\xed\xfe"])
)
def test_no_file_breaks_the_reading_of_machine_code(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, magic: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "binary"
    path.write_bytes(magic + content)
    assert isinstance(machine_of(path), str)
