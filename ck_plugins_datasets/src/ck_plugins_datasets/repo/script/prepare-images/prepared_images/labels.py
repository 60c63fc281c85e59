"""Labels of images by file name, in the forms that people have.

A line each, ``NAME 65`` (Caffe's and MLPerf's val.txt); Kaggle's ``LOC_val_solution.csv``; one
synset a line for images 1, 2, 3, ... (TensorFlow's synset_labels.txt).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from prepared_images.files import read_limited
from prepared_images.refusal import RefusedError, one_line

_LARGEST = 64 << 20
_SYNSET = re.compile(r"n\d{8}")
_PAIR = re.compile(r"(\S.*?)[ \t]+(\d{1,9})")
_VOCABULARIES = Path(__file__).resolve().parents[1] / "vocabularies"
_MADE = "ckp install package:imagenet-val-labels makes one that fits"


def read_labels(file: Path, classes: int | None = None) -> Mapping[str, int]:
    """By base name of the image; of a file of synsets by ``1``, ``2``, ``3`` and so on.

    Args:
        classes: labels are smaller; None is any number.

    Raises:
        RefusedError: a line is in none of the forms, or contradicts another.
    """
    lines = read_limited(file, _LARGEST).decode("utf-8", "replace").splitlines()
    labels: dict[str, int] = {}
    for number, name, label in _pairs(lines, file):
        if classes is not None and label >= classes:
            raise _bad(file, number, f"label {label} is not below {classes}")
        if labels.setdefault(name, label) != label:
            raise _bad(file, number, f"{one_line(name, 80)} has another label already")
    return labels


def read_classes(vocabulary: str) -> list[str]:
    """Names by label; empty where we know none."""
    return [names for _, names in _entries(vocabulary)]


def synset_labels() -> Mapping[str, int]:
    """Label by WordNet identifier, of the 1,000 classes of ILSVRC2012."""
    return {synset: n for n, (synset, _) in enumerate(_entries("imagenet-1k"))}


def _entries(vocabulary: str) -> list[tuple[str, str]]:
    """Lines of ``IDENTIFIER names``."""
    if not re.fullmatch(r"[a-z0-9-]+", vocabulary):
        return []
    file = _VOCABULARIES / f"{vocabulary}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [(one, name) for one, _, name in (line.partition(" ") for line in lines)]


def _pairs(lines: Sequence[str], file: Path) -> Iterator[tuple[int, str, int]]:
    """Number of the line, name, label."""
    numbered = [(n, line.strip()) for n, line in enumerate(lines, start=1) if line.strip()]
    if numbered and _SYNSET.fullmatch(numbered[0][1]):
        yield from _of_synsets(numbered, file)
    elif numbered and numbered[0][1].lower().startswith("imageid,"):
        yield from _of_kaggle(numbered[1:], file)
    else:
        yield from _of_pairs(numbered, file)


def _of_pairs(lines: Sequence[tuple[int, str]], file: Path) -> Iterator[tuple[int, str, int]]:
    for number, line in lines:
        if line.isdigit():
            raise _bad(file, number, "a number without a name, as in the devkit's own order")
        match = _PAIR.fullmatch(line)
        if not match or not match[2].isascii():
            raise _bad(file, number, f"{one_line(line, 60)!r} is not NAME LABEL")
        yield number, match[1].rpartition("/")[2], int(match[2])


def _of_kaggle(lines: Sequence[tuple[int, str]], file: Path) -> Iterator[tuple[int, str, int]]:
    """``ILSVRC2012_val_00048981,n03995372 85 1 499 272``: image, then class and box of each."""
    known = synset_labels()
    for number, line in lines:
        name, _, said = line.partition(",")
        synset = said.partition(" ")[0]
        if synset not in known:
            raise _bad(file, number, f"{one_line(synset, 40)!r} is no class of ILSVRC2012")
        yield number, f"{name}.JPEG", known[synset]


def _of_synsets(lines: Sequence[tuple[int, str]], file: Path) -> Iterator[tuple[int, str, int]]:
    known = synset_labels()
    for place, (number, line) in enumerate(lines, start=1):
        if line not in known:
            raise _bad(file, number, f"{one_line(line, 40)!r} is no class of ILSVRC2012")
        yield number, str(place), known[line]


def _bad(file: Path, number: int, problem: str) -> RefusedError:
    return RefusedError(f"{file}, line {number}: {problem}", advice=f"correct it, or {_MADE}")
