"""Calls of ckp by way of ``ckp_server``, or in a Python of its own where its start may show."""

from __future__ import annotations

import json
import locale
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import cycle
from pathlib import Path
from typing import NoReturn

SERVER = Path(__file__).with_name("ckp_server.py")
SERVERS = 2
"""Each with a hash seed of its own: in the next call sets have another order, as in life."""
CAN_FORK = hasattr(os, "pidfd_open") and not os.environ.get("PYTHONSAFEPATH")
READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_")
"""Beginnings of the variables that Python and the linker read before ckp begins."""
MOST_BYTES = 100_000
"""Of a message; a larger call is started."""
Texts = dict[int, bytearray]
"""What came of the streams, by their descriptors."""
Done = subprocess.CompletedProcess[str]


def start(words: Sequence[str], environment: Mapping[str, str], timeout: float) -> Done:
    return subprocess.run(
        command(words),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env=environment,
    )


def command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "ck_core", *words]


class CkpServers:
    """Answers as ``start`` does; the servers begin with the first calls."""

    def __init__(self) -> None:
        self._environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        self._running: list[CkpServer] = []
        self._turns = cycle(range(SERVERS))

    def call(self, words: Sequence[str], environment: Mapping[str, str], timeout: float) -> Done:
        message = _message(words, environment)
        if not CAN_FORK or len(message) > MOST_BYTES or self._begins_otherwise(environment):
            return start(words, environment, timeout)
        server = self._next()
        if server.imported & {*_modules_in(_search(environment))}:
            return start(words, environment, timeout)
        return server.call(message, words, timeout)

    def _begins_otherwise(self, environment: Mapping[str, str]) -> bool:
        names = {*environment, *self._environment} - {"PYTHONPATH"}
        return any(
            environment.get(name) != self._environment.get(name)
            for name in names
            if name.startswith(READ_AT_START)
        )

    def _next(self) -> CkpServer:
        turn = next(self._turns)
        if turn >= len(self._running):
            self._running.append(CkpServer(self._environment))
        return self._running[turn % len(self._running)]

    def close(self) -> None:
        for server in self._running:
            server.close()


class CkpServer:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, SERVER, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,  # a child's streams keep what these are: no terminals
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env=environment,
            )

    @cached_property
    def imported(self) -> set[str]:
        """Modules of which a call cannot find another one in front, and what Python looks for.

        Raises:
            RuntimeError: the server did not begin.
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        return {"sitecustomize", "usercustomize", *json.loads(line or self._raise())}

    def call(self, message: bytes, words: Sequence[str], timeout: float) -> Done:
        """
        Raises:
            subprocess.TimeoutExpired: and the child is killed, as by ``subprocess.run``.
            RuntimeError: the server has ended.
        """
        texts, told = self._begin(message)
        try:
            _gather(texts, time.monotonic() + timeout)
        except BaseException as stop:
            state = _processes()
            _kill(texts[told], told)
            if isinstance(stop, TimeoutError):
                print(*map(_text, texts.values()), state, sep="\n")  # pytest shows it
                raise subprocess.TimeoutExpired(command(words), timeout) from None
            raise
        finally:
            for reader in texts:
                os.close(reader)
        out, error, numbers = map(_text, texts.values())
        if numbers.count("\n") < 2:
            self._raise()
        return subprocess.CompletedProcess(command(words), int(numbers.split()[1]), out, error)

    def _begin(self, message: bytes) -> tuple[Texts, int]:
        """For output, errors and the status, and the descriptor of the last."""
        readers, writers = zip(*(os.pipe() for _ in range(3)), strict=True)
        socket.send_fds(self._calls, [message], [0, *writers])
        for writer in writers:
            os.close(writer)
        return {reader: bytearray() for reader in readers}, readers[-1]

    def _raise(self) -> NoReturn:
        raise RuntimeError(f"the server of ckp has ended: {self._process.communicate()[1]!r}")

    def close(self) -> None:
        self._calls.close()
        self._process.communicate()


def _message(words: Sequence[str], environment: Mapping[str, str]) -> bytes:
    call = {
        "words": words,
        "directory": os.getcwd(),  # noqa: PTH109  # as Python does for sys.path
        "environment": dict(environment),
        "search": _search(environment),
    }
    return json.dumps(call).encode()


def _search(environment: Mapping[str, str]) -> list[str]:
    """What PYTHONPATH adds to ``sys.path``."""
    texts = environment.get("PYTHONPATH", "").split(os.pathsep)
    return [str(Path(text).absolute()) for text in texts if text]


def _modules_in(directories: Sequence[str]) -> Iterator[str]:
    for directory in map(Path, directories):
        if directory.is_dir():
            yield from (entry.name.partition(".")[0] for entry in directory.iterdir())


def _gather(texts: Texts, deadline: float) -> None:
    """Reads to the end of all.

    Raises:
        TimeoutError: there is no end in time.
    """
    with selectors.DefaultSelector() as waiting:
        for reader in texts:
            waiting.register(reader, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(max(deadline - time.monotonic(), 0))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                if read := os.read(key.fd, 1 << 16):
                    texts[key.fd] += read
                else:
                    waiting.unregister(key.fd)


def _kill(numbers: bytearray, told: int) -> None:
    """The child, unless its status is known; back when it is gone."""
    known = bytes(numbers) or os.read(told, 100)
    if known.count(b"\n") == 1:
        os.kill(int(known), signal.SIGKILL)
        os.read(told, 100)


def _processes() -> str:
    """What runs, as a forest with what each waits for: somebody in it hangs."""
    ps = ("ps", "-eo", "pid,ppid,stat,etimes,wchan:24,args", "--forest", "-ww")
    try:
        return subprocess.run(ps, capture_output=True, text=True, check=False).stdout
    except OSError as problem:  # no ps here
        return str(problem)


def _text(raw: bytearray) -> str:
    """As ``subprocess`` makes texts."""
    text = raw.decode(locale.getpreferredencoding(do_setlocale=False))
    return text.replace("\r\n", "\n").replace("\r", "\n")
