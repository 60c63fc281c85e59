"""One package becomes one installation, in a directory of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import refusal
from ck_core.errors import CkpError, InstallError
from ck_core.stages.component_paths import path_variables
from ck_core.stages.looking import look
from ck_core.system.files import storage_errors
from ck_core.system.locks import BUSY_NAME, locked, wait_until_idle
from ck_core.system.trees import remove_entry, remove_older

_LOGS_KEPT_S = 30 * 24 * 3600.0
_LONGEST_PART = 60


def install_package(
    package: Package,
    made_with: Mapping[str, Installation],
    context: Context,
    *,
    allowed_system: bool = False,
) -> Installation:
    """Once, however many ask for it at a time; what an interrupted one left is begun anew.

    Raises:
        InstallError: it failed; nothing is registered, the log is named.
    """
    place = context.tools_directory / _directory_name(package, made_with, context)
    with storage_errors("create", place):
        place.mkdir(parents=True, exist_ok=True)
    with locked(place):
        installed = context.environments.kept_in(place)
        if installed is None or not installed.path.exists():
            request = _request(package, made_with, place, context, allowed_system=allowed_system)
            installed = _install_new(request, package, context)
        context.environments.register(installed)
    return installed


def _install_new(request: InstallRequest, package: Package, context: Context) -> Installation:
    place = _asserted(request.directory)
    _let_others_end(place / BUSY_NAME, context)
    _empty(place)
    try:
        with context.reporter.progress(f"installing {_what(package)}") as progress:
            bare = _claimed(replace(request, progress=progress), package, context)
        _check_place(place, package)
        (place / BUSY_NAME).unlink(missing_ok=True)
        installed = _described(bare, request, package, context)
        context.environments.keep_in(place, installed)
    except BaseException:
        with suppress(CkpError):  # what went wrong first is what the user has to know
            _empty(place)
        raise
    context.reporter.note(f"installed {installed.name} ({installed.origin})")
    return installed


def _what(package: Package) -> str:
    return f"{package.label} {package.variation}".strip()


def _check_place(place: Path, package: Package) -> None:
    if place.is_symlink() or not place.is_dir():
        raise InstallError(
            f"what installs {package.title} has taken {place} away",
            hint=f"correct {package.component.meta_file}",
        )


def _let_others_end(busy: Path, context: Context) -> None:
    """Tools that a killed ckp has left running would write into the new installation."""
    if busy.exists():
        with context.reporter.step(f"waiting for tools of an interrupted install in {busy.parent}"):
            wait_until_idle(busy)


def _claimed(request: InstallRequest, package: Package, context: Context) -> Installation:
    log = _asserted(request.log)
    try:
        bare = context.plugins.claim("install", request=request)
    except CkpError as error:
        error.hint = f"{error.hint}; the log is {log}".removeprefix("; ")
        raise
    if not isinstance(bare, Installation):
        raise InstallError(
            f"no plugin installs {package.title} the way it asks for",
            hint=f"ckp plugins lists who installs; its recipe is in {package.component.meta_file}",
        )
    return bare


def _described(
    bare: Installation, request: InstallRequest, package: Package, context: Context
) -> Installation:
    """As whoever detects such a thing describes it, where the installer left that open."""
    whole = bare if bare.path != request.directory else _found(bare, request, package, context)
    if package.version and whole.version != package.version:
        raise InstallError(
            f"{package.title} says it installs {package.version}, but what came is {whole.version}",
            hint=f"correct {package.component.meta_file}; the log is {request.log}",
        )
    own = replace(
        bare,
        dependencies={key: one.uid for key, one in request.dependencies.items()},
        directory=request.directory,
        package=package.component.uid,
        package_alias=package.component.alias,
        package_variation=package.variation,
        soft=package.soft,
    )
    return own.described_by(whole, package.tags)


def _found(
    bare: Installation, request: InstallRequest, package: Package, context: Context
) -> Installation:
    """What is in the directory; what a system's package manager brought lies elsewhere."""
    place, platform = _asserted(request.directory), context.platform
    need = Requirement(key=package.name, tags=_soft_tags(package, context))
    found = [one for one in look(need, context, (place,)) if not refusal(need, one, platform)]
    if any(place.iterdir()):
        found = [one for one in found if one.path.is_relative_to(place)]
    if not found and not package.soft:
        return replace(bare, tags=package.tags)
    if not found:
        raise InstallError(
            f"{package.title} was installed, but soft:{package.soft} does not find it",
            hint=f"compare {package.component.meta_file} with that soft; the log is {request.log}",
        )
    return found[0]


def _soft_tags(package: Package, context: Context) -> frozenset[str]:
    if not package.soft:
        return package.component.tags
    return context.store.get(Cid("soft", package.soft)).tags


def _request(
    package: Package,
    made_with: Mapping[str, Installation],
    place: Path,
    context: Context,
    *,
    allowed_system: bool,
) -> InstallRequest:
    paths = path_variables(package.components, context)
    return InstallRequest(
        requirement=Requirement(key=package.name, tags=package.tags),
        platform=context.platform,
        root=context.tools_directory,
        package=replace(package, environment={**package.environment, **paths}),
        directory=place,
        dependencies=made_with,
        log=_new_log(package.name, context.logs_directory),
        allowed_system=allowed_system,
    )


def _directory_name(
    package: Package, made_with: Mapping[str, Installation], context: Context
) -> str:
    """Says what is in it; another recipe, compiler or target gives another directory."""
    facts = [
        package.component.uid,
        json.dumps(package.component.values, sort_keys=True),
        sorted((key, one.uid) for key, one in made_with.items()),
        str(context.platform.target),
    ]
    identity = sha256(json.dumps(facts).encode()).hexdigest()[:8]
    return f"{_plain(package.product)}-{_plain(package.version) or 'any'}-{identity}"


def _plain(text: str) -> str:
    """For makefiles and scripts, which take paths apart at spaces and other characters."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", text)[:_LONGEST_PART]


def _new_log(name: str, directory: Path) -> Path:
    remove_older(directory, _LOGS_KEPT_S)
    log = directory / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}-{os.urandom(2).hex()}.log"
    with storage_errors("create", log):
        directory.mkdir(parents=True, exist_ok=True)
        log.touch()
    return log


def _empty(directory: Path) -> None:
    """What a link leads to is not ours, whoever has put the link there."""
    if directory.is_symlink():
        raise InstallError(
            f"{directory} is a link, and ckp empties only its own directories",
            hint=f"remove the link: rm {shlex.quote(str(directory))}",
        )
    with storage_errors("empty", directory):
        for path in directory.iterdir():
            remove_entry(path)


def _asserted(path: Path | None) -> Path:
    assert path is not None  # noqa: S101  # _request gives both
    return path
