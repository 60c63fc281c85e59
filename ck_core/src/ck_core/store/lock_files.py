"""Lock files on disk."""

from __future__ import annotations

from pathlib import Path

from ck_core.domain.lock import Lock, parse_lock
from ck_core.domain.meta import Meta
from ck_core.errors import BadComponentError, UsageError
from ck_core.store.components import parse_meta
from ck_core.system.files import format_json, read_text, write_atomically

_LIMIT = 16 << 20


def read_lock(path: Path) -> Lock:
    """Raises UsageError or BadComponentError where there is no lock in that file."""
    file = str(path)
    try:
        text, _ = read_text(file, _LIMIT)
        return parse_lock(Meta(parse_meta(text, file), file), file)
    except FileNotFoundError:
        raise UsageError(
            f"there is no lock file {path}",
            hint="ckp lock program:NAME writes it; --lock-file=FILE names another",
        ) from None
    except UnicodeDecodeError:
        raise BadComponentError(f"{path} is not UTF-8 text", hint=_RENEW) from None
    except OSError as error:
        raise UsageError(f"cannot read the lock file {path}: {error.strerror}") from None
    except BadComponentError as error:
        raise BadComponentError(error.message, hint=_RENEW) from None


def write_lock(lock: Lock, path: Path) -> None:
    """Whole or not at all; raises StorageError."""
    write_atomically(path, format_json(lock.as_json()))


_RENEW = "it is no lock file of ckp; ckp lock program:NAME writes one"
