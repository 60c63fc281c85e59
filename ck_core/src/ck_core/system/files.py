"""Writing ckp's files whole or not at all; a full or unreadable disk is one clear error.

What a user names is written by ``user_files.py``.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from ck_core.errors import StorageError, UsageError

_PART_BYTES = 1 << 16
STAGING_PREFIX = ".ckp-"
_ABANDONED_S = 24 * 3600.0


@contextmanager
def storage_errors(action: str, path: Path) -> Iterator[None]:
    """Turns an OSError into a StorageError that names the action and the path."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot {action} {error.filename or path}: {error.strerror or error}"
        ) from error


def write_atomically(path: Path, text: str) -> None:
    """Writes a file through a temporary name, so that readers see old or new, never half.

    Raises:
        StorageError: the directory cannot be made or written.
    """
    temporary = staging_name(path)
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("x", encoding="utf-8") as stream:  # with the user's own umask
                stream.write(text)
            temporary.replace(path)
        except UnicodeEncodeError:
            temporary.unlink(missing_ok=True)
            raise UsageError(f"what {path.name} shall hold is no Unicode text") from None
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def staging_name(path: Path) -> Path:
    """A hidden name beside ``path`` for what is not whole yet; tells whose it is."""
    return path.with_name(owned_name(STAGING_PREFIX))


def owned_name(prefix: str) -> str:
    """A name that nobody else takes; tells this machine and process."""
    return f"{prefix}{_host()}-{os.getpid()}-{os.urandom(4).hex()}"


def is_abandoned(path: Path) -> bool:
    """Whether nobody goes on with what has a name of ``owned_name``.

    Of another machine's processes only the time tells.
    """
    host, pid, _ = ["", "", "", *path.name.removeprefix(STAGING_PREFIX).split("-")][-3:]
    if host == _host() and pid.isdigit():
        return not _is_alive(int(pid))
    with suppress(OSError):
        return time.time() - path.lstat().st_mtime > _ABANDONED_S
    return False


def _host() -> str:
    return sha256(os.uname().nodename.encode()).hexdigest()[:8]


def _is_alive(pid: int) -> bool:
    """One that has ended is not, though its parent has yet to ask how (Linux tells)."""
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return True
    return status.rpartition(b")")[2].split()[:1] != [b"Z"]


def read_text(file: str, limit: int) -> tuple[str, os.stat_result]:
    """A regular file's text and its state before; a stranger's pipe or device never stops ckp.

    Raises:
        OSError: it cannot be read, is no regular file or has more than ``limit`` bytes.
        UnicodeDecodeError: it is not UTF-8.
    """
    with _opened(file) as (descriptor, state):
        if state.st_size > limit:
            raise OSError(errno.EFBIG, f"larger than {limit} bytes", file)
        return _read_all(descriptor, limit).decode("utf-8"), state


def read_end(file: str, count: int) -> str:
    """The last so many bytes of a regular file as text; raises OSError as ``read_text``."""
    with _opened(file) as (descriptor, state):
        os.lseek(descriptor, max(0, state.st_size - count), os.SEEK_SET)
        return _read_all(descriptor, count).decode("utf-8", "replace")


@contextmanager
def _opened(file: str) -> Iterator[tuple[int, os.stat_result]]:
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", file)
        yield descriptor, state
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, limit: int) -> bytes:
    """An index reads a hundred thousand files; Python's streams take three times as long."""
    content = b""
    while len(content) < limit and (part := os.read(descriptor, _PART_BYTES)):
        content += part
    return content


def file_digest(path: Path) -> str:
    """``sha256:...`` of a regular file's content; empty where it is none or cannot be read."""
    digest = sha256()
    try:
        with _opened(str(path)) as (descriptor, _):
            while part := os.read(descriptor, 1 << 20):
                digest.update(part)
    except (OSError, ValueError):
        return ""
    return f"sha256:{digest.hexdigest()}"


def format_json(value: Any) -> str:
    """JSON as git diffs like it: two spaces, key order kept, a final newline."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
