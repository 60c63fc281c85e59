"""What the run asks for, from its variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ckp_ml.failure import Failure

DELEGATES = ("none", "xnnpack")
OPTIMIZATIONS = ("all", "extended", "basic", "off")


@dataclass(frozen=True)
class Settings:
    """Attributes:
    framework: name of an adapter here; unimportant where ``adapter`` names one.
    adapter: a Python file with an adapter, or a directory with ``adapter.py``; or empty.
    model, model_meta: the model's file or directory, and its model.json.
    batch: images in a query.
    threads: for one operator (intra-op); ``inter_threads``: operators side by side.
    delegate: one of DELEGATES.
    graph_optimization: one of OPTIMIZATIONS.
    count: how many of the prepared images; 0 is all.
    warmups: queries that nobody counts.
    """

    framework: str
    adapter: str
    model: Path
    model_meta: Path
    batch: int
    threads: int
    inter_threads: int
    delegate: str
    graph_optimization: str
    count: int
    warmups: int


def read_settings() -> Settings:
    """Raises Failure where a variable is missing or makes no sense."""
    return Settings(
        framework=_text("CKP_ML_FRAMEWORK"),
        adapter=os.environ.get("CKP_ML_ADAPTER", ""),
        model=Path(_text("CKP_MODEL")),
        model_meta=Path(_text("CKP_MODEL_META")),
        batch=_number("CKP_BATCH", 1, least=1),
        threads=_number("CKP_THREADS", 1, least=1),
        inter_threads=_number("CKP_INTER_THREADS", 1, least=1),
        delegate=_one_of("CKP_DELEGATE", DELEGATES),
        graph_optimization=_one_of("CKP_GRAPH_OPTIMIZATION", OPTIMIZATIONS),
        count=_number("CKP_COUNT", 0, least=0),
        warmups=_number("CKP_QUERY_WARMUPS", 10, least=0),
    )


def _text(name: str) -> str:
    text = os.environ.get(name, "")
    if not text:
        raise Failure(f"the variable {name} is not set", "the worker is run by ckp, see docs/ml.md")
    return text


def _number(name: str, default: int, least: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or int(text) < least:
        raise Failure(f"{name} must be a whole number from {least}, not {text!r}")
    return int(text)


def _one_of(name: str, choices: tuple[str, ...]) -> str:
    text = os.environ.get(name) or choices[0]
    if text not in choices:
        raise Failure(f"{name} must be one of {', '.join(choices)}, not {text!r}")
    return text
