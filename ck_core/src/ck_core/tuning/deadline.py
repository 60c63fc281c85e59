"""When a search has to end: also known to what may think for long before it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class TimeIsUpError(Exception):
    """Ends whatever a strategy is about; nobody but the search itself sees it."""


@dataclass
class Deadline:
    """Attributes: is_over: of the search that has begun; before it does, there is time."""

    is_over: Callable[[], bool] = lambda: False

    def check(self) -> None:
        """Raises TimeIsUpError."""
        if self.is_over():
            raise TimeIsUpError
