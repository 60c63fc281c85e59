"""Prepared images are kept: made once, by one process at a time, whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import PIL

from prepared_images.files import read_limited
from prepared_images.listing import Listing
from prepared_images.refusal import RefusedError
from prepared_images.settings import Settings

SCHEMA = 1
RESULT, PIXELS = "prepared.json", "images.bin"
_LARGEST_RESULT = 1 << 30
_SPARE_BYTES = 64 << 20


def key_of(settings: Settings, listing: Listing) -> str:
    """Of everything that the prepared images depend on: 16 hexadecimal digits.

    Pillow's version is part of it: its decoders differ in single bits.
    """
    facts = [
        SCHEMA,
        settings.layout,
        settings.vocabulary,
        asdict(settings.geometry),
        listing.all_facts(),
        PIL.__version__,
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def kept(cache: Path, key: str, make: Callable[[Path, Path], None]) -> Path:
    """The directory with what ``make`` has made, now or before.

    Args:
        make: fills a directory (the first argument) that will have another name (the second).

    Raises:
        RefusedError: ``make`` raises it, or the cache cannot be written.
    """
    final = cache / f"prepared-{key}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f".prepared-{key}.lock"):
            if not is_whole(final):
                _made(final, cache / f".prepared-{key}.part", make)
            with suppress(OSError):  # it may be another's, for reading alone
                os.utime(final)  # for whoever removes what nobody uses
    except OSError as error:
        raise RefusedError(
            f"cannot write {error.filename or cache} ({error.strerror})",
            advice="check space and permissions (df -h, ls -ld), or set CKP_HOME to another place",
        ) from error
    return final


def _made(final: Path, part: Path, make: Callable[[Path, Path], None]) -> None:
    """What a killed process has left goes first."""
    for left in (part, final):
        shutil.rmtree(left, ignore_errors=True)
    part.mkdir()
    try:
        make(part, final)
        part.rename(final)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def is_whole(directory: Path) -> bool:
    """Whether the images are as many and as large as is told beside them."""
    try:
        told = json.loads(read_limited(directory / RESULT, _LARGEST_RESULT))
        size = told["count"] * told["height"] * told["width"] * told["channels"]
        return bool(told["schema"] == SCHEMA and (directory / PIXELS).stat().st_size == size)
    except (RefusedError, OSError, ValueError, KeyError, TypeError):
        return False


def check_room(cache: Path, needed: int) -> None:
    """Raises RefusedError where the disk has not that many bytes left."""
    free = shutil.disk_usage(cache).free
    if needed + _SPARE_BYTES > free:
        raise RefusedError(
            f"the images take {needed / 1e9:.1f} GB in {cache}, which has {free / 1e9:.1f} GB left",
            advice="CKP_COUNT=500 takes fewer images; CKP_HOME moves the cache",
        )


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """The kernel gives it back when the process ends, however it does."""
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "rb") as stream:
        _lock(stream.fileno())
        yield


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.stderr.write("ckp-prepare: another process prepares these images; waiting for it\n")
        sys.stderr.flush()
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:  # some network file systems know no locks
        return
