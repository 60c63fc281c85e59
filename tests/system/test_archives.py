from __future__ import annotations

import bz2
import lzma
import os
import random
import resource
import socket
import stat
import struct
import subprocess
import tempfile
import time
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ck_core.errors import BadComponentError, CkpError, StorageError
from ck_core.system.archives import DEFAULT_LIMITS, Limits, pack, unpack
from ck_core.system.files import STAGING_PREFIX

STORED, DEFLATED, BZIP2, LZMA = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
)
METHODS = [STORED, DEFLATED, BZIP2, LZMA]
MIB = 1 << 20
ALL_SIZES = Limits(max_bytes=1 << 62, max_ratio=1 << 60)

Tree = dict[str, Any]
Refuse = Callable[..., str]


@dataclass(frozen=True)
class Entry:
    """A member as a stranger may write it; what is not said is what an honest one has."""

    name: str | bytes = "a"
    packed: bytes = b"content"
    size: int = -1
    checksum: int = -1
    method: int = STORED
    flags: int = 0x800
    mode: int = -1
    begin: int = -1
    local_name: str = ""
    extra: bytes = b""


def zip_of(*entries: Entry, before: bytes = b"") -> bytes:
    """The bytes of an archive with these members, written as told and not as is right."""
    data, directory = before, b""
    for entry in entries:
        begin = len(data) if entry.begin < 0 else entry.begin
        if entry.begin < 0:
            data += local_header(entry) + entry.packed
        name = as_bytes(entry.name)
        directory += struct.pack(
            "<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, entry.flags, entry.method, 0, 33,
            *numbers(entry), len(name), len(entry.extra), 0, 0, 0, mode_of(entry) << 16, begin,
        )  # fmt: skip
        directory += name + entry.extra
    count = len(entries)
    return (
        data
        + directory
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(data), 0)
    )


def local_header(entry: Entry) -> bytes:
    name = as_bytes(entry.local_name or entry.name)
    numbers_ = numbers(entry)
    header = struct.pack(
        "<4s2B4HL2L2H", b"PK\3\4", 20, 0, entry.flags, entry.method, 0, 33,
        *numbers_, len(name), 0,
    )  # fmt: skip
    return header + name


def numbers(entry: Entry) -> tuple[int, int, int]:
    size = len(entry.packed) if entry.size < 0 else entry.size
    checksum = zlib.crc32(entry.packed) if entry.checksum < 0 else entry.checksum
    return checksum, len(entry.packed), size


def mode_of(entry: Entry) -> int:
    honest = 0o040755 if as_bytes(entry.name).endswith(b"/") else 0o100644
    return honest if entry.mode < 0 else entry.mode


def as_bytes(name: str | bytes) -> bytes:
    return name.encode() if isinstance(name, str) else name


def compressed(content: bytes, method: int) -> bytes:
    if method == STORED:
        return content
    if method == BZIP2:
        return bz2.compress(content)
    if method == DEFLATED:
        encoder = zlib.compressobj(9, wbits=-15)
        return encoder.compress(content) + encoder.flush()
    options = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}
    header = struct.pack("<2BHBI", 9, 4, 5, 3 + 9 * 5 * 2, 1 << 16)
    return header + lzma.compress(content, lzma.FORMAT_RAW, filters=[options])


def write_tree(root: Path, tree: Tree) -> None:
    root.mkdir()
    for name, content in tree.items():
        if isinstance(content, dict):
            write_tree(root / name, content)
        else:
            (root / name).write_bytes(content)


def read_tree(root: Path) -> Tree:
    return {
        path.name: read_tree(path) if path.is_dir() else path.read_bytes()
        for path in root.iterdir()
    }


def unpacked(archive: Path, limits: Limits = DEFAULT_LIMITS) -> Path:
    target = archive.with_name("unpacked")
    target.mkdir()
    unpack(archive, target, limits=limits)
    return target


