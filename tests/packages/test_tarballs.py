"""Tar archives of strangers: unpacked as they are, or refused before anything leaves its place."""

from __future__ import annotations

import io
import os
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.errors import BadComponentError, StorageError
from ck_core.system.archives import Limits, unpack_source
from ck_core.system.archives.tarballs import unpack_tarball

Member = tuple[str, bytes, str]
FILE, LINK, HARD, DIRECTORY, PIPE = (
    tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE
)  # fmt: skip


def pack(path: Path, *members: Member, mode: str = "w:gz") -> Path:
    """Each with a name, a type, and content or where it links to."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # mode is a text here
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type = kind
            member.mode = 0o755 if name.endswith(".sh") else 0o644
            member.size = len(content.encode()) if kind == FILE else 0
            member.linkname = content if kind in {LINK, HARD} else ""
            archive.addfile(member, io.BytesIO(content.encode()))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    directory = tmp_path / "place"
    directory.mkdir()
    return directory


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_files_links_and_modes_come_as_they_are(tmp_path: Path, place: Path, mode: str) -> None:
    members: tuple[Member, ...] = (
        ("./", DIRECTORY, ""),
        ("./x/", DIRECTORY, ""),
        ("x/run.sh", FILE, "echo"),
        ("x/deep/er/a.txt", FILE, "a"),
        ("x/Case", FILE, "one"),
        ("x/case", FILE, "two"),
        ("x/aux.c", FILE, "reserved on Windows"),
        ("x/link", LINK, "deep/er/a.txt"),
        ("x/deep/up", LINK, "../run.sh"),
        ("x/hard", HARD, "x/run.sh"),
        ("x/dangling", LINK, "nowhere"),
    )
    unpack_source(pack(tmp_path / "a.tar", *members, mode=mode), place)
    assert (place / "x/link").read_text() == "a"
    assert (place / "x/deep/up").read_text() == "echo"
    assert (place / "x/hard").read_text() == "echo"
    assert (place / "x/Case").read_text() == "one"
    assert os.access(place / "x/run.sh", os.X_OK)
    assert not os.access(place / "x/aux.c", os.X_OK)


HOSTILE: dict[str, tuple[Member, ...]] = {
    "parent": (("../out", FILE, "x"),),
    "inner parent": (("a/../../out", FILE, "x"),),
    "absolute": (("/ckp-out", FILE, "x"),),
    "backslash": (("a\\b", FILE, "x"),),
    "control character": (("a\nb", FILE, "x"),),
    "absolute link": (("a", LINK, "/etc/passwd"),),
    "link out": (("a/b", LINK, "../../out"),),
    "link through a later link": (("a", LINK, "b/../../out"), ("b", LINK, ".")),
    "link to the inside first": (("b", LINK, "."), ("a", LINK, "b/../../out")),
    "link behind a link": (("d", LINK, "../"), ("d/out", LINK, "x")),
    "file behind a link": (("d", LINK, ".."), ("d/out", FILE, "x")),
    "hard link out": (("a", HARD, "../../../etc/passwd"),),
    "hard link to nothing": (("a", HARD, "b"),),
    "pipe": (("a", PIPE, ""),),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_leave_its_place_is_refused(tmp_path: Path, place: Path, name: str) -> None:
    before = {path for path in tmp_path.rglob("*") if place not in path.parents}
    archive = pack(tmp_path / "a.tar", *HOSTILE[name])
    with pytest.raises((BadComponentError, StorageError)):
        unpack_source(archive, place)
    outside = {path for path in tmp_path.rglob("*") if place not in path.parents}
    assert outside - before == {archive}
    assert not Path("/ckp-out").exists()


def test_what_is_cut_off_is_damaged(tmp_path: Path, place: Path) -> None:
    archive = pack(tmp_path / "a.tar", ("a", FILE, os.urandom(50_000).hex()))
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) // 2])
    with pytest.raises(BadComponentError, match="damaged"):
        unpack_source(archive, place)


def test_limits_hold(tmp_path: Path, place: Path) -> None:
    archive = pack(tmp_path / "a.tar", ("a", FILE, "x" * 1000), ("b", FILE, "y"), ("c", FILE, "z"))
    with pytest.raises(BadComponentError, match="unpacks to 1,000 bytes"):
        unpack_tarball(archive, place, limits=Limits(max_bytes=999))
    with pytest.raises(BadComponentError, match="more than 1 files"):
        unpack_tarball(archive, place, limits=Limits(max_files=1))
    assert not list(place.iterdir())


def test_a_bomb_is_refused(tmp_path: Path, place: Path) -> None:
    archive = pack(tmp_path / "a.tar", ("a", FILE, "\0" * (80 << 20)))
    with pytest.raises(BadComponentError, match="200 times"):
        unpack_source(archive, place)


@given(content=st.binary(max_size=2000))
def test_any_bytes_are_no_archive_or_one(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    place = tmp_path_factory.mktemp("place")
    archive = place / "archive"
    archive.write_bytes(content)
    directory = place / "in"
    directory.mkdir()
    said = str(archive)
    try:
        unpack_source(archive, directory)
    except BadComponentError as error:
        said = error.message
    assert str(archive) in said


@given(position=st.integers(0, 10_239), value=st.integers(0, 255))
def test_a_changed_byte_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, position: int, value: int
) -> None:
    place = tmp_path_factory.mktemp("place")
    archive = pack(place / "a.tar", ("d/a", FILE, "x" * 100), ("d/b", LINK, "a"), mode="w")
    content = bytearray(archive.read_bytes())
    content[position % len(content)] = value
    archive.write_bytes(content)
    directory = place / "in"
    directory.mkdir()
    with suppress(BadComponentError, StorageError):
        unpack_source(archive, directory)
    assert set(place.iterdir()) == {archive, directory}
