"""The files that ``script:quantum-worker`` writes, checked before anything is made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from ck_core.errors import UsageError
from ck_core.system.files import read_text

COUNTS, SOLUTION, TIMINGS = "counts.json", "solution.json", "timings.json"
_SCHEMA = 1
_LARGEST = 1 << 28


class StrangeFileError(ValueError):
    """Its text says what is wrong with which file."""


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
    values = _read(directory, TIMINGS)
    names = Timings.__dataclass_fields__
    return Timings(**{name: _count(values, name, TIMINGS) for name in names})


def read_sample(directory: Path) -> Sample:
    """Raises StrangeFileError; UsageError for another schema."""
    values = _read(directory, COUNTS)
    counts, ideal, success = values.get("counts"), values.get("ideal"), values.get("success")
    if not isinstance(counts, dict) or not counts or not all(map(_is_count, counts.values())):
        raise StrangeFileError(f"{COUNTS}: 'counts' is no object of whole numbers")
    if sum(counts.values()) != _count(values, "shots", COUNTS) or not sum(counts.values()):
        raise StrangeFileError(f"{COUNTS}: the counts are not those of all 'shots'")
    return Sample(
        seed=_count(values, "seed", COUNTS),
        counts=counts,
        ideal=None if ideal is None else _chances(ideal),
        reason=str(values.get("ideal_reason", "")),
        success=None if success is None else _words(success),
        probability=_share(values, "probability", COUNTS),
    )


def read_solution(directory: Path) -> Solution:
    """Raises StrangeFileError; UsageError for another schema."""
    values = _read(directory, SOLUTION)
    tries = values.get("tries")
    if not isinstance(tries, list) or not tries or not all(isinstance(one, dict) for one in tries):
        raise StrangeFileError(f"{SOLUTION}: 'tries' is no list of objects")
    return Solution(
        exact=_real(values, "exact"),
        delta=_positive(values, "delta"),
        probability=_share(values, "probability", SOLUTION),
        accuracy=_positive(values, "accuracy"),
        tries=tuple(map(_try, tries)),
    )


def _try(values: Mapping[str, Any]) -> Try:
    found = Try(
        seed=_count(values, "seed", SOLUTION),
        wall_ns=_count(values, "wall_ns", SOLUTION),
        shots=_count(values, "shots", SOLUTION),
        circuits=_count(values, "circuits", SOLUTION),
        energy=_real(values, "energy"),
        energy_error_bar=_real(values, "energy_error_bar"),
        right=_optional(values, "right"),
        count=_optional(values, "count"),
        ratio=_real(values, "ratio"),
        hits=_optional(values, "hits"),
        hit_shots=_optional(values, "hit_shots"),
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


def _read(directory: Path, name: str) -> Mapping[str, Any]:
    try:
        values = json.loads(read_text(str(directory / name), _LARGEST)[0])
    except OSError as error:
        raise StrangeFileError(f"{name} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise StrangeFileError(f"{name} nests too deep") from None
    except ValueError as error:
        raise StrangeFileError(f"{name} is no JSON: {error}") from None
    if not isinstance(values, dict):
        raise StrangeFileError(f"{name} is no JSON object")
    _check_schema(values.get("schema"), name)
    return values


def _check_schema(schema: object, name: str) -> None:
    if type(schema) is not int:
        raise StrangeFileError(f"{name} has no 'schema', another has written it")
    if schema != _SCHEMA:
        raise UsageError(
            f"{name} has schema {schema!r:.20}, what is here reads {_SCHEMA}: no metrics "
            "are made of it; pip install --upgrade ck-plugins-quantum"
        )


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


def _count(values: Mapping[str, Any], key: str, name: str) -> int:
    found = values.get(key)
    if not _is_count(found):
        raise StrangeFileError(f"{name}: '{key}' is no whole number")
    assert isinstance(found, int)  # noqa: S101  # as above
    return found


def _optional(values: Mapping[str, Any], key: str) -> int | None:
    return None if values.get(key) is None else _count(values, key, SOLUTION)


def _real(values: Mapping[str, Any], key: str) -> float | None:
    found = values.get(key)
    if found is not None and not _is_real(found):
        raise StrangeFileError(f"{SOLUTION}: '{key}' is no number")
    return found


def _positive(values: Mapping[str, Any], key: str) -> float:
    found = _real(values, key)
    if found is None or found <= 0:
        raise StrangeFileError(f"{SOLUTION}: '{key}' is no number above 0")
    return found


def _share(values: Mapping[str, Any], key: str, name: str) -> float:
    found = values.get(key)
    if not _is_real(found) or found is None or not 0 < found < 1:
        raise StrangeFileError(f"{name}: '{key}' is no number between 0 and 1")
    return float(found)


def _is_count(value: object) -> bool:
    """A bool is no number here, and what no clock reaches would not fit a float."""
    return type(value) is int and 0 <= value < 1 << 63


def _is_real(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)
