"""What goes wrong is one line on standard error and exit status 3."""

from __future__ import annotations

import os
import re
import sys
import traceback
from typing import Callable

FAILED = 3
_LONGEST = 400
_MEMORY = "there is not enough memory; take a smaller batch (--batch) or a smaller model"
_NO_MEMORY = re.compile(
    r"bad_?alloc|allocate memory|out of memory|not enough memory|OOM when", re.IGNORECASE
)


class Failure(Exception):  # noqa: N818  # the word that users read
    """What happened, to what; ``hint`` is what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        return one_line(f"{self.args[0]}; {self.hint}" if self.hint else str(self.args[0]))


def lacks_memory(words: str) -> bool:
    """Whether a framework complains of that, each in words of its own."""
    return _NO_MEMORY.search(words) is not None


def one_line(text: str) -> str:
    """Frameworks explain themselves in paragraphs."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 4]} ..."


def exit_status_of(work: Callable[[], None]) -> int:
    """0, or FAILED with its line; what nobody has foreseen is told in the same form."""
    try:
        work()
    except Failure as failure:
        return _told(str(failure))
    except MemoryError:
        return _told(_MEMORY)
    except Exception as error:  # noqa: BLE001  # a framework may raise anything
        return _told(one_line(f"{type(error).__name__}: {error}"))
    return 0


def note(text: str) -> None:
    """Worth knowing, but no failure."""
    print(f"ckp-ml: note: {one_line(text)}", file=sys.stderr)


def _told(line: str) -> int:
    if os.environ.get("CKP_ML_TRACEBACK"):
        traceback.print_exc()
    print(f"ckp-ml: {line}", file=sys.stderr, flush=True)
    return FAILED
