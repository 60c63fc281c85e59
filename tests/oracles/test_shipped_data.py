"""Whether what is shipped hangs together: datasets, their generators, aliases and references."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from ck_core.domain.cid import Cid
from ck_core.domain.command import Command
from ck_core.domain.component import Component
from ck_core.domain.dataset import Dataset, parse_dataset
from ck_core.domain.program import parse_program
from ck_core.domain.query import Query
from ck_core.errors import BadComponentError
from ck_core.stages.references import reference_directory
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from oracles.oracle_kit import REPO, ROOT

LARGEST_FILE = 200_000
GENERATORS = sorted(
    path.stem
    for path in (ROOT / "ck_plugins_compilers/generators").glob("*.py")
    if path.stem != "generator_kit"
)
SHIPPED = Repository(alias="shipped", path=REPO, origin="shipped", writable=False)
INDEXES = tempfile.TemporaryDirectory(prefix="ckp-indexes-")
STORE = Store([SHIPPED], Path(INDEXES.name))
KINDS = sorted(SHIPPED.kinds())


def components(kind: str) -> list[Component]:
    """All but broken ones, which a test of their own finds."""
    return STORE.search(Query(cid=Cid(kind)))


def contents(folder: Path) -> dict[str, bytes]:
    """What lies under a folder by relative path, without the metas."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".cm" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# ---- generators ------------------------------------------------------------------------------


@cache
def generated(generator: str) -> dict[str, bytes]:
    script = ROOT / "ck_plugins_compilers/generators" / f"{generator}.py"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, script, folder], check=True, timeout=60)
        return contents(Path(folder, "dataset"))


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_generator_reproduces_its_datasets(generator: str) -> None:
    made, shipped = generated(generator), contents(REPO / "dataset")
    assert made
    assert [file for file, content in made.items() if shipped.get(file) != content] == []


def test_every_file_of_a_dataset_has_one_generator() -> None:
    made = [file for generator in GENERATORS for file in generated(generator)]
    assert sorted(made) == sorted(contents(REPO / "dataset"))


# ---- components, sizes and aliases -----------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_no_component_is_broken(kind: str) -> None:
    problems: list[BadComponentError] = []
    list(SHIPPED.components(kind, problems))
    assert problems == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout knows what is committed")
def test_no_committed_file_is_large() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    sizes = {str(file): file.stat().st_size for file in files if file.is_file()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {}


def backup_uid(component: Component) -> str:
    return component.meta.text("backup_data_uid")


@pytest.mark.parametrize("kind", KINDS)
def test_the_alias_files_say_what_the_metas_say(kind: str) -> None:
    expected: dict[str, str] = {}
    for component in components(kind):
        expected[f"alias-a-{component.alias}"] = backup_uid(component)
        expected[f"alias-u-{backup_uid(component)}"] = component.alias
    written = {path.name: path.read_text().strip() for path in (REPO / kind / ".cm").iterdir()}
    assert written == expected


def test_no_two_components_have_the_same_uid() -> None:
    uids = Counter(backup_uid(component) for kind in KINDS for component in components(kind))
    assert [uid for uid, count in uids.items() if count > 1] == []


# ---- programs and their datasets -------------------------------------------------------------


def alias_of(component: Component) -> str:
    return component.alias


def datasets_of(command: Command) -> list[Dataset]:
    found = STORE.search(Query(cid=Cid("dataset"), tags=command.dataset_tags))
    return [parse_dataset(component) for component in found]


PROGRAMS = pytest.mark.parametrize("component", components("program"), ids=alias_of)


@PROGRAMS
def test_each_command_has_two_datasets_and_checks_its_output(component: Component) -> None:
    for command in parse_program(component).commands.values():
        assert len(datasets_of(command)) >= 2, command.key
        assert command.checked_files, command.key


@PROGRAMS
def test_each_output_that_is_checked_has_a_reference(component: Component) -> None:
    program = parse_program(component)
    expected = {
        reference_directory(program, command, dataset) / file
        for command in program.commands.values()
        for dataset in datasets_of(command)
        for file in command.checked_files
    }
    written = (component.path / "reference").rglob("*")
    assert {path for path in written if path.is_file()} == expected
