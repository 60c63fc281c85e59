"""The system under test: takes queries, batch by batch, and answers with classes."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ckp_ml.adapter import Options, Session
from ckp_ml.failure import Failure, one_line
from ckp_ml.loadgen.library import Library
from ckp_ml.tensors import dequantised

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass
class System:
    """One framework's session, asked by LoadGen.

    Attributes:
        answers: by number of the image, its outputs: only where ``keeps``.
        query_ns: what the framework itself took, for each batch; ``images`` is how many went in.
        answer_ns: from LoadGen's question to the whole answer.
        error: what went wrong at the first query that failed; the others are answered at once.
    """

    loadgen: Any
    session: Session
    options: Options
    library: Library
    keeps: bool
    answers: dict[int, list[NDArray[np.float32]]] = field(default_factory=dict)
    query_ns: list[int] = field(default_factory=list)
    answer_ns: list[int] = field(default_factory=list)
    images: int = 0
    error: str = ""

    def answer(self, samples: list[Any]) -> None:
        """Raises nothing: LoadGen waits for every sample that it has asked for."""
        start = time.perf_counter_ns()
        for batch in _batches(samples, self.options.batch):
            classes = [-1] * len(batch)
            if not self.error:
                try:
                    classes = self._classes([one.index for one in batch])
                except Exception as error:  # noqa: BLE001  # each framework has errors of its own
                    self.error = one_line(f"{type(error).__name__}: {error}")
            self._complete(batch, classes)
        self.answer_ns.append(time.perf_counter_ns() - start)

    def check(self) -> None:
        """Raises Failure where a query has failed."""
        if self.error:
            name = self.options.model.name
            raise Failure(
                f"model {name} fails at a query of LoadGen: {self.error}", "try --batch 1"
            )

    def warm_up(self, count: int) -> list[int]:
        """Nanoseconds that each of so many answers took, which nobody asked for or keeps."""
        spent = []
        self.library.load([0])
        for _ in range(count):
            start = time.perf_counter_ns()
            self._classes([0] * self.options.batch)
            spent.append(time.perf_counter_ns() - start)
        self.library.unload([0])
        self.query_ns, self.images, self.answers = [], 0, {}
        return spent

    def _classes(self, numbers: list[int]) -> list[int]:
        bound = self.session.bind(self.library.batch(numbers))
        start = time.perf_counter_ns()
        result = self.session.run(bound)
        self.query_ns.append(time.perf_counter_ns() - start)
        self.images += len(numbers)
        pairs = zip(self.session.fetch(result), self.session.outputs)
        outputs = [dequantised(np.asarray(one), tensor)[: len(numbers)] for one, tensor in pairs]
        if self.keeps:
            self.answers.update((n, [o[at] for o in outputs]) for at, n in enumerate(numbers))
        scores = outputs[0].reshape(len(numbers), -1)[:, self.options.model.labels.offset :]
        return [int(one) for one in scores.argmax(axis=1)]  # of equals the first, as ``best``

    def _complete(self, batch: list[Any], classes: list[int]) -> None:
        """Each sample's response is its class, as ``accuracy-imagenet.py`` of MLPerf reads it."""
        values = np.array(classes, np.float32)
        place, width = values.ctypes.data, values.itemsize
        responses = [
            self.loadgen.QuerySampleResponse(one.id, place + at * width, width)
            for at, one in enumerate(batch)
        ]
        self.loadgen.QuerySamplesComplete(responses)  # copies the values before it returns


def _batches(samples: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(samples), size):
        yield samples[start : start + size]


class Waiting:
    """For Server: queries come while others are answered, and wait; what waits goes together."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._queries: queue.SimpleQueue[list[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answer(self, samples: list[Any]) -> None:
        self._queries.put(list(samples))

    def close(self) -> None:
        self._queries.put(None)
        self._thread.join()

    def _serve(self) -> None:
        ended = False
        while not ended:
            first = self._queries.get()
            samples, ended = ([], True) if first is None else (first, False)
            while not ended and len(samples) < self._system.options.batch:
                try:
                    more = self._queries.get_nowait()
                except queue.Empty:
                    break
                ended = more is None
                samples += more or []
            self._system.answer(samples)
