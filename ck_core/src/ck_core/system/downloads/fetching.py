"""The download cache: one directory a hash, made by one process at a time."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ck_core.domain.install import Progress
from ck_core.errors import InstallError, StorageError
from ck_core.system.archives.regular_files import open_regular
from ck_core.system.downloads.hashing import sha256_of
from ck_core.system.downloads.http import fetch
from ck_core.system.downloads.partial import Partial
from ck_core.system.downloads.reasons import NotFetchedError
from ck_core.system.files import storage_errors
from ck_core.system.git import without_credentials
from ck_core.system.locks import locked
from ck_core.system.trees import remove_entry


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a location is tried; between attempts the pause doubles."""

    attempts: int = 3
    pause_s: float = 1.0
    connect_s: float = 20.0
    read_s: float = 60.0


_DEFAULT_PATIENCE = Patience()


def download(
    locations: Sequence[str],
    sha256: str,
    cache: Path,
    progress: Progress,
    patience: Patience = _DEFAULT_PATIENCE,
) -> Path:
    """The file with that hash, from the cache or the first location that has it.

    Args:
        locations: URLs (http, https, file) or absolute paths; what is local is used in place.
        cache: a directory of ckp's; what a killed process left there is gone on with.

    Raises:
        InstallError: no location has it; the details list each with its reason.
        StorageError: the cache cannot be written.
    """
    place = cache / sha256
    with storage_errors("create", place):
        place.mkdir(parents=True, exist_ok=True)
    with locked(place):
        final = place / "content"
        if _is_whole(final, sha256, progress):
            return final
        return _first(locations, sha256, place, progress, patience)


def _is_whole(file: Path, sha256: str, progress: Progress) -> bool:
    """What is damaged is removed."""
    try:
        _check_hash(file, sha256, progress)
    except FileNotFoundError:
        return False
    except (NotFetchedError, OSError):
        with storage_errors("remove", file):
            remove_entry(file)
        return False
    return True


def _first(
    locations: Sequence[str], sha256: str, place: Path, progress: Progress, patience: Patience
) -> Path:
    reasons: list[str] = []
    for location in locations:
        shown = without_credentials(location)
        try:
            local = _local_path(location)
            if local is not None:
                return _checked_local(local, sha256, progress)
            return _fetched(location, sha256, place, progress, patience)
        except NotFetchedError as error:
            reasons.append(f"{shown}: {error}")
    places = "its address" if len(locations) == 1 else f"any of {len(locations)} addresses"
    raise InstallError(
        f"cannot get {_name(locations)} from {places}",
        hint=_hint(reasons),
        details="\n".join(reasons),
    )


def _hint(reasons: Sequence[str]) -> str:
    if any("SHA-256" in reason for reason in reasons):
        return "it has changed, or is not what the package means: compare its 'sha256'"
    return "check the network and its proxy (HTTPS_PROXY), or add another address to the package"


def _name(locations: Sequence[str]) -> str:
    return unquote(re.split(r"[?#]", locations[0])[0].rpartition("/")[2]) or "the file"


def _local_path(location: str) -> Path | None:
    if location.startswith("/"):
        return Path(location)
    try:
        parts = urlsplit(location)
    except ValueError as error:
        raise NotFetchedError(f"no address ({error})") from error
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _checked_local(file: Path, sha256: str, progress: Progress) -> Path:
    try:
        _check_hash(file, sha256, progress)
    except OSError as error:
        raise NotFetchedError(error.strerror or str(error)) from error
    return file


def _fetched(url: str, sha256: str, place: Path, progress: Progress, patience: Patience) -> Path:
    """Raises NotFetchedError of the last attempt."""
    partial, pause_s = Partial(directory=place), patience.pause_s
    for left in range(patience.attempts - 1, -1, -1):
        try:
            return _attempt(url, sha256, partial, progress, patience)
        except NotFetchedError as error:
            if not (error.may_pass and left):
                raise
        except StorageError:
            partial.drop()  # what has filled the disk
            raise
        time.sleep(pause_s)
        pause_s *= 2
    raise AssertionError("the last attempt returns or raises")


def _attempt(
    url: str, sha256: str, partial: Partial, progress: Progress, patience: Patience
) -> Path:
    timeouts = (patience.connect_s, patience.read_s)
    resumed = bool(partial.validator_for(url))
    name = f"downloading {_name([url])}"
    fetch(url, partial, timeouts, lambda done, total: progress(name, done, total))
    try:
        _check_hash(partial.file, sha256, progress)
    except NotFetchedError as error:
        partial.drop()
        raise NotFetchedError(str(error), may_pass=resumed) from error
    except OSError as error:
        raise StorageError(f"cannot read {partial.file}: {error.strerror}") from error
    final = partial.directory / "content"
    partial.become(final)
    return final


def _check_hash(file: Path, sha256: str, progress: Progress) -> None:
    """Raises NotFetchedError where the file has another; OSError where it cannot be read."""
    with open_regular(file) as stream:
        size = file.stat().st_size
        found = sha256_of(stream, lambda done: progress("checking its hash", done, size))
    if found != sha256:
        raise NotFetchedError(f"its SHA-256 is {found} ({size:,} bytes), not {sha256}")
