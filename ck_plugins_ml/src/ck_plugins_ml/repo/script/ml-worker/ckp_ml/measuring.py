"""Queries are timed by the process's own clock, around the framework's call alone."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from ckp_ml.adapter import Options, Session
from ckp_ml.failure import Failure, lacks_memory, one_line
from ckp_ml.images import Images
from ckp_ml.tensors import dequantised, to_input

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK_BYTES = 8 << 20
Taker = Callable[[int, "list[NDArray[np.float32]]"], None]
"""Is told how many images there were, and the outputs, of which the rest is padding."""


@dataclass
class Times:
    """In nanoseconds, in the order of the queries."""

    warmups: list[int] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)


def measure(session: Session, images: Images, options: Options, warmups: int, take: Taker) -> Times:
    """Warm-up queries on the first images, then all images.

    Raises:
        Failure: the framework fails at a query.
    """
    times = Times()
    with _failures_told(options), no_collection():
        first = session.bind(_inputs(session, images.pixels(0, options.batch), options))
        for _ in range(warmups):
            _timed(session.run, first, times.warmups)
        block = _block(images, options)
        for start in range(0, len(images), block):
            pixels = images.pixels(start, block)
            answers = _queries(session, _inputs(session, pixels, options), options, times)
            take(len(pixels), _outputs(session, answers))
    return times


def _block(images: Images, options: Options) -> int:
    """Images that are converted together, whole batches: between queries lies little else."""
    bytes_of_one = 4 * math.prod(images.shape)
    return max(1, _BLOCK_BYTES // bytes_of_one // options.batch) * options.batch


def _queries(
    session: Session, values: NDArray[Any], options: Options, times: Times
) -> list[list[NDArray[Any]]]:
    answers = []
    for start in range(0, len(values), options.batch):
        bound = session.bind(values[start : start + options.batch])
        answers.append(session.fetch(_timed(session.run, bound, times.queries)))
    return answers


def _timed(run: Callable[[Any], Any], bound: Any, spent: list[int]) -> Any:
    start = time.perf_counter_ns()
    result = run(bound)
    spent.append(time.perf_counter_ns() - start)
    return result


def _inputs(session: Session, pixels: NDArray[np.uint8], options: Options) -> NDArray[Any]:
    return to_input(pixels, options.batch, options.model.input, session.input)


def _outputs(session: Session, answers: list[list[NDArray[Any]]]) -> list[NDArray[np.float32]]:
    """Each output of all queries, one behind the other."""
    return [
        dequantised(np.concatenate([one[n] for one in answers]), tensor)
        for n, tensor in enumerate(session.outputs)
    ]


@contextmanager
def _failures_told(options: Options) -> Iterator[None]:
    try:
        yield
    except (Failure, MemoryError):
        raise
    except Exception as error:  # each framework has errors of its own
        if lacks_memory(str(error)):
            raise MemoryError from error
        raise Failure(
            f"model {options.model.name} fails at a query of {options.batch}: "
            f"{one_line(f'{type(error).__name__}: {error}')}",
            "try --batch 1, another framework or version",
        ) from error


@contextmanager
def no_collection() -> Iterator[None]:
    """Python's garbage collection would be timed with some query."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
