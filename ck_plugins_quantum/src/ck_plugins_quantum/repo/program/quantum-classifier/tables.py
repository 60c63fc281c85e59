"""A labelled table, split and made small enough for a few qubits."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ckp_quantum.source import called

FILES = {
    "iris": "iris.csv",
    "wine": "wine_data.csv",
    "digits": "digits.csv.gz",
    "breast-cancer": "breast_cancer.csv",
}


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows to be judged by; features lie between 0 and pi."""

    train: np.ndarray
    train_labels: np.ndarray
    judged: np.ndarray
    judged_labels: np.ndarray

    @property
    def classes(self) -> int:
        return int(max(self.train_labels.max(), self.judged_labels.max())) + 1


def asked_rows(machine: Any) -> Split:
    """Those that the run asks for, the same for every solution; raises Failure."""
    found: Split = called(split_of, machine.settings)
    return found


def split_of(
    data: str = "iris",
    features: int = 2,
    train: int = 30,
    validation: int = 60,
    test: int = 60,
    split: int = 1,
    judged_by: str = "test",
) -> Split:
    """The same for the same arguments, so that solutions compare.

    Args:
        features: principal components of the training rows, of standardised columns.
        train, validation, test: how many rows, of each class about alike; no row is in two.
        split: seed of the division.
        judged_by: whoever chooses a setting does it by the validation rows, as the test rows
            would praise what was chosen by them.
    """
    values, labels = table(data)
    order = _alternating(labels, np.random.default_rng(split))
    if not 1 <= features <= values.shape[1]:
        raise ValueError(f"{data} has {values.shape[1]} features, not {features}")
    learnt, chosen, tested = _parts(order, train, validation, test)
    judges = {"test": tested, "validation": chosen}
    if judged_by not in judges or not len(judges[judged_by]):
        raise ValueError(f"judged by {judged_by!r}: rows of {' or '.join(judges)}, one or more")
    judged = judges[judged_by]
    angles = _angles(values[learnt], features)
    return Split(angles(values[learnt]), labels[learnt], angles(values[judged]), labels[judged])


def _parts(order: np.ndarray, train: int, validation: int, test: int) -> list[np.ndarray]:
    if train < 2 or train + validation + test > len(order):
        raise ValueError(
            f"there are {len(order)} rows, too few for {train} to learn from, {validation} to "
            f"choose by and {test} to be judged by"
        )
    return np.split(order[: train + validation + test], [train, train + validation])


def _angles(rows: np.ndarray, features: int) -> Callable[[np.ndarray], Any]:
    """Components of rows, so that those of ``rows`` lie between 0 and pi; others are clipped."""
    small = _components(rows, features)
    low, high = small(rows).min(0), small(rows).max(0)
    return lambda other: np.clip((small(other) - low) / (high - low), 0, 1) * np.pi


def table(data: str) -> tuple[np.ndarray, np.ndarray]:
    """Values and labels; a path is a CSV file of one's own, whose last column is the label."""
    beside = Path(os.environ.get("CKP_TABLES", "")).parent  # it names one of them
    place = beside / FILES[data] if data in FILES else Path(data)
    if not place.is_file():
        raise ValueError(f"{data!r} is none of {', '.join(FILES)}, and no file")
    opened = gzip.open if place.suffix == ".gz" else open
    with opened(place, "rt", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row]
    if not _is_number(rows[0][-1]):  # the names of columns, or of classes
        rows = rows[1:]
    numbers = np.array(rows, dtype=float)
    labels = np.unique(numbers[:, -1], return_inverse=True)[1]
    return numbers[:, :-1], np.asarray(labels)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _alternating(labels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Row numbers, one of each class after the other."""
    by_class = [
        random.permutation(np.flatnonzero(labels == one)) for one in range(labels.max() + 1)
    ]
    rounds = range(max(map(len, by_class)))
    return np.array([rows[turn] for turn in rounds for rows in by_class if turn < len(rows)])


def _components(rows: np.ndarray, features: int) -> Callable[[np.ndarray], Any]:
    middle, spread = rows.mean(0), rows.std(0)
    spread[spread == 0] = 1
    _, _, axes = np.linalg.svd((rows - middle) / spread, full_matrices=False)
    return lambda other: (other - middle) / spread @ axes[:features].T
