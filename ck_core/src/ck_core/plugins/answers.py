"""Is a hook's answer what its specification says?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ck_core.domain.build import BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.metric import Metric
from ck_core.domain.run import RunResult

_CLAIMED = {"install": Installation, "build": BuildResult, "run": RunResult}


def check_answer(hook: str, answer: Any) -> None:
    """Raises TypeError with a sentence where it is of another type."""
    if hook in _CLAIMED:
        _expect(answer, _CLAIMED[hook], f"{_CLAIMED[hook].__name__} or None")
    elif hook == "detect":
        _expect(answer, (list, tuple), "a sequence of Installation")
        for one in answer:
            _expect(one, Installation, "a sequence of Installation")
    elif hook == "postprocess":
        _expect(answer, Mapping, "a mapping of Metric")
        for one in answer.values():
            _expect(one, Metric, "a mapping of Metric")


def _expect(answer: Any, kinds: type | Sequence[type], what: str) -> None:
    if not isinstance(answer, kinds if isinstance(kinds, type) else tuple(kinds)):
        raise TypeError(f"it answers {what}, but answered with {type(answer).__name__}")
