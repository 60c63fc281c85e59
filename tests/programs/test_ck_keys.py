"""The table of CK's keys is whole, and true: each key that is in use has a test."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ck_core.domain.component import Component
from ck_core.domain.program import parse_program
from ck_core.errors import UnresolvedError
from programs.kit import Programs, shell

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "ck_keys.md").read_text("utf-8")


class Row(NamedTuple):
    section: str
    keys: tuple[str, ...]
    uses: str
    meaning: str
    tests: tuple[str, ...]


def rows() -> Iterator[Row]:
    section = ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        if line.startswith("| `"):
            keys, uses, meaning, tests, *_ = (cell.strip() for cell in line.strip("|").split(" |"))
            named = tuple(filter(None, (one.strip() for one in tests.split(","))))
            yield Row(section, tuple(re.findall(r"`([^`]+)`", keys)), uses, meaning, named)


ROWS = list(rows())


def existing_tests() -> set[str]:
    trees = (ast.parse(path.read_text("utf-8")) for path in HERE.glob("test_*.py"))
    found = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {one.name for one in found if one.name.startswith("test_")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.keys[0])
def test_a_key_in_use_has_a_test(row: Row) -> None:
    assert set(row.tests) <= existing_tests()
    assert row.tests or row.uses == "0"


def schema(name: str) -> dict[str, Any]:
    text = (files("ck_core.schemas") / f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def keys_of(section: str) -> set[str]:
    return {key for row in ROWS if row.section.startswith(section) for key in row.keys}


@pytest.mark.parametrize(
    ("section", "properties"),
    [
        ("A program", schema("program")["properties"]),
        ("A command", schema("program")["$defs"]["command"]["properties"]),
        ("How it runs", schema("program")["$defs"]["run_time"]["properties"]),
        ("A dependency", schema("shared")["$defs"]["dependency"]["properties"]),
        ("A dataset", schema("dataset")["properties"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_key_of_the_schema_is_in_the_table(
    section: str, properties: dict[str, object]
) -> None:
    assert set(properties) <= keys_of(section)


def left_out() -> list[tuple[str, str]]:
    return [(row.section, key) for row in ROWS if row.meaning == "left out" for key in row.keys]


@pytest.mark.parametrize(("section", "key"), left_out())
def test_what_is_left_out_is_told(section: str, key: str, tmp_path: Path) -> None:
    meta = shell("true")
    entry = meta["run_cmds"]["default"]
    places = {"A program": meta, "A command": entry, "How it runs": entry["run_time"]}
    place = next(one for name, one in places.items() if section.startswith(name))
    place[key] = {"x": {"tags": "y"}}
    component = Component(
        repository="local", kind="program", alias="it", uid="", path=tmp_path, values=meta
    )
    assert [one.rpartition(".")[2] for one in parse_program(component).unsupported] == [key]


def test_the_placeholders_are_those_of_the_code() -> None:
    """Every one of the table is given by some stage, or is a form of the template's."""
    sources = HERE.parents[1] / "ck_core" / "src" / "ck_core"
    packs = HERE.parents[1] / "ck_plugins_compilers" / "src" / "ck_plugins_compilers"
    texts = [path.read_text("utf-8") for path in (*sources.rglob("*.py"), *packs.glob("*.py"))]
    for key in keys_of("What commands may ask for"):
        name = re.sub(r"[$#<>]|env[12]|VARIABLE|\{CID\}", "", key).rstrip("_1")
        if name not in {"", "dataset_number"}:
            assert any(f'"{name}' in text or f"|{name}" in text for text in texts), key


def test_a_program_for_another_system(programs: Programs) -> None:
    for key in ("only_for_host_os_tags", "only_for_target_os_tags"):
        programs.add({**shell("echo ran"), key: ["linux"]})
        assert programs.output() == "ran\n"
        programs.add({**shell("echo ran"), key: ["windows"]})
        with pytest.raises(UnresolvedError, match="is not for linux"):
            programs.run()
