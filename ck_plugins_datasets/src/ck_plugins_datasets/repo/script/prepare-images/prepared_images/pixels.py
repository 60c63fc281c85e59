"""A file's bytes become an image of grey or of red, green and blue, 8 bits each."""

from __future__ import annotations

import io
import sys
import warnings

from PIL import Image, ImageFile, ImageOps

from prepared_images.listing import Bytes

FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "GIF", "PPM", "TIFF")
"""What is opened; Pillow knows formats that other programs are started for."""
LARGEST_FILE = 256 << 20
_MODES = {1: "L", 3: "RGB"}


class UnusableError(Exception):
    """Why one image is left out."""


def open_image(data: bytes, place: Bytes, *, upright: bool) -> Image.Image:
    """With all its pixels read.

    Raises:
        UnusableError, OSError and whatever Pillow raises for damaged files.
    """
    if place.raw:
        image = Image.frombytes("L", place.raw, data)
        return image.transpose(Image.Transpose.TRANSPOSE) if place.turned else image
    # Twice the limit is an error to Pillow, once is a warning: both are too many for us.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    image.load()
    return ImageOps.exif_transpose(image) or image if upright else image


def converted(image: Image.Image, channels: int) -> Image.Image:
    """To 1 (grey) or 3 channels; CMYK as printers' files mean it, transparency is dropped."""
    mode = _MODES[channels]
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    if image.mode == "F":
        raise UnusableError("has floating-point pixels, whose range nobody tells")
    return image if image.mode == mode else image.convert(mode)


def _eight_bits(image: Image.Image) -> Image.Image:
    """The upper byte of 16 bits; Pillow itself would make white of everything above 255."""
    step = 4 if image.mode == "I" else 2
    is_big = image.mode.endswith("B") or (image.mode == "I" and sys.byteorder == "big")
    if step == 4:
        low, high = image.getextrema()
        if not 0 <= low <= high < 1 << 16:  # type: ignore[operator]  # of one band these are numbers
            raise UnusableError("has 32-bit pixels that are no 16-bit ones")
    upper = step - 2 if is_big else 1
    return Image.frombytes("L", image.size, image.tobytes()[upper::step])
