"""The prepared images: ``prepared/prepared.json`` and ``prepared/images.bin``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ckp_ml.failure import Failure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ckp_ml.model import Model

PREPARED = Path("prepared")
_AGAIN = "remove the cache folder of ckp and run again: they are prepared anew"


@dataclass(frozen=True)
class Images:
    """``shape`` is of one: (height, width, channels); 8 bits each, in ``file``.

    Attributes:
        sizes: width and height of each original.
        placed: left, top, width and height of the whole original in the prepared image's pixels.
    """

    file: Path
    shape: tuple[int, ...]
    ids: tuple[str, ...]
    labels: tuple[int | None, ...]
    vocabulary: str
    sizes: tuple[tuple[int, int], ...] = ()
    placed: tuple[tuple[float, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def pixels(self, start: int, count: int) -> NDArray[np.uint8]:
        """Of ``count`` images from ``start`` on, or as many as there are.

        Read, not mapped: a mapped file would count as the framework's peak memory.
        """
        size = int(np.prod(self.shape))
        wanted = min(count, len(self) - start) * size
        values = np.fromfile(self.file, dtype=np.uint8, count=wanted, offset=start * size)
        return values.reshape(-1, *self.shape)


def read_images(model: Model, count: int, directory: Path = PREPARED) -> Images:
    """The first ``count`` (0: all).

    Raises:
        Failure: there are none, they are damaged, or the model takes other ones.
    """
    values = _described(directory / "prepared.json")
    shape = tuple(int(values[name]) for name in ("count", "height", "width", "channels"))
    _check(shape, _vocabulary(values), model)
    file = directory / "images.bin"
    _check_size(file, shape)
    kept = min(count, shape[0]) if count else shape[0]
    return Images(
        file=file,
        shape=shape[1:],
        ids=tuple(values["ids"][:kept]),
        labels=tuple(values["labels"][:kept]),
        vocabulary=_vocabulary(values),
        sizes=tuple((one[0], one[1]) for one in values.get("sizes", ())[:kept]),
        placed=tuple(map(tuple, values.get("placed", ())[:kept])),
    )


def _vocabulary(values: Any) -> str:
    """What labels mean; empty where there are none: then any model fits."""
    is_labelled = any(one is not None for one in values["labels"])
    return str(values.get("vocabulary", "")) if is_labelled else ""


def _described(file: Path) -> Any:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"there are no prepared images: {error}", _AGAIN) from None
    if not values.get("count"):
        raise Failure("not one image could be prepared", "ckp ls dataset lists the datasets")
    if not values["count"] == len(values["ids"]) == len(values["labels"]):
        raise Failure(f"{file} has not one name and one label for each image", _AGAIN)
    return values


def _check(shape: tuple[int, ...], vocabulary: str, model: Model) -> None:
    wanted, here = model.input, shape[1:]
    if here != (wanted.height, wanted.width, wanted.channels):
        raise Failure(
            f"the images are {_sides(*here)}, model {model.name} takes "
            f"{_sides(wanted.height, wanted.width, wanted.channels)}",
            "take a dataset that fits: --dataset",
        )
    own = model.labels.vocabulary
    if vocabulary and own and vocabulary != own:
        raise Failure(
            f"model {model.name} answers in the classes of {own}, the images are labelled in "
            f"those of {vocabulary}",
            "take a model or a dataset that fits: --model, --dataset",
        )


def _sides(height: int, width: int, channels: int) -> str:
    return f"{height}x{width} with {channels} channel{'' if channels == 1 else 's'}"


def _check_size(file: Path, shape: tuple[int, ...]) -> None:
    size, wanted = file.stat().st_size if file.exists() else 0, int(np.prod(shape))
    if size != wanted:
        raise Failure(f"{file} has {size} bytes, not the {wanted} of its images", _AGAIN)
