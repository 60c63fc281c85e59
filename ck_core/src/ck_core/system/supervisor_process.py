"""The supervisor as a child of ckp: asked over a pipe, and gone when it shall be."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ck_core.errors import StorageError
from ck_core.system.processes import clean_environment

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_AGAIN_S = 1.0


class SupervisorProcess:
    """In a session of its own; closing it, or Ctrl-C, makes it kill its tree and end."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SUPERVISOR)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(),  # a program can read its parent's
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        return self._child.poll() is None

    def ask(self, job: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Its answers; the last one has ``end`` unless it was killed.

        Raises:
            StorageError: the job's directory cannot be written.
        """
        try:
            answers = self._answers(job)
        except BaseException:
            self.close()  # it is in the middle of something that nobody waits for
            raise
        end = answers[-1] if answers else {}
        if "storage_error" in end:
            raise _cannot_measure(job, end["storage_error"])
        if "end" not in end and (problem := self._last_words()):
            raise _cannot_measure(job, problem)
        return answers

    def close(self) -> None:
        questions, *others = self._streams
        with suppress(BrokenPipeError):
            questions.close()
        status = self._ended()
        for stream in others:
            stream.close()
        if status < 0:  # killed, so that it could not kill its tree
            _kill_session(self._child.pid)

    def _ended(self) -> int:
        """Told again until it ends: a signal right before Python waits is seen only after it."""
        while self._child.poll() is None:
            self._child.terminate()
            if _ends_within(_AGAIN_S, self._streams[1].fileno()):
                break
        return self._child.wait()

    @property
    def _streams(self) -> tuple[IO[str], IO[str], IO[str]]:
        child = self._child
        assert child.stdin  # noqa: S101  # all three were asked for
        assert child.stdout  # noqa: S101
        assert child.stderr  # noqa: S101
        return child.stdin, child.stdout, child.stderr

    def _answers(self, job: Mapping[str, Any]) -> list[dict[str, Any]]:
        questions, lines, _ = self._streams
        with suppress(BrokenPipeError):  # it was killed: there will be no answer
            questions.write(json.dumps(job) + "\n")
            questions.flush()
        answers: list[dict[str, Any]] = []
        while not (answers and "end" in answers[-1]) and (line := lines.readline()):
            answers.append(json.loads(line))
        return answers

    def _last_words(self) -> str:
        """What went wrong where it ended by itself; empty where it was killed."""
        status = self._child.wait()
        words = self._streams[2].read() if status > 0 else ""
        self.close()
        return words.strip().rpartition("\n")[2]


def _ends_within(seconds: float, output: int) -> bool:
    """Reads away what nobody waits for; sooner than ``Popen.wait``, which looks now and then."""
    while select.select([output], [], [], seconds)[0]:
        if not os.read(output, 1 << 16):
            return True
    return False


def _cannot_measure(job: Mapping[str, Any], problem: str) -> StorageError:
    return StorageError(f"measuring in {job['directory']} failed: {problem}")


def _kill_session(session: int) -> None:
    """Every process that is still in it; on Linux, where /proc tells."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            fields = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                os.kill(int(place.name), signal.SIGKILL)
