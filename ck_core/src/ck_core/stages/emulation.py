"""Binaries for another kind of machine: an emulator runs them here, or a device elsewhere."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.outcome import BuildOutcome
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform, Target, parse_target
from ck_core.errors import PluginError, UsageError
from ck_core.system.files import storage_errors

EMULATOR = "emulator"
"""The key of the requirement, and the tag of what meets it."""
EMULATOR_COMMAND = "CK_EMULATOR"
"""The variable an emulator sets: its words, to which the binary is added."""
_DEVICE_LAUNCHERS = {"android": "adb"}
"""By system: who runs its binaries, as nothing here does."""


def emulator_requirement(platform: Platform) -> Requirement | None:
    """None where binaries run on this machine, or on a device that is reached otherwise."""
    target = platform.target
    if not platform.is_cross or target.system in _DEVICE_LAUNCHERS:
        return None
    return Requirement(
        key=EMULATOR,
        name=f"an emulator of {target.name}",
        tags=frozenset({EMULATOR, f"runs-{target.name}"}),
        for_host=True,
        for_run=True,
    )


def launcher_for(target: Target, asked: str) -> str:
    """Who executes: what reaches a device, where binaries run on those only."""
    return _DEVICE_LAUNCHERS.get(target.system, asked) if asked == "local" else asked


def runnable(built: BuildOutcome, directory: Path) -> Path | None:
    """The file that commands name as the binary; None where there is none.

    Args:
        directory: the run's; what a device needs lies below it.

    Raises:
        UsageError: an emulator is there, but no binary for it.
    """
    artifact, emulator, compiler = built.build.artifact, built.emulator, built.compiler
    if emulator:
        if artifact is None or built.target is None:
            raise _runs_here_only(built)
        return _emulated(artifact, emulator, directory)
    if artifact and compiler and _is_for_device(compiler):
        return _carried(artifact, directory)
    return artifact


def _runs_here_only(built: BuildOutcome) -> UsageError:
    """Interpreters and Java are this machine's: their times would be no emulated ones."""
    made = f"what {built.compiler.label} makes" if built.compiler else "no binary of its own"
    return UsageError(
        f"program:{built.program.name} has {made}, which is for no machine in particular",
        hint="leave --target out; it runs here",
    )


def _is_for_device(compiler: Installation) -> bool:
    return bool(compiler.target) and parse_target(compiler.target).system in _DEVICE_LAUNCHERS


def _emulated(artifact: Path, emulator: Installation, directory: Path) -> Path:
    """A script that becomes the emulator, so that its exit status and signals are kept."""
    command = emulator.environment.get(EMULATOR_COMMAND, "")
    if not command:
        raise PluginError(
            f"{emulator.name} of plugin {emulator.plugin} sets no {EMULATOR_COMMAND}",
            hint="ckp refresh env looks for emulators anew",
        )
    words = [*shlex.split(command), str(artifact)]
    script = directory / ".emulated" / artifact.name
    with storage_errors("write", script):
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return script


def _carried(artifact: Path, directory: Path) -> Path:
    place = directory / ".carried" / artifact.name
    with storage_errors("write", place):
        place.parent.mkdir(exist_ok=True)
        shutil.copy2(artifact, place)
    return place
