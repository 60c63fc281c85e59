"""Several processes prepare images; one that dies or hangs costs its image, not the others."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from prepared_images.listing import Image
from prepared_images.refusal import RefusedError
from prepared_images.work import CANNOT_WRITE, Answer, Plan, plan_line, read_answer, task_line

_LONGEST_S = 120.0
_LOOK_S = 1.0
_SCRIPT = Path(__file__).resolve().parents[1] / "prepare.py"

Progress = Callable[[int], None]
"""How many images are done."""


@dataclass(eq=False)
class _Worker:
    """A process, and what it is at."""

    process: subprocess.Popen[bytes]
    slot: int = -1
    deadline: float = 0.0
    said: bytearray = field(default_factory=bytearray)

    @property
    def tasks(self) -> IO[bytes]:
        assert self.process.stdin  # noqa: S101  # _started has asked for both
        return self.process.stdin

    @property
    def answers(self) -> IO[bytes]:
        assert self.process.stdout  # noqa: S101  # as above
        return self.process.stdout


def prepare_all(images: Sequence[Image], plan: Plan, jobs: int, progress: Progress) -> list[Answer]:
    """An answer for each image, in their order.

    Raises:
        RefusedError: the disk is full, or the system kills processes for want of memory.
    """
    waiting = iter(enumerate(images))
    answers: dict[int, Answer] = {}
    with _started(min(jobs, len(images)), plan) as workers:
        while len(answers) < len(images):
            for worker in workers:
                _hand_out(worker, waiting)
            for worker, answer in _next_answers(workers):
                answers[worker.slot], worker.slot = answer, -1
                if worker.process.poll() is not None:
                    workers.remove(worker)
                    workers.append(_new_worker(plan))
            progress(len(answers))
    return [answers[slot] for slot in range(len(images))]


@contextmanager
def _started(count: int, plan: Plan) -> Iterator[list[_Worker]]:
    workers: list[_Worker] = []
    try:
        workers += [_new_worker(plan) for _ in range(count)]
        yield workers
    finally:
        for worker in workers:
            _ended(worker, 0.0 if worker.slot >= 0 else 10.0)


def _new_worker(plan: Plan) -> _Worker:
    """It ends by itself when this process has gone: its standard input ends."""
    command = [sys.executable, "-I", "-B", str(_SCRIPT), "--work"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    worker = _Worker(process)
    _tell(worker, plan_line(plan))
    return worker


def _hand_out(worker: _Worker, waiting: Iterator[tuple[int, Image]]) -> None:
    if worker.slot >= 0:
        return
    for slot, image in waiting:
        worker.slot, worker.deadline = slot, time.monotonic() + _LONGEST_S
        _tell(worker, task_line(slot, image.bytes))
        return


def _tell(worker: _Worker, line: bytes) -> None:
    with suppress(BrokenPipeError):  # that it has died is seen where its answer is waited for
        worker.tasks.write(line)
        worker.tasks.flush()


def _next_answers(workers: Sequence[_Worker]) -> list[tuple[_Worker, Answer]]:
    """Of those that have one, or have died, or have been at it too long."""
    busy = [one for one in workers if one.slot >= 0]
    with selectors.DefaultSelector() as selector:
        for worker in busy:
            selector.register(worker.answers, selectors.EVENT_READ, worker)
        ready = [key.data for key, _ in selector.select(_LOOK_S)]
    found = [(one, _heard(one)) for one in ready]
    late = [one for one in busy if one not in ready and time.monotonic() > one.deadline]
    return [(one, answer) for one, answer in found if answer] + [(one, _late(one)) for one in late]


def _heard(worker: _Worker) -> Answer | None:
    """None where the line is not whole yet."""
    part = os.read(worker.answers.fileno(), 1 << 16)
    worker.said += part
    if not part:
        return _died(worker)
    if not worker.said.endswith(b"\n"):
        return None
    answer = read_answer(bytes(worker.said))
    worker.said.clear()
    return answer


def _died(worker: _Worker) -> Answer:
    status = _ended(worker, 10.0)
    if status == -signal.SIGKILL:
        raise RefusedError(
            "the system has killed a process that prepares images",
            advice="it may lack memory: free -h; CKP_PREPARE_JOBS=1 takes less",
        )
    if status == CANNOT_WRITE:
        raise RefusedError("the disk is full", advice="df -h; CKP_COUNT=500 takes fewer images")
    if status >= 0:
        raise RefusedError(
            f"a process that prepares images has ended with status {status}",
            advice=f"{sys.executable} -I -c 'import PIL.Image' shows whether its Pillow is whole",
        )
    return Answer(reason=f"kills the process that reads it (signal {-status})")


def _late(worker: _Worker) -> Answer:
    _ended(worker, 0.0)
    return Answer(reason=f"takes longer than {_LONGEST_S:.0f} seconds to read")


def _ended(worker: _Worker, patience_s: float) -> int:
    """Its exit status, when it has ended by itself or been killed."""
    with suppress(OSError):
        worker.tasks.close()
    try:
        worker.process.wait(patience_s)
    except subprocess.TimeoutExpired:
        worker.process.kill()
    worker.answers.close()
    return worker.process.wait()
