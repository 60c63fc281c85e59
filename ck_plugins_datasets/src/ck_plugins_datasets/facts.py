"""What is found becomes an installation, with what programs and people need to know of it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from ck_core.domain.installation import Installation
from ck_core.domain.version import Version

PLUGIN = "datasets"
CLASSIFICATION, DETECTION = "image-classification", "object-detection"
_LARGEST_HASHED = 256 << 20
_PART, _PARTS = 1 << 20, 64
_MOST_SIZES = 1_000
_UNKNOWN = "unknown: see where you have it from"


@dataclass(frozen=True, kw_only=True)
class Product:
    """A dataset that is known by name."""

    title: str
    licence: str
    source: str


PRODUCTS: Mapping[str, Product] = {
    "imagenet": Product(
        title="ILSVRC2012 validation",
        licence="non-commercial research and education only, by ImageNet's terms of access",
        source="https://www.image-net.org",
    ),
    "coco": Product(
        title="COCO 2017",
        licence="annotations CC BY 4.0; each image as its owner on Flickr says",
        source="https://cocodataset.org",
    ),
    "fashion-mnist": Product(
        title="Fashion-MNIST",
        licence="MIT, Zalando SE",
        source="https://github.com/zalandoresearch/fashion-mnist",
    ),
    "mnist": Product(
        title="MNIST",
        licence="CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
        source="http://yann.lecun.com/exdb/mnist",
    ),
    "kmnist": Product(
        title="Kuzushiji-MNIST",
        licence="CC BY-SA 4.0, ROIS-DS Center for Open Data in the Humanities",
        source="http://codh.rois.ac.jp/kmnist",
    ),
    "emnist": Product(
        title="EMNIST",
        licence=_UNKNOWN,
        source="https://www.nist.gov/itl/products-and-services/emnist-dataset",
    ),
    "qmnist": Product(
        title="QMNIST",
        licence="BSD 3-Clause, Facebook",
        source="https://github.com/facebookresearch/qmnist",
    ),
    "digits": Product(
        title="Handwritten digits of 8 x 8 pixels",
        licence="CC BY 4.0, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository",
        source="https://archive.ics.uci.edu/dataset/80",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """A dataset as it lies on disk.

    Attributes:
        layout: one of ``ilsvrc2012``, ``coco2017``, ``idx``, ``folder``.
        path: directory, archive or file of the images.
        labels: file of labels or annotations; None where the layout needs none, or there is none.
        count: how many images there are.
        whole: False: it is the beginning of something larger.
        split: ``train``, ``val`` or ``test``; empty where nothing tells.
        digest: ``sha256:...`` of the content, as far as detection looks at it.
        product_facts: of a product that ``PRODUCTS`` does not know.
    """

    layout: str
    product: str
    path: Path
    count: int
    digest: str
    version: str = ""
    labels: Path | None = None
    labelled: bool = True
    vocabulary: str = ""
    task: str = CLASSIFICATION
    whole: bool = True
    split: str = ""
    tags: frozenset[str] = field(default=frozenset())
    product_facts: Product | None = None
    problem: str = ""


def describe(found: Found) -> Installation:
    """Of one product what is labelled, whole and not for training is preferred."""
    product = found.product_facts or PRODUCTS.get(found.product)
    return Installation(
        name=_name(found, product),
        product=found.product,
        version=found.version,
        path=found.path,
        tags=_tags(found),
        environment=_environment(found, product),
        plugin=PLUGIN,
        priority=-(not found.whole) - 5 * (not found.labelled) - 10 * (found.split == "train"),
        digest=found.digest,
        soft=f"dataset.{found.product}" if found.product in PRODUCTS else "dataset.folder",
        problem=found.problem,
    )


def _name(found: Found, product: Product | None) -> str:
    title = product.title if product else found.product
    kind = f" ({found.split})" if found.split else ""
    unlabelled = "" if found.labelled else ", no labels"
    return f"{title}{kind}, {found.count:,} images{unlabelled}"


def _tags(found: Found) -> frozenset[str]:
    own = {
        "dataset",
        found.task,
        found.product,
        found.layout,
        f"images-{found.count}",
        "whole" if found.whole else "part",
        "labelled" if found.labelled else "unlabelled",
        *([f"split-{found.split}"] if found.split else []),
        *([f"vocabulary-{found.vocabulary}"] if found.vocabulary and found.labelled else []),
    }
    return found.tags | own | Version(found.version).tags


def _environment(found: Found, product: Product | None) -> dict[str, str]:
    return {
        "CKP_DATASET_LAYOUT": found.layout,
        "CKP_DATASET_PATH": str(found.path),
        "CKP_DATASET_LABELS": str(found.labels or ""),
        "CKP_DATASET_VOCABULARY": found.vocabulary,
        "CKP_DATASET_NAME": found.product,
        "CKP_DATASET_IMAGES": str(found.count),
        "CKP_DATASET_DIGEST": found.digest,
        "CKP_DATASET_LICENCE": product.licence if product else _UNKNOWN,
        "CKP_DATASET_SOURCE": product.source if product else "",
    }


def digest_of_names(path: Path, names: Sequence[str], *files: Path | None) -> str:
    """Of all images' names, of the sizes of some of them, and of the content of other files.

    To ask for 50,000 sizes takes half a minute where the disk is another machine's.
    """
    digest = sha256("\n".join(names).encode(errors="surrogateescape"))
    for name in names[:: len(names) // _MOST_SIZES + 1]:
        digest.update(f"{_size(path, name)}\n".encode())
    for file in filter(None, files):
        digest.update(content_digest(file).encode())
    return f"sha256:{digest.hexdigest()}"


def content_digest(path: Path) -> str:
    """Of a file's content; of a very large one of its size and of parts of it; empty: no file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        with os.fdopen(descriptor, "rb") as stream:
            told = os.fstat(descriptor)
            return _digest(stream, told.st_size) if stat.S_ISREG(told.st_mode) else ""
    except OSError:
        return ""


def _digest(stream: BinaryIO, size: int) -> str:
    digest = sha256()
    if size <= _LARGEST_HASHED:
        while block := stream.read(_PART):
            digest.update(block)
        return digest.hexdigest()
    digest.update(f"{size}\n".encode())
    for number in range(_PARTS):
        stream.seek((size - _PART) * number // (_PARTS - 1))  # the first and the last as well
        digest.update(stream.read(_PART))
    return f"{size} bytes, {digest.hexdigest()}"


def plain_name(text: str) -> str:
    """A directory's name as a tag: ``Imagenette2-320`` is ``imagenette2-320``."""
    return re.sub(r"[^a-z0-9._+]+", "-", text.lower()).strip("-._") or "images"


def _size(path: Path, name: str) -> int:
    try:
        return os.lstat(f"{path}/{name}").st_size  # no Path for each of 50,000
    except OSError:
        return -1
