"""The SDK is imported from where it was found; the time that takes is told apart."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ckp_quantum.failure import Failure

_spent: list[int] = []


def sdk(name: str) -> Any:
    """A module; raises Failure where it cannot be imported. Adapters call it in ``load``."""
    try:
        with told_apart():
            return importlib.import_module(name)
    except (ImportError, AttributeError, OSError) as error:
        raise Failure(
            f"{name} cannot be imported by {sys.executable}: {error}",
            "install it with what it needs: ckp ls package --tags=quantum,sdk",
        ) from None


@contextmanager
def told_apart() -> Iterator[None]:
    """Its time is one of importing."""
    began = time.perf_counter_ns()
    try:
        yield
    finally:
        _spent.append(time.perf_counter_ns() - began)


def import_ns() -> int:
    return sum(_spent)


def add_user_packages() -> None:
    """An isolated interpreter leaves out ``~/.local``, where a found SDK may lie."""
    found = os.environ.get("CKP_QUANTUM_FILE", "")  # .../site-packages/SDK/__init__.py
    place = str(Path(found).parent.parent)
    if found and place not in sys.path:
        sys.path.append(place)
