"""A framework may end the whole process: a child tries first, and it can be told why."""

from __future__ import annotations

import os
import signal
import tempfile
from typing import IO, Any, Callable

from ckp_ml.adapter import Options, Session
from ckp_ml.apart import REHEARSING, apart
from ckp_ml.failure import FAILED, Failure, lacks_memory, one_line

_MEMORY = "it may lack memory: take --batch 1 or a smaller model"
_DAMAGED = "it is damaged, or has what this framework lacks: take another model or framework"


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
        raise Failure(
            f"{title} ends the process ({signal.Signals(os.WTERMSIG(status)).name}) when it loads "
            f"{options.path.name}" + (f": {words}" if words else ""),
            _MEMORY if _takes_too_much(os.WTERMSIG(status), words) else _DAMAGED,
        )


def _takes_too_much(number: int, words: str) -> bool:
    """The system kills that; C++ says so before it gives up."""
    return number == signal.SIGKILL or lacks_memory(words)


def _rehearse(load: Callable[[], Session], said: IO[Any]) -> None:
    """Never returns."""
    os.dup2(said.fileno(), 2)
    try:
        load()
    except BaseException:  # noqa: BLE001  # the parent meets it as well, and tells it
        os._exit(FAILED)
    os._exit(0)
