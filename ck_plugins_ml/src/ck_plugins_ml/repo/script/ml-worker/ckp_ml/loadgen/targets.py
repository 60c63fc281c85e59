"""What LoadGen expects of a system where the user says nothing: taken from the warm-up.

LoadGen asks as many queries as fit into the wished duration by what it expects. Its own numbers
suit servers: of a model that answers in 30 microseconds it would end far too early, which makes a
run invalid.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from ckp_ml.failure import Failure

if TYPE_CHECKING:
    from ckp_ml.loadgen.asked import Asked

MULTI_STREAM_SAMPLES = 8
"""Of a query of MultiStream."""
_SAFETY = 2.0
"""How much faster than in the warm-up it may be."""
_THROUGHPUT_SAFETY = 1.2
"""As Offline computes many batches, of which the warm-up had the fastest."""


def with_targets(asked: Asked, answered_ns: list[int], batch: int) -> Asked:
    """``answered_ns`` is of batches in the warm-up; where there was none nothing is expected.

    Raises:
        Failure: Server, whose number of queries a second only the user can choose.
    """
    if asked.scenario == "Server" and not asked.is_accuracy and asked.target_qps is None:
        raise Failure(
            "scenario Server asks at a rate that somebody has to choose",
            "--target-qps says how many queries a second; Offline tells what the system can do",
        )
    if asked.is_accuracy or not answered_ns:
        return asked
    if asked.scenario == "Offline" and asked.target_qps is None:
        return replace(asked, target_qps=_THROUGHPUT_SAFETY * batch * 1e9 / min(answered_ns))
    if asked.scenario in {"SingleStream", "MultiStream"} and asked.target_latency_ms is None:
        samples = MULTI_STREAM_SAMPLES if asked.scenario == "MultiStream" else 1
        batches = -(-samples // batch)
        expected_ms = batches * median(answered_ns) / 1e6 / _SAFETY
        return replace(asked, target_latency_ms=expected_ms)
    return asked
