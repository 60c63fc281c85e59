"""Real and fake compilers, and build requests for the compilers' tests."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path

import pytest

from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.testing.executables import printing, write_executable
from ck_core.testing.samples import LINUX, requirement

Detect = Callable[..., Sequence[Installation]]


def detected(detect: Detect, *tags: str, places: Sequence[Path] = ()) -> Sequence[Installation]:
    """What a hook answers; it names only the arguments it takes, as ckp lets it."""
    given = {"requirement": requirement(*tags), "platform": LINUX, "softs": (), "places": places}
    return detect(**{name: given[name] for name in signature(detect).parameters})


def find(detect: Detect, tags: Sequence[str], version: str) -> Installation:
    """An installation of this machine; the test is skipped where there is none."""
    for installation in detected(detect, *tags):
        target = installation.target or "linux"
        if (
            "linux" in target
            and installation.version.startswith(version)
            and "for" not in installation.name
        ):
            return installation
    pytest.skip(f"no compiler with {','.join(tags)} of version {version} on this machine")


def write_fake(place: Path, name: str, banner: str, *, machine: str = "", status: int = 0) -> Path:
    """A compiler that only says who it is and what it compiles for."""
    asked = f'if [ "$1" = -dumpmachine ]; then echo {shlex.quote(machine)}; exit; fi\n'
    return write_executable(place, name, asked + printing(banner, status=status))


def request_for(
    compiler: Installation, tmp_path: Path, sources: dict[str, str], **options: object
) -> BuildRequest:
    """A request to build these sources, which are written to a component's directory."""
    root, directory = tmp_path / "component", tmp_path / "build"
    for name, text in sources.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    directory.mkdir(exist_ok=True)
    values: dict[str, object] = {
        "compiler": compiler,
        "compiler_variable": "CK_CC",
        "source_root": root,
        "sources": tuple(Path(name) for name in sources if not name.endswith(".h")),
        "directory": directory,
        "target_file": "a",
    }
    return BuildRequest(**{**values, **options})  # type: ignore[arg-type]  # options are its fields


def built(result: BuildResult | None) -> Path:
    assert result is not None
    assert result.artifact is not None, result.error
    assert result.size_bytes == result.artifact.stat().st_size
    return result.artifact
