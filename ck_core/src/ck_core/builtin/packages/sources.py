"""Getting the source files of a package into a directory."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ck_core.builtin.packages.order import Order
from ck_core.builtin.packages.tools import run_step
from ck_core.domain.pin import Pin
from ck_core.domain.recipe import (
    Archive,
    GitCommit,
    NpmPackage,
    OwnFiles,
    SourceDistribution,
    SourceRecipe,
)
from ck_core.errors import BadComponentError
from ck_core.system.archives import unpack_source
from ck_core.system.downloads import download, find_source_distribution
from ck_core.system.files import storage_errors
from ck_core.system.git import clone, without_credentials
from ck_core.system.home import cache_directory
from ck_core.system.npm import npm_command, npm_environment
from ck_core.system.pip import pip_settings
from ck_core.system.trees import copy_tree


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Source files in ``directory``; ``origin`` and ``digest`` say which."""

    directory: Path
    origin: str
    digest: str


def get_sources(recipe: SourceRecipe, order: Order, directory: Path) -> Sources:
    """Into ``directory``, which is not there yet.

    Raises:
        InstallError, StorageError: they cannot be had.
        BadComponentError: the archive, or the directory the recipe names, is not what it should.
    """
    match recipe.source:
        case Archive() as archive:
            origin, digest = _from_archive(archive, order, directory)
        case GitCommit() as commit:
            origin, digest = _from_git(commit, order, directory)
        case SourceDistribution() as sdist:
            origin, digest = _from_sdist(sdist, order, directory)
        case NpmPackage() as npm:
            origin, digest = _from_npm(npm, order, directory)
        case OwnFiles() as files:
            origin, digest = _from_component(files, order, directory)
    start = _start(directory, recipe.directory, order)
    return Sources(directory=start, origin=origin, digest=digest)


def _from_archive(archive: Archive, order: Order, directory: Path) -> tuple[str, str]:
    _unpack(archive.locations, archive.sha256, order, directory)
    return without_credentials(archive.locations[0]), f"sha256:{archive.sha256}"


def _from_sdist(sdist: SourceDistribution, order: Order, directory: Path) -> tuple[str, str]:
    places = _kept(sdist.sha256)
    if not places:
        order.request.progress("asking pip's index", 0, 0)
        places = find_source_distribution(sdist.project, sdist.version, pip_settings())
    _unpack(places, sdist.sha256, order, directory)
    return f"PyPI {sdist.project} {sdist.version}", f"sha256:{sdist.sha256}"


def _from_npm(npm: NpmPackage, order: Order, directory: Path) -> tuple[str, str]:
    """By npm's own client, whose settings say where to fetch from; nothing of the package runs."""
    name, place = f"{npm.package}@{npm.version}", directory.with_name("npm")
    with storage_errors("create", place):
        place.mkdir()
    order.request.progress(f"npm fetches {name}", 0, 0)
    command, environment = (
        npm_command("pack", "--silent", "--ignore-scripts", "--prefer-offline", name),
        npm_environment(),
    )
    run_step(f"fetch {name}", command, order, directory=place, environment=environment)
    tarballs = [str(one) for one in place.glob("*.tgz")] or [str(place / "nothing.tgz")]
    _unpack(tuple(tarballs), npm.sha256, order, directory)
    return f"npm {name}", f"sha256:{npm.sha256}"


def _kept(digest: str) -> tuple[str, ...]:
    """What was downloaded once needs no index; ``download`` looks whether it is whole."""
    file = _downloads() / digest / "content"
    return (str(file),) if file.is_file() else ()


def _downloads() -> Path:
    return cache_directory() / "downloads"


def _unpack(locations: tuple[str, ...], digest: str, order: Order, directory: Path) -> None:
    file = download(locations, digest, _downloads(), order.request.progress)
    order.request.progress("unpacking", 0, 0)
    with storage_errors("create", directory):
        directory.mkdir(parents=True)
    unpack_source(file, directory)


def _from_git(source: GitCommit, order: Order, directory: Path) -> tuple[str, str]:
    order.request.progress("cloning", 0, 0)
    clone(source.url, directory, Pin(commit=source.commit))
    with storage_errors("remove", directory / ".git"):
        shutil.rmtree(directory / ".git")  # may hold credentials, and nothing that is built
    shown = without_credentials(source.url)
    return f"{shown} at {source.commit[:12]}", f"git:{source.commit}"


def _from_component(files: OwnFiles, order: Order, directory: Path) -> tuple[str, str]:
    """A copy: builds never write to a component."""
    component = order.package.component
    place = component.path / files.directory
    if not place.is_dir():
        raise _no_directory(files.directory, order)
    with storage_errors("create", directory):
        directory.mkdir(parents=True)
    copy_tree(place, directory)
    shutil.rmtree(directory / ".cm", ignore_errors=True)
    return component.full_cid, _digest_of(directory)


def _digest_of(directory: Path) -> str:
    digest = sha256()
    with storage_errors("read", directory):
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(directory)}\0{content}\n".encode(errors="replace"))
    return f"sha256:{digest.hexdigest()}"


def _start(top: Path, named: str, order: Order) -> Path:
    """Where the build starts; what an archive of strangers links to elsewhere is not."""
    if not named:
        entries = list(top.iterdir())
        alone = len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink()
        return entries[0] if alone else top
    start = top / named
    if not start.is_dir() or not start.resolve().is_relative_to(top.resolve()):
        raise _no_directory(named, order, top)
    return start


def _no_directory(named: str, order: Order, top: Path | None = None) -> BadComponentError:
    there = ", ".join(sorted(path.name for path in top.iterdir())[:8]) if top else ""
    file = order.package.component.meta_file
    return BadComponentError(
        f"package:{order.package.name}: its source has no directory {named!r}",
        hint=f"correct it in {file}" + (f"; there are {there}" if there else ""),
    )
