"""Whatever this process prints, a program's words and an SDK's among them, has no account in it.

Another process stands between: it lives until the last word, also when this one crashes.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
import time

from ckp_quantum.secrets import secrets, without_secrets

_STREAMS = (1, 2)
_LINE = 1 << 20
"""Bytes of a line without an end that are waited for."""
_LAST_WORDS_S = 10.0


def clean_output() -> None:
    """From now on, line by line; nothing stands between where there is no account."""
    if not secrets():
        return
    pipes = {one: os.pipe() for one in _STREAMS}
    cleaner = os.fork()
    if cleaner == 0:
        _clean_and_end(pipes)
    for one, ends in pipes.items():
        os.dup2(ends[1], one)
        for end in ends:
            os.close(end)
    atexit.register(_end, cleaner)  # the first that is registered is the last that is called


def _end(cleaner: int) -> None:
    """What is said later is lost. The wait has an end: a program may have left something behind."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for one, stream in zip(_STREAMS, (sys.stdout, sys.stderr), strict=True):
        stream.flush()
        os.dup2(nowhere, one)  # closes this end of the pipe: the cleaner sees the end
    limit = time.monotonic() + _LAST_WORDS_S
    while os.waitpid(cleaner, os.WNOHANG)[0] == 0 and time.monotonic() < limit:
        time.sleep(0.002)


def _clean_and_end(pipes: dict[int, tuple[int, int]]) -> None:
    """The other process."""
    try:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)  # it ends when nobody writes any more
        for _, into in pipes.values():
            os.close(into)
        _clean({out: stream for stream, (out, _) in pipes.items()})
    finally:
        os._exit(0)


def _clean(streams: dict[int, int]) -> None:
    """From where it is read to where it is written, until all of them are closed."""
    rest = dict.fromkeys(streams, b"")
    while rest:
        for one in select.select([*rest], [], [])[0]:
            piece = os.read(one, 1 << 16)
            told, rest[one] = _told(rest[one] + piece, is_last=not piece)
            while told:
                told = told[os.write(streams[one], told) :]
            if not piece:
                del rest[one]


def _told(text: bytes, *, is_last: bool) -> tuple[bytes, bytes]:
    """What can be told now, and what waits for more: an account may be cut in two there."""
    if is_last:
        return _cleaned(text), b""
    if len(text) > _LINE:
        clean, longest = _cleaned(text), len(secrets()[0].encode())
        return clean[:-longest], clean[-longest:]
    end = text.rfind(b"\n") + 1
    return _cleaned(text[:end]), text[end:]


def _cleaned(text: bytes) -> bytes:
    words = text.decode("utf-8", "surrogateescape")
    return without_secrets(words).encode("utf-8", "surrogateescape")
