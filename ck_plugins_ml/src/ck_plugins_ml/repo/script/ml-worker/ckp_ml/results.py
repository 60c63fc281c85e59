"""``latencies.json`` and ``predictions.json``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ckp_ml.adapter import Options, Session
from ckp_ml.measuring import Times


def latencies(
    framework: str, session: Session, options: Options, times: Times, *, images: int
) -> dict[str, Any]:
    """What the metrics are made of; times in nanoseconds, ``load_ns`` is added."""
    return {
        "schema": 1,
        "framework": framework,
        "version": session.version,
        "model": options.model.name,
        "precision": options.model.precision,
        "batch": options.batch,
        "threads": session.threads or options.threads,
        "inter_threads": options.inter_threads,
        "delegate": session.delegate,
        "backend": session.backend,
        "graph_optimization": options.graph_optimization,
        "os_threads": os_threads(),
        "images": images,
        "query_ns": times.queries,
        "warmup_ns": times.warmups,
        "model_bytes": options.model.size_bytes,
        "notes": list(session.notes),
    }


def os_threads() -> int:
    """How many the process has now; 0 where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except OSError:
        return 0


def write(name: str, values: dict[str, Any]) -> None:
    """Whole or not at all."""
    partial = Path(f"{name}.part")
    partial.write_text(json.dumps(values, separators=(",", ":")), encoding="utf-8")
    partial.replace(name)
