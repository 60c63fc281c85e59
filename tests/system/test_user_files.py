"""What a user names with ``-o``: files whole or not at all, and nothing else is replaced."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ck_core.errors import StorageError, UsageError
from ck_core.system.user_files import is_standard_output, user_file, write_user_file


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "it.csv"
    write_user_file(file, b"old")
    with pytest.raises(KeyboardInterrupt):
        _interrupted(file)
    assert file.read_bytes() == b"old"
    write_user_file(file, b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("it.csv", b"new")]


def _interrupted(file: Path) -> None:
    with user_file(file) as stream:
        stream.write(b"half of the new")
        raise KeyboardInterrupt


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "f.csv"
    os.mkfifo(pipe)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_user_file(pipe, b"content")
    reader.join(10)
    assert found == [b"content"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_stays_a_device(tmp_path: Path) -> None:
    """By a link: were the device replaced, it would be the link that is gone."""
    device = tmp_path / "full"
    device.symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left"):
        write_user_file(device, b"content")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert device.is_symlink()


def test_behind_a_link_it_is_the_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "it.csv").symlink_to("place/real.csv")
    for content in (b"first", b"second"):
        write_user_file(tmp_path / "it.csv", content)
        assert (tmp_path / "place" / "real.csv").read_bytes() == content
    assert (tmp_path / "it.csv").is_symlink()


@pytest.mark.parametrize("name", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_what_is_open_already_is_written_to(tmp_path: Path, name: str) -> None:
    """As ``-o >(cat)`` and ``-o /dev/stdout > file`` do it."""
    out, into = os.pipe()
    write_user_file(Path(name.format(into)), b"content")
    assert os.read(out, 20) == b"content"
    with (tmp_path / "it").open("wb") as stream:
        write_user_file(Path(name.format(stream.fileno())), b"content")
        assert os.fstat(stream.fileno()).st_nlink == 1
    assert (tmp_path / "it").read_bytes() == b"content"


def test_standard_output(tmp_path: Path) -> None:
    """Also by its other names; what was said before stays before it."""
    code = (
        "from pathlib import Path\n"
        "from ck_core.system.user_files import is_standard_output, write_user_file\n"
        "print('before')\n"
        "assert all(map(is_standard_output, map(Path, ('-', '/dev/stdout', '/dev/fd/1'))))\n"
        "write_user_file(Path('-'), b'content')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path
    )
    assert (done.stdout, done.stderr) == (b"before\ncontent", b"")
    assert list(tmp_path.iterdir()) == []
    assert not is_standard_output(tmp_path / "it.csv")


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("there", "is a directory", "-o "),
        ("no such/it.csv", "there is no directory", "mkdir -p '"),
        ("file/it.csv", "is no directory", "-o "),
    ],
)
def test_where_no_file_can_be(tmp_path: Path, name: str, said: str, hint: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=said) as caught:
        write_user_file(tmp_path / name, b"content")
    assert hint in caught.value.hint
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["file", "there"]


def test_an_error_names_what_the_user_named() -> None:
    """Not the hidden name that comes before: nobody can make a file in /proc."""
    with pytest.raises(StorageError, match=r"^cannot write /proc/it\.csv: "):
        write_user_file(Path("/proc/it.csv"), b"content")
