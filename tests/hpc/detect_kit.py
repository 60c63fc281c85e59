"""A PATH of fakes alone, and what clusters' tools have really printed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import ck_plugins_hpc.detect.plugin
from ck_core.domain.installation import Installation
from ck_core.testing.executables import write_executable
from ck_core.testing.samples import LINUX, requirement

OF_THE_FAKES = ("bash", "cat", "env", "sleep", "touch")
SESSION = ("MODULEPATH", "LMOD_CMD", "MODULES_CMD", "MODULESHOME", "SPACK_ROOT", "SLURM_CONF")


def only_path(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of this machine is found; of a session on a cluster nothing is set."""
    place.mkdir(exist_ok=True)
    for name in OF_THE_FAKES:
        (place / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(place))
    for name in ("CKP_SOFT_DIRS", "CKP_COMPILER_DIRS"):
        monkeypatch.setenv(name, "")
    for name in SESSION:
        monkeypatch.delenv(name, raising=False)
    return place


def detected(*tags: str) -> Sequence[Installation]:
    return ck_plugins_hpc.detect.plugin.detect(requirement(*tags), LINUX, (), ())


def the_one(*tags: str) -> Installation:
    (found,) = detected(*tags)
    return found


def fake(place: Path, name: str, answers: dict[str, str], otherwise: str = "exit 1") -> Path:
    """A tool that answers to its whole command line, by shell patterns."""
    cases = "\n".join(f"'{asked}') {answer};;" for asked, answer in answers.items())
    return write_executable(place, name, f'case "$*" in\n{cases}\n*) {otherwise};;\nesac')


def telling(text: str) -> str:
    """A shell's words that print a text."""
    return "cat <<'END'\n" + text.rstrip("\n") + "\nEND\n"


def told_json(found: Installation, variable: str) -> Any:
    return json.loads(found.environment[variable])
