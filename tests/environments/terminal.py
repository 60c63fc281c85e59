"""What a command shows on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing


def on_terminal(words: Sequence[str], *, columns: int) -> str:
    """What a terminal that wide gets from a command, which must succeed."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns)}
    with subprocess.Popen(words, stderr=slave, stdout=slave, env=environment) as child:
        os.close(slave)
        with closing(os.fdopen(master, "rb", buffering=0)) as terminal:
            text = b"".join(_parts(terminal.fileno()))
    assert child.returncode == 0, text.decode()
    return text.decode()


def _parts(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            part = os.read(descriptor, 4096)
        except OSError:  # Linux says so when the other side is closed
            return
        if not part:
            return
        yield part
