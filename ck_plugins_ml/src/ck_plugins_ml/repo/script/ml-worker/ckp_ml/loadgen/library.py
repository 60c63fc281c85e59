"""The samples: images that are in memory in the form that the model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ckp_ml.adapter import Options, Session
from ckp_ml.images import Images
from ckp_ml.tensors import to_input

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Library:
    """LoadGen says by number which images it wants loaded, before it begins to measure."""

    def __init__(self, images: Images, session: Session, options: Options) -> None:
        self._images, self._session, self._options = images, session, options
        self._loaded: dict[int, NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self._images)

    def load(self, numbers: list[int]) -> None:
        for number in numbers:
            pixels = self._images.pixels(number, 1)
            self._loaded[number] = to_input(
                pixels, 1, self._options.model.input, self._session.input
            )[0]

    def unload(self, numbers: list[int]) -> None:
        for number in numbers:
            self._loaded.pop(number, None)

    def batch(self, numbers: list[int]) -> NDArray[Any]:
        """As many as the model takes at a time; what is missing is the last one again."""
        missing = self._options.batch - len(numbers)
        return np.stack([self._loaded[one] for one in [*numbers, *numbers[-1:] * missing]])
