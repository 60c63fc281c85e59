"""Names of files that are kept of a run: by what was run."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100


def readable_name(words: Iterable[str]) -> str:
    """``litert-2.3.0-efficientnet-lite0-int8``: of a directory."""
    readable = "-".join(_UNUSUAL.sub("_", one) for one in words).lstrip(".")[:_LONGEST]
    return readable or "model"


def unicode_text(text: str) -> str:
    """JSON may hold halves of surrogate pairs, which no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")
