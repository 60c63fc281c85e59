"""A framework may end the whole process: a child tries first, and it can be told why."""

from __future__ import annotations

import os
import signal
import tempfile
from typing import IO, Any, Callable

from ckp_ml.adapter import Options, Session
from ckp_ml.apart import REHEARSING, apart
from ckp_ml.failure import FAILED, Failure, one_line


def rehearse(load: Callable[[], Session], title: str, options: Options) -> None:
    """Loads in a forked process, whose time does not count.

    Raises:
        Failure: a signal ended it, and what was said then; what it raises is raised in earnest.
    """
    with apart(REHEARSING), tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            _rehearse(load, said)
        status = os.waitpid(child, 0)[1]
        said.seek(0)
        words = one_line(said.read().decode(errors="replace"))[-200:]
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        raise Failure(
            f"{title} ends the process ({name}) when it loads {options.path.name}"
            + (f": {words}" if words else ""),
            "it is damaged, or has what this framework lacks: take another model or framework",
        )


def _rehearse(load: Callable[[], Session], said: IO[Any]) -> None:
    """Never returns."""
    os.dup2(said.fileno(), 2)
    try:
        load()
    except BaseException:  # noqa: BLE001  # the parent meets it as well, and tells it
        os._exit(FAILED)
    os._exit(0)
