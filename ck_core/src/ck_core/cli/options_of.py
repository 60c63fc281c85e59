"""Command-line values become the pipeline's options."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ck_core.cli.console import ConsoleReporter
from ck_core.cli.launcher_options import Given, launcher_of, told_once
from ck_core.context import Context
from ck_core.domain.build import chosen_level
from ck_core.domain.cid import Cid
from ck_core.domain.lock import Lock, lock_file_name
from ck_core.domain.merging import split_tags
from ck_core.domain.options import BuildOptions, ResolvePolicy, RunOptions
from ck_core.domain.target import Target, parse_target_name
from ck_core.errors import UsageError

Pairs = Sequence[tuple[str, str]]


def context_of(*, target: str, quiet: bool, lock: Lock | None = None) -> Context:
    """A lock's target holds where none is named."""
    return Context(
        ConsoleReporter(quiet=quiet), target_of(target) or (lock.target if lock else None)
    )


def target_of(name: str) -> Target | None:
    """None is this machine; raises UsageError for a target that ckp does not know."""
    return parse_target_name(name) if name else None


def wishes_of(deps: Pairs) -> dict[str, str]:
    """Raises UsageError where one dependency is to be two things."""
    wishes = dict(deps)
    for key, what in deps:
        if "," in what:
            raise UsageError(
                f"{key} takes one value here, not '{what:.60}'",
                hint="ckp benchmark takes several, with commas",
            )
        if wishes[key] != what:
            raise UsageError(f"{key} is to be both {what} and {wishes[key]}", hint="name one")
    return wishes


def wished_tags_of(pairs: Pairs) -> dict[str, frozenset[str]]:
    """Of one key all count: ``--dep-tags.lib=static --dep-tags.lib=-debug``."""
    tags: dict[str, frozenset[str]] = {}
    for key, text in pairs:
        tags[key] = tags.get(key, frozenset()) | frozenset(split_tags(text))
    return tags


def lock_of(cid: Cid, lock_file: Path | None, *, locked: bool) -> Lock | None:
    """What the lock file holds; a file that is named counts without ``--locked`` as well."""
    if not locked and lock_file is None:
        return None
    from ck_core.store.lock_files import read_lock  # noqa: PLC0415  # only who has a lock pays

    return read_lock(lock_file or Path(lock_file_name(cid)))


def build_options_of(
    cid: Cid,
    *,
    deps: Pairs,
    dep_tags: Pairs,
    compiler: str,
    yes: bool,
    no_install: bool,
    locked: bool = False,
    lock_file: Path | None = None,
    speed: bool = False,
    size: bool = False,
    flags: tuple[tuple[str, ...], ...] = (),
    rebuild: bool = False,
    pgo: bool = False,
) -> BuildOptions:
    """Raises UsageError where the choices exclude each other."""
    if speed and size:
        raise UsageError("--speed and --size exclude each other", hint="give one of them")
    words = tuple(word for one in flags for word in one)
    lock = lock_of(cid, lock_file, locked=locked)
    return BuildOptions(
        program=cid,
        compiler=compiler,
        wishes=wishes_of(deps),
        wished_tags=wished_tags_of(dep_tags),
        policy=ResolvePolicy(installs=not no_install, allowed_system=yes, lock=lock),
        level=chosen_level(speed=speed, size=size, flags=words),
        flags=words,
        rebuild=rebuild,
        profiled=pgo,
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
    launcher: Given,
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
        launcher=launcher_of(launcher),
        launcher_options=told_once(launcher),
        record_reference=record_reference,
    )
