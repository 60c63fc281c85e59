"""A library that only some strategies need."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from ck_core.errors import UsageError


def needed(module: str, strategy: str, extra: str) -> ModuleType:
    """The module; loaded when a strategy is made, since that takes a second.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(
            f"the strategy '{strategy}' needs {module.partition('.')[0]}: {error}",
            hint=f"pip install 'ck-core[{extra}]'",
        ) from None
