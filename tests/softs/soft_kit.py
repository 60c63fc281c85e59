"""Descriptions, and the things they describe: real libraries, tools that print recorded text."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ck_core.builtin import softs
from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.domain.soft import Soft
from ck_core.domain.soft_reading import parse_soft
from ck_core.domain.target import Platform, parse_target_name
from ck_core.testing.samples import LINUX, requirement

SOURCE = "int answer(void) { return 42; }\n"


def soft(alias: str, meta: dict[str, Any], path: Path = Path("/nowhere")) -> Soft:
    component = Component(
        repository="local", kind="soft", alias=alias, uid="0" * 16, path=path, values=meta
    )
    return parse_soft(component)


def library_soft(**changes: Any) -> Soft:
    """``lib.answer``, whose headers and version are told as the changes say."""
    meta: dict[str, Any] = {
        "tags": ["lib", "answer"],
        "auto_detect": "yes",
        "customize": {"env_prefix": "CK_ENV_LIB_ANSWER"},
        "detect": {"library": ["answer"]},
    }
    return soft("lib.answer", {**meta, **changes})


def tool_soft(**customize: Any) -> Soft:
    """CK's ``tool.probe``, with further keys of ``customize``."""
    keys: dict[str, Any] = {
        "env_prefix": "CK_ENV_TOOL_PROBE",
        "soft_file": {"linux": "probe"},
        "soft_version_cmd": {"linux": "--version > $#filename#$ 2>&1"},
    }
    meta = {"tags": ["tool", "probe"], "auto_detect": "yes", "customize": {**keys, **customize}}
    return soft("tool.probe", meta)


def found(
    one: Soft, *tags: str, platform: Platform = LINUX, places: Sequence[Path] = ()
) -> list[Installation]:
    need = requirement(*(tags or tuple(one.tags)))
    return list(softs.detect(need, platform, [one], places))


def cross(target: str) -> Platform:
    return replace(LINUX, target=parse_target_name(target))


def tool(name: str) -> str:
    """An executable of this machine; the test is skipped where it is missing."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"this machine has no {name}")
    return path


def make_static(directory: Path, name: str = "answer", triple: str = "") -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    source = directory / f"{name}.c"
    source.write_text(SOURCE, encoding="utf-8")
    target = source.with_suffix(".o")
    subprocess.run([tool(f"{triple}gcc"), "-c", source, "-o", target], check=True)
    library = directory / f"lib{name}.a"
    subprocess.run([tool(f"{triple}ar"), "cr", library, target], check=True)
    source.unlink()
    target.unlink()
    return library


def make_shared(directory: Path, name: str = "answer", version: str = "") -> Path:
    """With a version: ``libanswer.so`` leads to ``libanswer.so.1.2.3``, as systems have it."""
    directory.mkdir(parents=True, exist_ok=True)
    source = directory / f"{name}.c"
    source.write_text(SOURCE, encoding="utf-8")
    library = directory / f"lib{name}.so"
    real = library.with_name(f"{library.name}.{version}") if version else library
    subprocess.run([tool("gcc"), "-shared", "-fPIC", source, "-o", real], check=True)
    source.unlink()
    if version:
        library.symlink_to(real.name)
    return library


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
