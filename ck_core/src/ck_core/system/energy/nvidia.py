"""Power of NVIDIA's accelerators, sampled by ``nvidia-smi`` beside the program."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import mean
from typing import IO

from ck_core.system.processes import clean_environment

INTERVAL_MS = 50
_FIRST_SAMPLE_S = 5.0
_LONGEST_GAP_S = 1.0
_QUERY = ("--query-gpu=index,power.draw", "--format=csv,noheader,nounits")


_NO_TOOL = "there is no nvidia-smi"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The power of one accelerator, when it was told (seconds since the epoch)."""

    at_s: float
    index: str
    watts: float


class PowerSampler:
    """Samples from its making until it is closed; where nothing comes, ``missing`` says why."""

    def __init__(self, *, first_sample_s: float = _FIRST_SAMPLE_S) -> None:
        self.missing = ""
        self._cards: dict[str, list[Sample]] = {}
        self._first = threading.Event()
        self._child = _started()
        if self._child is None:
            self.missing = _NO_TOOL
            return
        assert self._child.stdout  # noqa: S101  # was asked for
        threading.Thread(target=self._read, args=(self._child.stdout,), daemon=True).start()
        self._first.wait(first_sample_s)
        if not self._cards:
            self.missing = "nvidia-smi tells no power of an accelerator"

    def watts(self, began_at: float, wall_s: float) -> float | None:
        """The mean power of all accelerators in that time; None where nothing was told.

        Complexity: O(log n + m) for each, with m samples in that time.
        """
        cards = [*self._cards.values()]
        means = [_mean_watts(one, began_at, began_at + wall_s) for one in cards]
        known = [one for one in means if one is not None]
        return sum(known) if known and len(known) == len(means) else None

    def forget(self, before_s: float) -> None:
        """Whatever is asked for from now on began later (seconds since the epoch)."""
        for samples in [*self._cards.values()]:
            del samples[: bisect_left(samples, before_s - _LONGEST_GAP_S, key=_time)]

    def close(self) -> None:
        if self._child is not None:
            with suppress(ProcessLookupError):
                self._child.terminate()
            self._child.wait()

    def _read(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                if sample := parse_sample(line, time.time()):
                    self._cards.setdefault(sample.index, []).append(sample)
                    self._first.set()
        self._first.set()  # it has ended: nothing will come


def missing_tool() -> str:
    """Whether it answers is known only once it runs, which takes seconds."""
    return "" if shutil.which("nvidia-smi") else _NO_TOOL


def parse_sample(line: str, at_s: float) -> Sample | None:
    """``0, 68.53``; a card that tells no power writes ``0, [N/A]``."""
    index, _, power = line.partition(",")
    try:
        watts = float(power)
    except ValueError:
        return None
    return Sample(at_s=at_s, index=index.strip(), watts=watts) if 0 <= watts < 1e5 else None


def _mean_watts(samples: Sequence[Sample], began_at: float, ended_at: float) -> float | None:
    """Of those in between; in a run between two samples of these two, unless they are far away."""
    first = bisect_left(samples, began_at, key=_time)
    last = bisect_right(samples, ended_at, key=_time)
    between = [one.watts for one in samples[first:last]]
    around = [
        one.watts
        for one in samples[max(0, first - 1) : last + 1]
        if began_at - _LONGEST_GAP_S <= one.at_s <= ended_at + _LONGEST_GAP_S
    ]
    return mean(between or around) if around else None


def _time(sample: Sample) -> float:
    return sample.at_s


def _started() -> subprocess.Popen[str] | None:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        return subprocess.Popen(
            [tool, *_QUERY, f"--loop-ms={INTERVAL_MS}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
            env=clean_environment(),
            start_new_session=True,
        )
    except OSError:
        return None
