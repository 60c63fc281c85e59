"""An image becomes as large as a model takes it.

``central-crop`` is what torchvision's ``Resize`` and ``CenterCrop`` do, to the pixel: the shorter
side becomes the model's divided by the crop fraction, and the middle is cut out.
"""

from __future__ import annotations

from PIL import Image

from prepared_images.pixels import UnusableError
from prepared_images.settings import Geometry

_METHODS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
_MOST_PIXELS = 64 << 20

Placed = tuple[float, float, float, float]
"""Left, top, width and height of the whole original in the result's pixels; it may lie outside."""


def shaped(image: Image.Image, to: Geometry) -> tuple[Image.Image, Placed]:
    """Raises UnusableError where the image cannot be made so."""
    if to.kind == "none":
        return _as_it_is(image, to)
    if to.kind == "stretch":
        return _resized(image, to.width, to.height, to), (0, 0, to.width, to.height)
    return _cropped(image, to) if to.kind == "central-crop" else _letterboxed(image, to)


def _as_it_is(image: Image.Image, to: Geometry) -> tuple[Image.Image, Placed]:
    if image.size != (to.width, to.height):
        found = f"is {image.width} x {image.height} pixels"
        raise UnusableError(f"{found}, the model takes {to.width} x {to.height} unchanged")
    return image, (0, 0, to.width, to.height)


def _cropped(image: Image.Image, to: Geometry) -> tuple[Image.Image, Placed]:
    width, height = _covering(image, to)
    scaled = _resized(image, width, height, to)
    left, top = round((width - to.width) / 2), round((height - to.height) / 2)
    cut = scaled.crop((left, top, left + to.width, top + to.height))
    return cut, (-left, -top, width, height)


def _covering(image: Image.Image, to: Geometry) -> tuple[int, int]:
    """The smallest size of the same shape that covers the model's, divided by the fraction."""
    width, height = int(to.width / to.crop_fraction), int(to.height / to.crop_fraction)
    if image.width * height <= image.height * width:
        return width, int(width * image.height / image.width)
    return int(height * image.width / image.height), height


def _letterboxed(image: Image.Image, to: Geometry) -> tuple[Image.Image, Placed]:
    scale = min(to.width / image.width, to.height / image.height)
    width = min(to.width, max(1, round(image.width * scale)))
    height = min(to.height, max(1, round(image.height * scale)))
    left, top = (to.width - width) // 2, (to.height - height) // 2
    fill = to.fill if to.channels == 1 else (to.fill,) * to.channels
    result = Image.new(image.mode, (to.width, to.height), fill)
    result.paste(_resized(image, width, height, to), (left, top))
    return result, (left, top, width, height)


def _resized(image: Image.Image, width: int, height: int, to: Geometry) -> Image.Image:
    if width * height > _MOST_PIXELS:
        raise UnusableError(f"is too long for its width ({image.width} x {image.height} pixels)")
    return image.resize((width, height), _METHODS[to.method])
