"""Command-line values become the pipeline's options."""

from __future__ import annotations

from typing import Any

from ck_core.domain.build import chosen_level
from ck_core.domain.cid import Cid
from ck_core.domain.options import BuildOptions, RunOptions
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
    words = tuple(word for one in flags for word in one)
    return BuildOptions(
        program=cid,
        compiler=compiler,
        level=chosen_level(speed=speed, size=size, flags=words),
        flags=words,
        rebuild=rebuild,
    )


def run_options_of(
    cid: Cid,
    *,
    cmd_key: str,
    dataset: str,
    env: tuple[tuple[str, str], ...],
    repeat: int,
    warmup: int,
    timeout: float,
    launcher: str,
    record_reference: bool,
    **build: Any,
) -> RunOptions:
    """``build`` is what ``build_options_of`` takes."""
    return RunOptions(
        build=build_options_of(cid, **build),
        command_key=cmd_key,
        dataset=dataset,
        environment=dict(env),
        repetitions=repeat,
        warmups=warmup,
        timeout_s=timeout,
        launcher=launcher,
        record_reference=record_reference,
    )
