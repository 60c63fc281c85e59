"""Specifications to images, by the extra ``plots``; nothing is read from anywhere else."""

from __future__ import annotations

from ck_core.publishing.charts import theme
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.png import compress_well
from ck_core.system.extras import extra

_SHARPNESS = 2.0


def as_png(picture: Specification, sharpness: float = _SHARPNESS) -> bytes:
    """``sharpness`` pixels for each of the specification's, on light ground."""
    with extra("plots", "a picture"):
        from vl_convert import vegalite_to_png  # noqa: PLC0415  # the extra

    image = vegalite_to_png(_themed(picture), scale=sharpness, allowed_base_urls=[])
    return compress_well(image)


def as_svg(picture: Specification) -> bytes:
    with extra("plots", "a picture"):
        from vl_convert import vegalite_to_svg  # noqa: PLC0415  # the extra

    return vegalite_to_svg(_themed(picture), allowed_base_urls=[]).encode("utf-8")


def _themed(picture: Specification) -> Specification:
    return {**picture, "config": theme.config(theme.LIGHT)}