@pytest.fixture
def refuse(tmp_path: Path) -> Refuse:
    """Asserts that an archive is refused before a byte of it is written; gives the message."""

    def assert_refused(data: bytes, match: str, limits: Limits = DEFAULT_LIMITS) -> str:
        archive, target = tmp_path / "x.zip", tmp_path / "out"
        archive.write_bytes(data)
        target.mkdir()
        with pytest.raises(BadComponentError, match=match) as caught:
            unpack(archive, target, limits=limits)
        assert not list(target.iterdir())
        assert {path.name for path in tmp_path.iterdir()} == {"x.zip", "out"}
        assert caught.value.message.startswith(f"{archive}: ")
        assert caught.value.hint
        return caught.value.message

    return assert_refused


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """What a full disk does, at a size that tests can reach."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# Round trips


def fold(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\:")
NAMES = st.builds(
    "{}{}_".format, st.sampled_from(["", ".", "-", " ", "a"]), st.text(CHARACTERS, max_size=20)
).filter(lambda name: not name.startswith(STAGING_PREFIX))  # ckp's own
CONTENTS = st.binary(max_size=300) | st.integers(60_000, 140_000).map(
    lambda size: random.Random(size).randbytes(size)
)


def directories_of(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    found = st.dictionaries(NAMES, children, max_size=4)
    return found.filter(lambda tree: len({fold(name) for name in tree}) == len(tree))


TREES = directories_of(st.recursive(CONTENTS, directories_of, max_leaves=8))


def count_files(tree: Tree) -> int:
    return sum(count_files(item) if isinstance(item, dict) else 1 for item in tree.values())


@settings(max_examples=60, deadline=None)
@given(TREES)
@example({".cm": {"meta.json": b"{}"}, ".ckr.json": b"", "-n": b"x", "empty": {"er": {}}})
@example({"[id].js": b"", "__pycache__": {"a.pyc": b"1"}, "a?*<>|\"'": b"2", "10:00": b"3"})
@example({"con_": b"", "comma.txt": b"", "com10": b"", ".con": b"", "é" * 127: b"", "---": b""})
def test_what_is_packed_is_unpacked(tree: Tree) -> None:
    with tempfile.TemporaryDirectory() as place:
        root, archive, target = Path(place, "root"), Path(place, "x.zip"), Path(place, "out")
        write_tree(root, tree)
        target.mkdir()
        assert pack(root, archive) == count_files(tree)
        assert unpack(archive, target) == count_files(tree)
        assert read_tree(target) == tree
        assert zipfile.ZipFile(archive).testzip() is None


@pytest.mark.parametrize("method", METHODS)
def test_every_method_at_every_edge(tmp_path: Path, method: int) -> None:
    sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 400_000]
    contents = {f"random{size}": random.Random(size).randbytes(size) for size in sizes}
    contents |= {f"zeros{size}": bytes(size) for size in sizes}
    with zipfile.ZipFile(tmp_path / "x.zip", "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    assert read_tree(unpacked(tmp_path / "x.zip")) == contents


def test_a_lzma_member_that_does_not_mark_its_end(tmp_path: Path) -> None:
    content = b"no mark " * 10_000
    alone = lzma.compress(content, lzma.FORMAT_ALONE)  # its 13 bytes have numbers, size unknown
    with_mark = struct.pack("<2BH", 9, 4, 5) + alone[:5] + alone[13:]
    entry = Entry(packed=with_mark[:-6], size=len(content), method=LZMA,
                  checksum=zlib.crc32(content))  # fmt: skip
    (tmp_path / "x.zip").write_bytes(zip_of(entry))
    assert read_tree(unpacked(tmp_path / "x.zip")) == {"a": content}


def test_the_zip_program_and_names_it_does_not_say_are_utf_8(tmp_path: Path) -> None:
    tree = {"ünï": {"日本.txt": b"1" * 1000}, ".cm": {"meta.json": b"{}"}, "-x": b"", "e": {}}
    write_tree(tmp_path / "root", tree)
    command = ["zip", "-qr", "../x.zip", "."]
    try:
        subprocess.run(command, cwd=tmp_path / "root", check=True)
    except FileNotFoundError:
        pytest.skip("no zip program here")
    assert read_tree(unpacked(tmp_path / "x.zip")) == tree


def test_names_in_the_alphabet_of_dos(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zip_of(Entry("dé".encode("cp437"), flags=0)))
    assert read_tree(unpacked(tmp_path / "x.zip")) == {"dé": b"content"}


def test_an_archive_behind_something_else(tmp_path: Path) -> None:
    data = zip_of(Entry())
    (tmp_path / "x.zip").write_bytes(b"#!/bin/sh\nexit 1\n" + data)
    assert read_tree(unpacked(tmp_path / "x.zip")) == {"a": b"content"}


def test_modes_are_what_the_umask_leaves(tmp_path: Path) -> None:
    names = {"plain": 0o100600, "run": 0o104755, "none": 0}
    entries = [Entry(name, mode=mode) for name, mode in names.items()]
    (tmp_path / "x.zip").write_bytes(zip_of(*entries))
    before = os.umask(0o027)
    try:
        target = unpacked(tmp_path / "x.zip")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in target.iterdir()}
    assert modes == {"plain": 0o640, "run": 0o750, "none": 0o640}


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zip_of(Entry("a")))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").symlink_to(tmp_path / "victim")
    with pytest.raises(StorageError, match="File exists"):
        unpack(tmp_path / "x.zip", tmp_path / "out")
    assert not (tmp_path / "victim").exists()


# Packing


def test_the_same_tree_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for root, names in (("one", ["b", "a", "c-d", "c"]), ("two", ["c", "c-d", "a", "b"])):
        (tmp_path / root).mkdir()
        for name in names:
            file = tmp_path / root / (f"{name}/x" if name == "c" else name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(name)
            os.utime(file, (1e9, 1e9))
    pack(tmp_path / "one", tmp_path / "one.zip")
    try:
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        before = os.umask(0o077)
        pack(tmp_path / "two", tmp_path / "two.zip")
    finally:
        os.umask(before)
        monkeypatch.undo()
        time.tzset()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "one.zip").namelist() == ["a", "b", "c-d", "c/x"]


@pytest.mark.parametrize(
    ("changed_s", "year"), [(0, 1980), (-(10**10), 1980), (10**9, 2001), (10**10, 2107)]
)
def test_dates_that_a_zip_cannot_say(tmp_path: Path, changed_s: int, year: int) -> None:
    write_tree(tmp_path / "root", {"a": b""})
    os.utime(tmp_path / "root" / "a", (changed_s, changed_s))
    pack(tmp_path / "root", tmp_path / "x.zip")
    assert zipfile.ZipFile(tmp_path / "x.zip").infolist()[0].date_time[0] == year


def test_what_is_left_out(tmp_path: Path) -> None:
    kept = {"a": {"b": b"", ".gitignore": b""}, "hollow": {}}
    write_tree(tmp_path / "root", kept)
    for place in (".git", "a/.git", "hollow/.git", "a/.ckp-12", "build"):
        write_tree(tmp_path / "root" / place, {"HEAD": b""})
    (tmp_path / "root" / ".ckp-file").write_text("half")
    (tmp_path / "root" / ".git" / "link").symlink_to("HEAD")
    pack(tmp_path / "root", tmp_path / "x.zip", leave_out=frozenset({".git", "build"}))
    assert read_tree(unpacked(tmp_path / "x.zip")) == kept


def test_an_archive_never_holds_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path / "root", {"a": b"1"})
    monkeypatch.chdir(tmp_path / "root")
    assert pack(Path(), Path("x.zip")) == 1
    first = Path("x.zip").read_bytes()
    assert pack(Path(), Path("x.zip")) == 1
    assert Path("x.zip").read_bytes() == first
    assert {path.name for path in Path().iterdir()} == {"a", "x.zip"}


def test_nothing_makes_an_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    assert pack(tmp_path / "root", tmp_path / "new" / "x.zip") == 0
    assert read_tree(unpacked(tmp_path / "new" / "x.zip")) == {}


def test_the_executable_bit_travels(tmp_path: Path) -> None:
    write_tree(tmp_path / "root", {"run": b"#!/bin/sh\n", "data": b""})
    (tmp_path / "root" / "run").chmod(0o700)
    pack(tmp_path / "root", tmp_path / "x.zip")
    target = unpacked(tmp_path / "x.zip")
    assert os.access(target / "run", os.X_OK)
    assert not (target / "data").stat().st_mode & 0o111


def make_socket(path: Path) -> None:
    socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))


@pytest.mark.parametrize(
    "make",
    [lambda path: path.symlink_to("a"), lambda path: path.symlink_to("."), os.mkfifo, make_socket],
    ids=["link", "directory link", "pipe", "socket"],
)
def test_what_is_no_regular_file_is_named(tmp_path: Path, make: Callable[[Path], None]) -> None:
    write_tree(tmp_path / "root", {"a": b"", "sub": {}})
    make(tmp_path / "root" / "sub" / "odd")
    with pytest.raises(CkpError, match=r"root/sub/odd: an archive holds regular files only"):
        pack(tmp_path / "root", tmp_path / "x.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["root"]


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"Makefile": b"", "makefile": b""}, "makefile clashes with 'Makefile'"),
        ({"A": {"x": b""}, "a": {"y": b""}}, "a/y clashes with 'A/'"),
        ({"aux.c": b""}, "reserved on Windows"),
        ({"a\\b": b""}, "backslash"),
        ({os.fsdecode(b"\xff"): b""}, r"\\udcff has a name that is no Unicode text"),
    ],
)
def test_what_nobody_could_unpack_is_not_packed(tmp_path: Path, tree: Tree, message: str) -> None:
    write_tree(tmp_path / "root", tree)
    with pytest.raises(CkpError, match=message):
        pack(tmp_path / "root", tmp_path / "x.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["root"]


def test_a_full_disk_leaves_the_old_archive_and_nothing_else(tmp_path: Path) -> None:
    write_tree(tmp_path / "root", {"a": random.Random(1).randbytes(MIB)})
    (tmp_path / "x.zip").write_text("old")
    with largest_file(MIB // 2), pytest.raises(StorageError, match="File too large"):
        pack(tmp_path / "root", tmp_path / "x.zip")
    assert {path.name for path in tmp_path.iterdir()} == {"root", "x.zip"}
    assert (tmp_path / "x.zip").read_text() == "old"


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="none: No such file"):
        pack(tmp_path / "none", tmp_path / "x.zip")


# Refusing: names


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/etc/passwd", "absolute"), ("//host/share", "absolute"), ("/", "part ''"),
        ("..", r"part '\.\.'"), ("a/../../b", r"part '\.\.'"), ("../a", r"part '\.\.'"),
        ("./a", r"part '\.'"), ("a/.", r"part '\.'"), ("a//b", "part ''"), ("a//", "part ''"),
        ("", "part ''"), ("C:/a", "drive"), ("c:a", "drive"), ("a/C:", "drive"),
        ("a\\b", "backslash"), ("..\\a", "backslash"), ("a\0.txt", "control"),
        ("a\0", "control"), ("a\nb", "control"), ("a\x1b[2J", "control"), ("a\x7f", "control"),
        ("a\x9bm", "control"), ("con", "reserved"), ("a/NUL.txt/b", "reserved"),
        ("Com1.tar.gz", "reserved"), ("lpt9 .txt", "reserved"), ("COM\u00b9", "reserved"),
        ("aux/", "reserved"), ("a.", "dot or a space"), ("a /b", "dot or a space"),
        ("...", "dot or a space"), ("a" * 256, "more than 255"), ("é" * 128, "more than 255"),
        ("/".join(["a" * 200] * 5), "more than 1000"),
    ],
)  # fmt: skip
def test_names_that_are_refused(refuse: Refuse, name: str, message: str) -> None:
    text = refuse(zip_of(Entry("good"), Entry(name, b"")), message)
    assert text.isprintable()


def test_names_of_no_alphabet(refuse: Refuse) -> None:
    refuse(zip_of(Entry(b"\xff\xfe")), "not a zip archive, or a damaged one")


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("a", "a", "twice"),
        ("a/", "a/", "twice"),
        ("a", "A", "clashes with 'a'"),
        ("straße", "STRASSE", "clashes with 'straße'"),
        ("\u00e9", "e\u0301", "clashes with"),
        ("a", "a/b", "clashes with 'a'"),
        ("a/b", "a", "clashes with 'a/'"),
        ("a/", "a", "clashes with 'a/'"),
        ("a", "A/b/c", "clashes with 'a'"),
        ("a/b/c", "a/B", "clashes with 'a/b/'"),
        ("Dir/x", "dir/y", "clashes with 'Dir/'"),
        ("b/Dir/x", "b/dir/", "clashes with 'b/Dir/'"),
    ],
)
def test_names_that_are_one_somewhere(
    refuse: Refuse, first: str, second: str, message: str
) -> None:
    refuse(zip_of(Entry(first, b""), Entry(second, b"")), message)


# Refusing: kinds, sizes, places


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (Entry(mode=stat.S_IFLNK | 0o777, packed=b"/etc"), "is a link or another special file"),
        (Entry(mode=stat.S_IFIFO), "special file"),
        (Entry(mode=stat.S_IFCHR), "special file"),
        (Entry(mode=stat.S_IFSOCK), "special file"),
        (Entry(mode=stat.S_IFDIR), "special file"),
        (Entry("a/", b"", mode=stat.S_IFLNK), "special file"),
        (Entry("a/", b"", mode=stat.S_IFREG), "special file"),
        (Entry("a/"), "directory with content"),
        (Entry(flags=0x801), "encrypted"),
        (Entry(flags=0x840), "encrypted"),
        (Entry(flags=0x2800), "encrypted"),
        (Entry(flags=0x820), "does not know"),
        (Entry(method=9), r"does not know \(9\)"),
        (Entry(method=99), r"does not know \(99\)"),
        (Entry(size=6), "has two sizes"),
        (Entry(local_name="b"), "is not where the archive says"),
        (Entry(local_name="ab"), "is not where the archive says"),
    ],
)
def test_kinds_that_are_refused(refuse: Refuse, entry: Entry, message: str) -> None:
    refuse(zip_of(Entry("good"), entry), message)


def test_two_members_in_the_same_bytes(refuse: Refuse) -> None:
    content = bytes(MIB)
    entry = Entry(packed=compressed(content, DEFLATED), size=MIB, method=DEFLATED,
                  checksum=zlib.crc32(content))  # fmt: skip
    again = Entry(entry.name, entry.packed, MIB, entry.checksum, DEFLATED, begin=0)
    refuse(zip_of(entry, again), "twice")


def quine(count: int, kernel: bytes) -> bytes:
    """David Fifield's bomb: each member's data quotes the next header, then all share a kernel."""
    name = "{:02}".format
    packed, checksum, size = compressed(kernel, DEFLATED), zlib.crc32(kernel), len(kernel)
    entries = [Entry(name(count), packed, size, checksum, DEFLATED)]
    tail = local_header(entries[0]) + packed
    content = kernel
    for number in reversed(range(count)):
        header = local_header(entries[0])
        quoted = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) + tail
        content = header + content
        checksum = zlib.crc32(content)
        entries.insert(0, Entry(name(number), quoted, len(content), checksum, DEFLATED))
        tail = local_header(entries[0]) + quoted
    return at_places(entries, tail)


def at_places(entries: list[Entry], data: bytes) -> bytes:
    """Members that lie in ``data`` already."""
    found = [
        Entry(entry.name, entry.packed, entry.size, entry.checksum, entry.method,
              begin=data.index(local_header(entry)))
        for entry in entries
    ]  # fmt: skip
    return zip_of(*found, before=data)


def test_a_bomb_of_overlapping_members(refuse: Refuse, tmp_path: Path) -> None:
    bomb = quine(20, b"kernel" * 1000)
    (tmp_path / "x.zip").write_bytes(bomb)
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        assert len(opened.infolist()) == 21
        assert opened.read("20") == b"kernel" * 1000
    refuse(bomb, "overlaps another part")


def test_members_that_share_a_header_under_two_names(refuse: Refuse) -> None:
    """Names must be those of the header, so that only the same name twice could share one."""
    refuse(zip_of(Entry("a"), Entry("b", begin=0)), "'b' is not where the archive says")


@pytest.mark.parametrize("begin", [1, 10_000, 0xFFFFFFFE])
def test_members_that_are_nowhere(refuse: Refuse, begin: int) -> None:
    refuse(zip_of(Entry("a"), Entry("b", begin=begin)), "'b' is not where the archive says")


def test_a_member_that_reaches_into_the_list_of_members(refuse: Refuse) -> None:
    data = zip_of(Entry("a", method=DEFLATED))
    at = data.index(b"PK\1\2") + 20
    refuse(data[:at] + struct.pack("<L", 8) + data[at + 4 :], "overlaps another part")


def test_a_hundred_megabytes_of_zeros(refuse: Refuse, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", DEFLATED, compresslevel=1) as archive:
        archive.writestr("zeros", bytes(100 * MIB))
    data = (tmp_path / "x.zip").read_bytes()
    refuse(data, "unpacks to more than 200 times its size")


def test_a_ratio_that_small_archives_may_have(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", DEFLATED) as archive:
        archive.writestr("zeros", bytes(MIB))
    assert (unpacked(tmp_path / "x.zip") / "zeros").stat().st_size == MIB


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(max_files=1), "holds more than 1 files"),
        (Limits(max_files=4), "holds more than 4 files and directories"),
        (Limits(max_bytes=13), "unpacks to 14 bytes, more than 13"),
    ],
)
def test_limits(refuse: Refuse, limits: Limits, message: str) -> None:
    refuse(zip_of(Entry("a/b/c/x"), Entry("y")), message, limits)


def test_limits_that_just_hold(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zip_of(Entry("a/b/c/x"), Entry("y")))
    unpacked(tmp_path / "x.zip", Limits(max_files=5, max_bytes=14))


def test_a_list_of_members_too_long_to_read(refuse: Refuse) -> None:
    entries = [Entry(f"{number:0200}", b"") for number in range(400)]
    refuse(zip_of(*entries), "list of its members is too long", Limits(max_files=10))


# Refusing: damage


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("size", [0, 99, 101, 200_000])
def test_more_or_less_than_was_said(tmp_path: Path, method: int, size: int) -> None:
    content = b"x" * 100
    checksum = zlib.crc32(content[:size])
    entry = Entry(packed=compressed(content, method), size=size, checksum=checksum, method=method)
    (tmp_path / "x.zip").write_bytes(zip_of(entry))
    with pytest.raises(BadComponentError, match=r"x.zip: member 'a' is damaged: size or"):
        unpacked(tmp_path / "x.zip")


@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_checksum(tmp_path: Path, method: int) -> None:
    entry = Entry(packed=compressed(b"x", method), size=1, checksum=5, method=method)
    (tmp_path / "x.zip").write_bytes(zip_of(entry))
    with pytest.raises(BadComponentError, match="checksum is not what"):
        unpacked(tmp_path / "x.zip")


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("packed", [b"", b"\xff", b"\xff" * 8, b"\xff" * 100])
def test_packed_rubbish(tmp_path: Path, method: int, packed: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(zip_of(Entry(packed=packed, size=3, method=method)))
    with pytest.raises(BadComponentError, match="member 'a' is damaged"):
        unpacked(tmp_path / "x.zip")


@pytest.mark.parametrize("method", METHODS[1:])
def test_what_says_little_and_gives_much_takes_little_memory(tmp_path: Path, method: int) -> None:
    packed = compressed(bytes(64 * MIB), method)
    (tmp_path / "x.zip").write_bytes(zip_of(Entry(packed=packed, size=10, method=method)))
    tracemalloc.start()
    try:
        with pytest.raises(BadComponentError, match="is damaged"):
            unpacked(tmp_path / "x.zip")
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()
    assert (tmp_path / "unpacked" / "a").stat().st_size == 0


def test_an_archive_that_is_cut_anywhere(tmp_path: Path) -> None:
    data = zip_of(Entry("a/b"), Entry("c", compressed(b"x", DEFLATED), 1, method=DEFLATED))
    (tmp_path / "out").mkdir()
    for size in range(len(data)):
        (tmp_path / "x.zip").write_bytes(data[:size])
        with pytest.raises(BadComponentError, match="not a zip archive, or a damaged one"):
            unpack(tmp_path / "x.zip", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


SAMPLE = zip_of(
    Entry("a/b", compressed(b"xyz" * 50, DEFLATED), 150, zlib.crc32(b"xyz" * 50), DEFLATED),
    Entry("c", compressed(b"xyz" * 50, LZMA), 150, zlib.crc32(b"xyz" * 50), LZMA),
    Entry("d", compressed(b"xyz" * 50, BZIP2), 150, zlib.crc32(b"xyz" * 50), BZIP2),
    Entry("e/", b"", mode=stat.S_IFDIR | 0o755),
    Entry("f", extra=struct.pack("<HHB", 0x5455, 1, 0)),
)


def unpacks_or_refuses(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        archive, target = Path(place, "x.zip"), Path(place, "out")
        archive.write_bytes(data)
        target.mkdir()
        with suppress(BadComponentError):
            unpack(archive, target)
        assert {path.name for path in Path(place).iterdir()} == {"x.zip", "out"}


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255), min_size=1, max_size=4)
)
def test_changed_bytes_never_do_anything_unforeseen(changes: dict[int, int]) -> None:
    data = bytearray(SAMPLE)
    for at, value in changes.items():
        data[at] = value
    unpacks_or_refuses(bytes(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=60))
def test_rubbish_never_does_anything_unforeseen(before: bytes, end: bytes) -> None:
    unpacks_or_refuses(before + b"PK\5\6" + end)


NUMBERS_32 = st.sampled_from([0, 1, 46, 1 << 31, 0xFFFFFFFE, 0xFFFFFFFF]) | st.integers(0, 200)
NUMBERS_64 = NUMBERS_32 | st.sampled_from([1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])


@settings(max_examples=100, deadline=None)
@given(st.lists(NUMBERS_32, min_size=2, max_size=2), st.lists(NUMBERS_64, min_size=5, max_size=5))
def test_places_of_lies(small: list[int], large: list[int]) -> None:
    *sizes, place = large
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, *sizes)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, place, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, *small, 0)
    unpacks_or_refuses(SAMPLE + end)
    unpacks_or_refuses(SAMPLE + end_64 + locator + end)


@pytest.mark.parametrize("content", ["", "text", "PK"])
def test_what_is_no_archive(refuse: Refuse, content: str) -> None:
    refuse(content.encode(), "not a zip archive, or a damaged one")


# Refusing: storage


@pytest.mark.parametrize("kind", ["missing", "directory", "pipe"])
def test_an_archive_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    archive = tmp_path / "x.zip"
    if kind == "directory":
        archive.mkdir()
    elif kind == "pipe":
        os.mkfifo(archive)
    with pytest.raises(StorageError, match=r"cannot unpack .*x\.zip: "):
        unpacked(archive)


def test_more_than_the_disk_has_free(tmp_path: Path) -> None:
    size = 1 << 60
    extra = struct.pack("<HHQ", 1, 8, size)
    entry = Entry(size=0xFFFFFFFF, method=DEFLATED, extra=extra)
    (tmp_path / "x.zip").write_bytes(zip_of(Entry("good"), entry))
    with pytest.raises(StorageError, match="1,152,921,504,606,846,983 bytes do not fit into"):
        unpacked(tmp_path / "x.zip", ALL_SIZES)
    assert not list((tmp_path / "unpacked").iterdir())


def test_a_disk_that_becomes_full(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", DEFLATED) as archive:
        archive.writestr("big", bytes(MIB))
    with largest_file(MIB // 2), pytest.raises(StorageError, match="unpacked/big: File too large"):
        unpacked(tmp_path / "x.zip")
