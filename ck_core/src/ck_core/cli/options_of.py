"""Command-line values become the pipeline's options."""

from __future__ import annotations

from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.options import BuildOptions
from ck_core.errors import UsageError


def build_options_of(
    cid: Cid,
    *,
    compiler: str,
    speed: bool,
    size: bool,
    flags: tuple[tuple[str, ...], ...],
    rebuild: bool,
) -> BuildOptions:
    """Raises UsageError where the choices exclude each other."""
    if speed and size:
        raise UsageError("--speed and --size exclude each other", hint="give one of them")
    own_only = flags and not speed
    level = Level.SIZE if size else Level.DEFAULT if own_only else Level.SPEED
    return BuildOptions(
        program=cid,
        compiler=compiler,
        level=level,
        flags=tuple(word for words in flags for word in words),
        rebuild=rebuild,
    )
