"""What the run asks for, from its variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from ckp_quantum.failure import Failure

LEVELS = ("default", "0", "1", "2", "3")
LAYOUTS = ("default", "trivial", "dense", "sabre")
ROUTINGS = ("default", "basic", "lookahead", "sabre", "none")
NO_OR_YES = ("no", "yes")
MOST_SHOTS = 100_000_000
ARGUMENT = "CKP_ARG_"
"""``CKP_ARG_QUBITS`` is the argument ``qubits`` of the program's function."""


@dataclass(frozen=True)
class Settings:
    """Attributes:
    sdk: the one whose interpreter this is; its usual backend where ``backend`` is empty.
    modules: a directory that ``program`` may import from, and lies in where its path is relative.
    program: a file of OpenQASM, or a Python file.
    function: of the Python file.
    seed: never 0; drawn where none was given.
    decoupling, twirling: against the noise of a real machine.
    arguments: for the function, by name, as texts.
    success: outcomes that count as success; empty where the program says it, or nobody.
    tries: of a solver, each with a seed of its own.
    delta, probability: what time to solution is about: how near, and how sure.
    accuracy: what a classifier must reach.
    """

    sdk: str
    backend: str
    modules: str
    program: Path
    function: str
    shots: int
    seed: int
    level: str
    layout: str
    routing: str
    decoupling: str
    twirling: str
    arguments: dict[str, str]
    success: tuple[str, ...]
    tries: int
    delta: float
    probability: float
    accuracy: float


def read_settings() -> Settings:
    """Raises Failure where a variable is missing or makes no sense."""
    modules = os.environ.get("CKP_QUANTUM_MODULES", "")
    return Settings(
        sdk=_text("CKP_QUANTUM_SDK"),
        modules=modules,
        backend=os.environ.get("CKP_QUANTUM_BACKEND", ""),
        program=Path(modules, _text("CKP_QUANTUM_PROGRAM")),
        function=os.environ.get("CKP_QUANTUM_FUNCTION") or "circuit",
        shots=_number("CKP_QUANTUM_SHOTS", 1024, least=1, most=MOST_SHOTS),
        seed=_number("CKP_QUANTUM_SEED", 1, least=0, most=(1 << 31) - 1) or _drawn(),
        level=_one_of("CKP_QUANTUM_LEVEL", LEVELS),
        layout=_one_of("CKP_QUANTUM_LAYOUT", LAYOUTS),
        routing=_one_of("CKP_QUANTUM_ROUTING", ROUTINGS),
        decoupling=_one_of("CKP_QUANTUM_DECOUPLING", NO_OR_YES),
        twirling=_one_of("CKP_QUANTUM_TWIRLING", NO_OR_YES),
        arguments=_arguments(),
        success=tuple(filter(None, os.environ.get("CKP_QUANTUM_SUCCESS", "").split(","))),
        tries=_number("CKP_QUANTUM_TRIES", 1, least=1, most=10_000),
        delta=_real("CKP_QUANTUM_DELTA", 0.15, most=1e9),
        probability=_real("CKP_QUANTUM_PROBABILITY", 0.9, most=1 - 1e-9),
        accuracy=_real("CKP_QUANTUM_ACCURACY", 0.8, most=1),
    )


def _drawn() -> int:
    return SystemRandom().randrange(1, 1 << 31)


def _arguments() -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if name.startswith(ARGUMENT)}
    return {name.removeprefix(ARGUMENT).lower(): value for name, value in given.items() if value}


def _text(name: str) -> str:
    text = os.environ.get(name, "")
    if not text:
        hint = "the worker is run by ckp, see docs/quantum.md"
        raise Failure(f"the variable {name} is not set", hint)
    return text


def _number(name: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text[:20]) <= most:
        raise Failure(f"{name} must be a whole number from {least} to {most}, not {text[:40]!r}")
    return int(text)


def _real(name: str, default: float, most: float) -> float:
    text = os.environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= most:
        raise Failure(f"{name} must be a number above 0, up to {most}, not {text[:40]!r}")
    return value


def _one_of(name: str, choices: tuple[str, ...]) -> str:
    text = os.environ.get(name) or choices[0]
    if text not in choices:
        raise Failure(f"{name} must be one of {', '.join(choices)}, not {text[:40]!r}")
    return text
