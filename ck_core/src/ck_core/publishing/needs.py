"""What pictures need and the core does not: the extra ``plots``, imported when first used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ck_core.errors import UsageError


@contextmanager
def extra_plots() -> Iterator[None]:
    """Around an import that the extra brings; raises UsageError where it is not there."""
    try:
        yield
    except ImportError as error:
        raise UsageError(
            f"pictures and reports need the extra 'plots': {error}",
            hint='pip install "ck-core[plots]"',
        ) from None
