"""What is converted, and into what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ckp_convert.network import META, Network, read_network, write_meta
from ckp_convert.refusal import Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

PREPARED = Path("prepared")


@dataclass(frozen=True)
class Job:
    """Attributes:
    source: the network's directory, or the file of a model.
    precision: ``fp32``, ``fp16`` or ``int8``.
    variant: of a network that is made: ``w8``, ``lite0``.
    """

    source: Path
    directory: Path
    precision: str
    variant: str = ""

    @cached_property
    def network(self) -> Network:
        return read_network(self.source)

    def only(self, *precisions: str) -> None:
        """Raises Refusal for others."""
        if self.precision not in precisions:
            raise Refusal(f"there is no {self.precision} here, only {', '.join(precisions)}")

    def describe(self, meta: Any, **changes: Any) -> None:
        """Its model.json: that of what it was made from, with the changes."""
        write_meta(self.directory, {**meta, "precision": self.precision, **changes})

    def source_meta(self) -> Any:
        """Of a model that is converted; raises Refusal where it is of no use."""
        file = self.source.parent / META
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Refusal(f"{file} cannot be read: {error}") from None
        if not isinstance(values, dict) or not isinstance(values.get("input"), dict):
            raise Refusal(f"{file} has no object 'input': docs/ml.md says what belongs there")
        return values

    def calibration(self, meta: Any) -> NDArray[np.float32]:
        """Images as the model takes them, NHWC; raises Refusal where there are none."""
        try:
            told = json.loads((PREPARED / "prepared.json").read_text(encoding="utf-8"))
            shape = [told[name] for name in ("count", "height", "width", "channels")]
            pixels = np.fromfile(PREPARED / "images.bin", np.uint8).reshape(shape)
        except (OSError, ValueError, KeyError) as error:
            raise Refusal(
                f"8 bits take images to calibrate with, and there are none: {error}"
            ) from None
        given = meta["input"]
        mean = np.array(given.get("mean", 0.0), np.float32)
        scale = np.array(given.get("scale", 1.0), np.float32)
        return (pixels.astype(np.float32) - mean) * scale
