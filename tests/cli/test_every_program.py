"""Every shipped program with every kind of compiler, each command on each of its datasets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.cid import Cid
from ck_core.domain.program import Program, parse_program
from ck_core.domain.query import Query
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from oracles.oracle_kit import REPO

SHIPPED = Repository(alias="shipped", path=REPO, origin="shipped", writable=False)
INDEXES = tempfile.TemporaryDirectory(prefix="ckp-indexes-")
STORE = Store([SHIPPED], Path(INDEXES.name))
COMPILERS = {
    "c": ("gcc", "clang", "zig"),
    "cpp": ("gcc", "clang", "zig"),
    "fortran": ("gcc", "clang"),
    "java": ("javac",),
    "python": ("python",),
}
NOT_FOUND_EXIT_CODE = 5


def cases() -> Iterator[Any]:
    for component in STORE.search(Query(cid=Cid("program"))):
        program = parse_program(component)
        for compiler in COMPILERS[component.meta.text("main_language")]:
            yield pytest.param(program, compiler, id=f"{program.name}-{compiler}")


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all, so that zig is installed once."""
    return tmp_path_factory.mktemp("shared") / "home"


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ck_core", "run", *arguments, "--repeat=3", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CKP_HOME": str(home)},
    )


@pytest.mark.slow
@pytest.mark.parametrize(("program", "compiler"), list(cases()))
def test_outputs_are_right(program: Program, compiler: str, shared_home: Path) -> None:
    for command in program.commands.values():
        for dataset in STORE.search(Query(cid=Cid("dataset"), tags=command.dataset_tags)):
            done = run(
                shared_home,
                f"program:{program.name}",
                f"--cmd_key={command.key}",
                f"--dataset={dataset.alias}",
                f"--compiler={compiler}",
            )
            if done.returncode == NOT_FOUND_EXIT_CODE:
                pytest.skip(f"no {compiler} on this machine: {done.stderr.splitlines()[0]}")
            assert done.returncode == 0, done.stderr
            answer = json.loads(done.stdout)
            assert answer["correct"] is True
            wall = answer["metrics"]["wall_s"]["value"]
            print(f"{program.name} {command.key} {dataset.alias} {compiler}: {wall * 1e3:.0f} ms")
