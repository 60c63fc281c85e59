"""Builds that are made in a job: where the program will run, not where ckp does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class BuildJob:
    """What a launcher's plugin offers as ``build_job``: a function of the launcher's options.

    It answers None where they ask for no job, and raises UsageError for what it does not know.

    Attributes:
        where: tells builds of one kind of node from those of others.
        opened: of a program's name, a job that lasts as long as the context: it gives words
            that go before each command of the build. Raises RunError: it does not start.
    """

    where: str
    opened: Callable[[str], AbstractContextManager[tuple[str, ...]]]
