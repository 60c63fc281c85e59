"""What tells binaries apart: their code, not the words by which it was made."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.system.code_hash import code_hash
from ck_core.system.files import file_digest
from experiments.benchmark_kit import needs_gcc

SOURCE = """
#ifndef ADDED
#define ADDED 1
#endif
static int next(int number) { return number + ADDED; }
int table[] = {ADDED, 2, 3};
int main(int count, char **words) {
  (void)words;
  for (int i = 0; i < count; i++) table[i % 3] = next(table[i % 3]);
  return table[0];
}
"""


def compiled(directory: Path, *flags: str) -> Path:
    binary = directory / "-".join(("it", *flags))
    (directory / "it.c").write_text(SOURCE, "utf-8")
    command = ["gcc", "-O2", *flags, "it.c", "-o", str(binary)]
    subprocess.run(command, check=True, cwd=directory)
    return binary


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("whole"))


@needs_gcc
@pytest.mark.parametrize("flag", ["-g", "-s", "-Wl,--build-id=uuid"])
def test_the_same_code_in_another_file(tmp_path: Path, flag: str) -> None:
    """Each linked file has an identifier of its own."""
    one, other = (compiled(tmp_path, "-Wl,--build-id=uuid", *more) for more in ([], [flag]))
    assert file_digest(other) != file_digest(one)
    assert code_hash(other) == code_hash(one)
    assert code_hash(other).startswith("code:")


@needs_gcc
@pytest.mark.parametrize("flag", ["-O0", "-DADDED=2"])
def test_other_code(tmp_path: Path, whole: Path, flag: str) -> None:
    assert code_hash(compiled(tmp_path, flag)) != code_hash(whole)


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF\x02\x01\x01" * 99])
def test_what_is_no_binary_is_told_apart_by_its_bytes(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert code_hash(file) == file_digest(file)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such-file"):
        code_hash(tmp_path / "no-such-file")


@needs_gcc
@given(length=st.integers(0, 1 << 14))
def test_a_binary_cut_short_is_another(whole: Path, length: int) -> None:
    """As a linker leaves it that is killed."""
    content = whole.read_bytes()
    with TemporaryDirectory() as directory:
        cut = Path(directory) / "cut"
        cut.write_bytes(content[: min(length, len(content) - 1)])
        assert code_hash(cut) != code_hash(whole)
