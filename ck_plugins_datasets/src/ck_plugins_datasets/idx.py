"""MNIST's format: Fashion-MNIST, MNIST and their relatives, told apart by what is in them."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_plugins_datasets.beginnings import first_bytes
from ck_plugins_datasets.facts import Found, content_digest, describe, plain_name
from ck_plugins_datasets.places import Directory

_IMAGES = re.compile(r"(?P<stem>.+)-images[-.]idx3-ubyte(?:\.gz)?")
_LABELS = ("-labels-idx1-ubyte", "-labels.idx1-ubyte", "-labels-idx2-int")
_MD5 = {
    "ec29112dd5afa0611ce80d1b7f02629c": "mnist",
    "d53e105ee54ea40749a09fcbcd1e9432": "mnist",
    "bb300cfdad3c16e7a12a480ee83cd310": "fashion-mnist",
    "25c81989df183df01b3e8a0aad5dffbe": "fashion-mnist",
    "7320c461ea6c1c855c0b718fb2a4b134": "kmnist",
    "e144d726b3acfaa3e44228e80efcd344": "kmnist",
}
"""Of the packed labels, as their authors publish them (torchvision, datasets/mnist.py)."""
_BEGINNINGS = {
    "7210414959069015": "mnist",
    "5041921314353617": "mnist",
    "9211614657457341": "fashion-mnist",
    "9003027255095579": "fashion-mnist",
}
"""The first labels of test and training sets."""
_WORDS = {
    "fashion": "fashion-mnist",
    "kuzushiji": "kmnist",
    "kmnist": "kmnist",
    "qmnist": "qmnist",
    "emnist": "emnist",
    "mnist": "mnist",
}
_SIZES = {"test": 10_000, "train": 60_000}
_LARGEST_LABELS = 8 << 20
_DIGITS_ONLY = frozenset({"mnist", "qmnist", "digits"})
_MAGIC = b"\0\0\x08\x03"


def recognise(directory: Directory) -> Sequence[Installation]:
    """Each split; of a packed and an unpacked copy beside each other one counts."""
    stems: dict[str, str] = {}
    for name in directory.files:
        if match := _IMAGES.fullmatch(name):
            stems.setdefault(match["stem"], name)
    found = (_found(directory, stem, name) for stem, name in stems.items())
    return [describe(one) for one in found if one]


def _found(directory: Directory, stem: str, name: str) -> Found | None:
    images = directory.path / name
    size = image_count(images)
    if size is None:
        return None
    labels = _labels(directory, stem)
    product = _product(directory.path, stem, labels)
    split = "train" if "train" in stem else "test"
    return Found(
        layout="idx",
        product=product,
        path=images,
        labels=labels,
        labelled=labels is not None,
        vocabulary=_vocabulary(product, stem),
        count=size,
        whole=product not in {"mnist", "fashion-mnist", "kmnist"} or size == _SIZES[split],
        split=split,
        digest=f"sha256:{_digest(images, labels)}",
    )


def image_count(images: Path) -> int | None:
    """As its header says; None where it is no such file."""
    start = first_bytes(images, 4096)
    if images.suffix == ".gz":
        start = _unpacked(start, 16)
    if len(start) < 16 or start[:4] != _MAGIC:
        return None
    count: int = struct.unpack(">I", start[4:8])[0]
    return count


def _labels(directory: Directory, stem: str) -> Path | None:
    names = (f"{stem}{kind}{packed}" for kind in _LABELS for packed in ("", ".gz"))
    return next((directory.path / one for one in names if one in directory.files), None)


def _product(place: Path, stem: str, labels: Path | None) -> str:
    """By the labels' content, else by the names of files and directories."""
    content = first_bytes(labels, _LARGEST_LABELS) if labels else b""
    known = _MD5.get(hashlib.md5(content, usedforsecurity=False).hexdigest())
    plain = _unpacked(content, 24) if content[:2] == b"\x1f\x8b" else content[:24]
    known = known or _BEGINNINGS.get("".join(map(str, plain[8:24])))
    if known:
        return known
    named = (stem, *reversed(place.parts[-2:]))
    hits = (product for text in named for word, product in _WORDS.items() if word in text.lower())
    return next(hits, "digits" if stem == "digits" else plain_name(place.name))


def _vocabulary(product: str, stem: str) -> str:
    """EMNIST's splits have classes of their own: emnist-letters-test."""
    if product in _DIGITS_ONLY:
        return "mnist"
    parts = stem.lower().split("-")
    return "-".join(parts[:2]) if product == "emnist" and len(parts) > 2 else product


def _digest(images: Path, labels: Path | None) -> str:
    digests: Mapping[str, str] = {
        "images": content_digest(images),
        "labels": content_digest(labels) if labels else "",
    }
    return hashlib.sha256("\n".join(digests.values()).encode()).hexdigest()


def _unpacked(start: bytes, count: int) -> bytes:
    """The first bytes of what a gzip file's first bytes hold; whatever it holds besides."""
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(start)).read(count)
    except (OSError, EOFError, zlib.error):
        return b""
