"""What goes wrong is one line on standard error and exit status 3."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from ckp_quantum.secrets import without_secrets

FAILED = 3
_LONGEST = 400
_MEMORY = "there is not enough memory; take fewer qubits or fewer shots"


class Failure(Exception):  # noqa: N818  # the word that users read
    """What happened, to what; ``hint`` is what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        return one_line(f"{self.args[0]}; {self.hint}" if self.hint else str(self.args[0]))


def one_line(text: str) -> str:
    """SDKs explain themselves in paragraphs, some with the account in them."""
    words = " ".join(without_secrets(text).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 4]} ..."


def exit_status_of(work: Callable[[], None]) -> int:
    """0, or FAILED with its line; what nobody has foreseen is told in the same form."""
    try:
        work()
    except Failure as failure:
        return _told(str(failure))
    except MemoryError:
        return _told(_MEMORY)
    except Exception as error:  # noqa: BLE001  # an SDK may raise anything
        return _told(one_line(f"{type(error).__name__}: {error}"))
    return 0


def note(text: str) -> None:
    """Worth knowing, but no failure."""
    print(f"ckp-quantum: note: {one_line(text)}", file=sys.stderr)


def _told(line: str) -> int:
    if os.environ.get("CKP_QUANTUM_TRACEBACK"):
        print(without_secrets(traceback.format_exc()), file=sys.stderr)
    print(f"ckp-quantum: {line}", file=sys.stderr, flush=True)
    return FAILED
