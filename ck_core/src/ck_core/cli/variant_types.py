"""Several values in one word of the command line: what ``ckp benchmark`` varies."""

from __future__ import annotations

from typing import Any

import click

from ck_core.domain.variation_text import parse_flag_sets, parse_precision, split_values


class ValuesType(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.5
    """``a,b``; a comma that is meant is written ``\\,``."""

    name = "values"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[str, ...]:
        return value if isinstance(value, tuple) else split_values(str(value))


class FlagSetsType(click.ParamType):  # type: ignore[type-arg]  # as above
    """``-O2;-O3 -march=native``: sets of flags, each quoted as for a shell."""

    name = "flags"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[tuple[str, ...], ...]:
        return value if isinstance(value, tuple) else parse_flag_sets(str(value))


class PrecisionType(click.ParamType):  # type: ignore[type-arg]  # as above
    """``1%`` or ``0.01``."""

    name = "precision"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> float:
        return value if isinstance(value, float) else parse_precision(str(value))


class CountsType(click.ParamType):  # type: ignore[type-arg]  # as above
    """``1,2,4``: whole numbers from 1 on, each once."""

    name = "counts"
    _MOST = 1 << 20

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        words = [one.strip() for one in str(value).split(",")]
        for one in words:
            if not (one.isascii() and one.isdigit() and 0 < int(one) <= self._MOST):
                self.fail(f"{one!r:.40} is no whole number from 1 to {self._MOST}.", param, ctx)
        return tuple(dict.fromkeys(map(int, words)))
