"""What the tests of targets share: which tools are here, programs of a few lines, stand-ins."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.outcome import RunOutcome
from ck_core.domain.target import parse_target_name
from ck_core.pipeline import run_program
from ck_core.testing.executables import write_executable

_PATH = os.environ.get("PATH", os.defpath)
"""The machine's own, before a test changes it."""
TRIPLES = {
    "linux-arm64": "aarch64-linux-gnu",
    "linux-armhf": "arm-linux-gnueabihf",
    "linux-riscv64": "riscv64-linux-gnu",
}
QEMU = {"linux-arm64": "aarch64", "linux-armhf": "arm", "linux-riscv64": "riscv64"}


def here(tool: str) -> str | None:
    """Where the machine has a tool."""
    return shutil.which(tool, path=_PATH)


def need_cross_tools(target: str, language: str = "c") -> None:
    """Skips where GCC's cross compiler or the emulator of a target is not installed."""
    driver = {"c": "gcc", "cpp": "g++"}[language]
    for tool in (f"{TRIPLES[target]}-{driver}", f"qemu-{QEMU[target]}"):
        if here(tool) is None:
            pytest.skip(f"no {tool} on this machine")


def program_meta(language: str = "c", **more: Any) -> dict[str, Any]:
    """A program of one source file, whose output is kept."""
    variable = {"c": "CK_CC", "cpp": "CK_CXX"}[language]
    run_time = {
        "run_cmd_main": "$#BIN_FILE#$",
        "run_cmd_out1": "stdout.txt",
        "run_correctness_output_files": ["stdout.txt"],
    }
    return {
        "tags": ["test"],
        "source_files": [f"it.{language}"],
        "target_file": "it",
        "compiler_env": variable,
        "compile_deps": {"compiler": {"tags": f"compiler,lang-{language}"}},
        "run_cmds": {"default": {"run_time": run_time}},
        **more,
    }


def run_for(
    target: str,
    program: str,
    compiler: str = "gcc",
    *,
    environment: dict[str, str] | None = None,
    **options: Any,
) -> RunOutcome:
    build = BuildOptions(program=Cid("program", program), compiler=compiler)
    chosen = {"repetitions": 1, "warmups": 0, **options}
    asked = RunOptions(build=build, environment=environment or {}, **chosen)
    return run_program(asked, Context(SilentReporter(), parse_target_name(target)))


def passing_on(place: Path, *names: str, flags: str = "") -> None:
    """Executables in ``place`` that pass everything on to the machine's own of that name."""
    for name in names:
        real = here(name)
        if real is None:
            pytest.skip(f"no {name} on this machine")
        write_executable(place, name, f'exec {shlex.quote(real)} {flags} "$@"')
