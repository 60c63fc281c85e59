"""The whole work, from top to bottom."""

from __future__ import annotations

import time
from typing import Any

from ckp_quantum.choosing import device_of
from ckp_quantum.failure import Failure, note
from ckp_quantum.ideal import ideal_of
from ckp_quantum.importing import add_user_packages
from ckp_quantum.machine import Machine
from ckp_quantum.records import of_solver
from ckp_quantum.results import SCHEMA, timings, write
from ckp_quantum.settings import Settings, read_settings
from ckp_quantum.source import Source, called, read_source


def work() -> None:
    """Raises Failure."""
    settings = read_settings()
    add_user_packages()
    device, name = device_of(settings)
    for one in device.notes:
        note(one)
    source = read_source(settings)
    if source.is_solver:
        of_solver()
    machine = Machine(device=device, name=name, settings=settings, seed=settings.seed)
    if source.is_solver:
        write("solution.json", _solve(source, settings, machine))
    else:
        write("counts.json", _run(source, settings, machine))
    write("timings.json", timings(settings, machine, source.name))


def _run(source: Source, settings: Settings, machine: Machine) -> dict[str, Any]:
    given = source.text if source.function is None else called(source.function, settings)
    circuit = machine.circuit(given)
    ideal = ideal_of(machine.device, circuit)
    (counts,) = machine.run([circuit])
    known = not isinstance(ideal, str)
    return {
        "schema": SCHEMA,
        "shots": settings.shots,
        "seed": settings.seed,
        "counts": dict(sorted(counts.items())),
        "ideal": ideal if known else None,
        "ideal_reason": "" if known else ideal,
        "success": _success(source, settings, counts),
        "probability": settings.probability,
    }


def _success(source: Source, settings: Settings, counts: dict[str, int]) -> list[str] | None:
    """Outcomes that count; None where nobody says. Raises Failure where they are no such words."""
    told: Any = settings.success
    if not told and source.success is not None:
        told = called(source.success, settings)
    if not told:
        return None
    width = len(next(iter(counts), ""))
    words = [str(one) for one in told]
    for word in words:
        if len(word) != width or not set(word) <= {"0", "1"}:
            raise Failure(
                f"success is {word[:40]!r}, which is none of the outcomes of {width} bits"
            )
    return sorted(set(words))


def _solve(source: Source, settings: Settings, machine: Machine) -> dict[str, Any]:
    """Each try with a seed of its own."""
    assert source.function is not None  # noqa: S101  # it is a solver
    exact = called(source.exact, settings) if source.exact is not None else None
    return {
        "schema": SCHEMA,
        "seed": settings.seed,
        "exact": exact,
        "delta": settings.delta,
        "probability": settings.probability,
        "accuracy": settings.accuracy,
        "tries": [
            _try(source, settings, machine, settings.seed + place)
            for place in range(settings.tries)
        ],
    }


def _try(source: Source, settings: Settings, machine: Machine, seed: int) -> dict[str, Any]:
    """Raises Failure where the solver answers no object."""
    assert source.function is not None  # noqa: S101  # it is a solver
    machine.next_try(seed)
    before, began = (machine.shots, machine.circuits), time.perf_counter_ns()
    found = called(source.function, settings, machine=machine, seed=seed)
    if not isinstance(found, dict):
        raise Failure(
            f"{source.name} answers a {type(found).__name__}, no dictionary",
            "energy, or right and count: see docs/quantum.md",
        )
    return {
        **found,
        "seed": seed,
        "wall_ns": time.perf_counter_ns() - began,
        "shots": machine.shots - before[0],
        "circuits": machine.circuits - before[1],
    }
