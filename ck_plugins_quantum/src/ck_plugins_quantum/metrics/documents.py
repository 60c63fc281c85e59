"""The files that ``script:quantum-worker`` writes, checked before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from ck_core.system.json_files import JsonFile, StrangeFileError, is_count, read_json_file

COUNTS, SOLUTION, TIMINGS = "counts.json", "solution.json", "timings.json"
_SCHEMA = 1
_LARGEST = 1 << 28


@dataclass(frozen=True, kw_only=True)
class Timings:
    """Times in nanoseconds; facts are of the largest circuit, as it was run."""

    seed: int
    circuits: int
    shots: int
    transpile_ns: int
    run_ns: int
    depth: int
    gates: int
    two_qubit_gates: int
    qubits: int


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Attributes:
    counts: by outcome.
    ideal: chance of each possible outcome without noise; None where nobody knows.
    reason: why there is none.
    success: outcomes that count; None where the program names none.
    probability: how sure a solution shall be.
    """

    seed: int
    counts: Mapping[str, int]
    ideal: Mapping[str, float] | None
    reason: str
    success: frozenset[str] | None
    probability: float

    @property
    def shots(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class Try:
    """One try of a solver; None is what it did not tell.

    Attributes:
        energy_error_bar: standard error of ``energy``, from its shots.
        right, count: things that a classifier took for what they are, of all that it was shown.
        ratio: what was reached, by the best that there is.
        hits, hit_shots: shots of the last circuit that gave a best answer, of all.
    """

    seed: int
    wall_ns: int
    shots: int
    circuits: int
    energy: float | None
    energy_error_bar: float | None
    right: int | None
    count: int | None
    ratio: float | None
    hits: int | None
    hit_shots: int | None


@dataclass(frozen=True, kw_only=True)
class Solution:
    """Attributes:
    exact: the energy to be found; None where nobody knows.
    delta: how near is near enough.
    accuracy: what a classifier must reach.
    """

    exact: float | None
    delta: float
    probability: float
    accuracy: float
    tries: tuple[Try, ...]


def read_timings(directory: Path) -> Timings:
    """Raises StrangeFileError; UsageError for another schema."""
    file = _read(directory, TIMINGS)
    names = Timings.__dataclass_fields__
    return Timings(**{name: file.count(name) for name in names})


def read_sample(directory: Path) -> Sample:
    """Raises StrangeFileError; UsageError for another schema."""
    file = _read(directory, COUNTS)
    counts, ideal, success = (file.values.get(name) for name in ("counts", "ideal", "success"))
    if not isinstance(counts, dict) or not counts or not all(map(is_count, counts.values())):
        raise StrangeFileError(f"{COUNTS}: 'counts' is no object of whole numbers")
    if sum(counts.values()) != file.count("shots") or not sum(counts.values()):
        raise StrangeFileError(f"{COUNTS}: the counts are not those of all 'shots'")
    return Sample(
        seed=file.count("seed"),
        counts=counts,
        ideal=None if ideal is None else _chances(ideal),
        reason=str(file.values.get("ideal_reason", "")),
        success=None if success is None else _words(success),
        probability=_share(file, "probability"),
    )


def read_solution(directory: Path) -> Solution:
    """Raises StrangeFileError; UsageError for another schema."""
    file = _read(directory, SOLUTION)
    tries = file.values.get("tries")
    if not isinstance(tries, list) or not tries or not all(isinstance(one, dict) for one in tries):
        raise StrangeFileError(f"{SOLUTION}: 'tries' is no list of objects")
    return Solution(
        exact=_real(file, "exact"),
        delta=_positive(file, "delta"),
        probability=_share(file, "probability"),
        accuracy=_positive(file, "accuracy"),
        tries=tuple(_try(JsonFile(name=SOLUTION, values=one)) for one in tries),
    )


def _try(told: JsonFile) -> Try:
    found = Try(
        seed=told.count("seed"),
        wall_ns=told.count("wall_ns"),
        shots=told.count("shots"),
        circuits=told.count("circuits"),
        energy=_real(told, "energy"),
        energy_error_bar=_real(told, "energy_error_bar"),
        right=told.optional_count("right"),
        count=told.optional_count("count"),
        ratio=_real(told, "ratio"),
        hits=told.optional_count("hits"),
        hit_shots=told.optional_count("hit_shots"),
    )
    _check_part(found.right, found.count, "right", "count")
    _check_part(found.hits, found.hit_shots, "hits", "hit_shots")
    if found.energy_error_bar is not None and found.energy_error_bar < 0:
        raise StrangeFileError(f"{SOLUTION}: 'energy_error_bar' is negative")
    return found


def _check_part(some: int | None, total: int | None, part: str, whole: str) -> None:
    """Both or none are there."""
    if some is None and total is None:
        return
    if some is None or total is None or not some <= total or not total:
        raise StrangeFileError(f"{SOLUTION}: '{part}' is no part of '{whole}'")


def _read(directory: Path, name: str) -> JsonFile:
    found = read_json_file(directory / name, _LARGEST)
    found.require_schema(_SCHEMA, "script:quantum-worker", "ck-plugins-quantum")
    return found


def _chances(ideal: object) -> Mapping[str, float]:
    if not isinstance(ideal, dict) or not all(_is_real(one) and one >= 0 for one in ideal.values()):
        raise StrangeFileError(f"{COUNTS}: 'ideal' is no object of chances")
    if abs(sum(ideal.values()) - 1) > 1e-6:
        raise StrangeFileError(f"{COUNTS}: the chances of 'ideal' are {sum(ideal.values())}, not 1")
    return ideal


def _words(success: object) -> frozenset[str]:
    if not isinstance(success, list) or not all(isinstance(one, str) for one in success):
        raise StrangeFileError(f"{COUNTS}: 'success' is no list of outcomes")
    return frozenset(success)


def _real(file: JsonFile, key: str) -> float | None:
    found = file.values.get(key)
    if found is not None and not _is_real(found):
        raise StrangeFileError(f"{file.name}: '{key}' is no number")
    return found


def _positive(file: JsonFile, key: str) -> float:
    found = _real(file, key)
    if found is None or found <= 0:
        raise StrangeFileError(f"{file.name}: '{key}' is no number above 0")
    return found


def _share(file: JsonFile, key: str) -> float:
    found = file.values.get(key)
    if not _is_real(found) or found is None or not 0 < found < 1:
        raise StrangeFileError(f"{file.name}: '{key}' is no number between 0 and 1")
    return float(found)


def _is_real(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)
