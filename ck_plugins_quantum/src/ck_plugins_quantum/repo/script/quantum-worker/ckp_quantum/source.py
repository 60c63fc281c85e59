"""What a program gives: OpenQASM, a Python function that returns a circuit, or one that solves."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ckp_quantum.failure import Failure
from ckp_quantum.moved import moved
from ckp_quantum.settings import Settings

_LARGEST = 1 << 24
MACHINE = "machine"
"""Name of a solver's first argument."""


@dataclass(frozen=True)
class Source:
    """One of ``text`` and ``function``.

    Attributes:
        success: which outcomes count as success: a function of the same arguments, or None.
        exact: of a solver: the exact value, likewise.
    """

    name: str
    text: str = ""
    function: Callable[..., Any] | None = None
    success: Callable[..., Any] | None = None
    exact: Callable[..., Any] | None = None

    @property
    def is_solver(self) -> bool:
        return self.function is not None and MACHINE in inspect.signature(self.function).parameters


def read_source(settings: Settings) -> Source:
    """Raises Failure."""
    path = settings.program
    if not path.is_file():
        raise Failure(f"the program {path} is no file", "CKP_QUANTUM_PROGRAM names it")
    if path.suffix == ".py":
        return _of_module(_module(path, settings.modules), settings.function)
    return Source(name=path.name, text=_text(path))


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise Failure(f"{path.name} is larger than {_LARGEST >> 20} MiB")
    try:
        return path.read_text(encoding="utf-8")
    except ValueError as error:
        raise Failure(f"{path.name} is no UTF-8 text: {error}") from None


def _module(path: Path, modules: str) -> ModuleType:
    """It may import what lies beside it, and what lies in ``modules``."""
    spec = importlib.util.spec_from_file_location("ckp_quantum_program", path)
    if spec is None or spec.loader is None:
        raise Failure(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path[:0] = [str(path.parent), *filter(None, [modules])]
    sys.modules[spec.name] = module  # dataclasses look for it there
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # somebody else's code
        raise _failed(path.name, error) from error
    return module


def _of_module(module: ModuleType, name: str) -> Source:
    function = getattr(module, name, None)
    if not callable(function):
        known = [key for key, one in vars(module).items() if inspect.isfunction(one)]
        raise Failure(
            f"{module.__file__} has no function {name!r}",
            f"CKP_QUANTUM_FUNCTION names it; it has {', '.join(known) or 'none'}",
        )
    success, exact = (getattr(module, f"{name}_{key}", None) for key in ("success", "exact"))
    return Source(name=name, function=function, success=success, exact=exact)


def called(function: Callable[..., Any], settings: Settings, **given: object) -> Any:
    """With those of the run's arguments that it has; raises Failure."""
    parameters = inspect.signature(function).parameters
    words = {name: text for name, text in settings.arguments.items() if name in parameters}
    values = {name: _like(parameters[name].default, name, text) for name, text in words.items()}
    given = {name: value for name, value in given.items() if name in parameters}
    try:
        return function(**given, **values)
    except Failure:
        raise
    except MemoryError:
        raise
    except Exception as error:  # somebody else's code
        raise _failed(function.__name__, error) from error


def _like(default: object, name: str, text: str) -> object:
    """Of the type of the argument's default."""
    kind = type(default)
    if kind not in (int, float):
        return text
    try:
        return kind(text)
    except ValueError:
        expected = "a whole number" if kind is int else "a number"
        raise Failure(f"the argument {name} must be {expected}, not {text[:40]!r}") from None


def _failed(name: str, error: Exception) -> Failure:
    """With what takes the place of what is gone."""
    if isinstance(error, MemoryError):
        raise error
    if found := moved(error):
        return Failure(
            f"{name} uses {found[0]}, which this version of Qiskit no longer has", f"use {found[1]}"
        )
    return Failure(
        f"{name} fails: {type(error).__name__}: {error}", "CKP_QUANTUM_TRACEBACK=1 shows all"
    )
