"""HEAD is the room's own; after a checkout the repository gets it back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ck_core.errors import CkpError
from ck_core.system.files import storage_errors
from ck_core.system.git.door import Git
from ck_core.system.git.place import Place


@contextmanager
def head_lent(git: Git, place: Place) -> Iterator[None]:
    """Holds git's own lock on HEAD, which becomes what git has made of the room's."""
    lock, index_lock = place.own / "HEAD.lock", place.own / "index.lock"
    _refuse_while_locked(git, lock)
    _refuse_while_locked(git, index_lock)
    with storage_errors("create", lock), lock.open("x", encoding="utf-8") as stream:
        try:
            yield
            stream.write((Path(git.environment["GIT_DIR"]) / "HEAD").read_text(encoding="utf-8"))
            stream.flush()
            lock.replace(place.own / "HEAD")
        except BaseException as error:
            lock.unlink(missing_ok=True)
            if isinstance(error, KeyboardInterrupt):  # git was killed and could not tidy up
                index_lock.unlink(missing_ok=True)
            raise


def _refuse_while_locked(git: Git, lock: Path) -> None:
    if lock.exists():
        raise CkpError(
            f"another git is at work in {git.directory}: {lock} exists",
            hint=f"wait for it; where none runs, rm {shlex.quote(str(lock))}",
        )
