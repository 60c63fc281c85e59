"""Libraries that some commands need and the core does not: extras, imported when first used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from ck_core.errors import UsageError


def check_extra(name: str, what: str, module: str) -> None:
    """Before long work whose end needs it; raises UsageError as ``extra``."""
    with extra(name, what):
        if find_spec(module) is None:
            raise ModuleNotFoundError(f"No module named '{module}'")


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Around an import that the extra ``name`` brings; ``what`` is what needs it.

    Raises:
        UsageError: it is not there.
    """
    try:
        yield
    except ImportError as error:
        raise UsageError(
            f"{what} needs the extra '{name}': {error}",
            hint=f'pip install "ck-core[{name}]"',
        ) from None
