from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from ck_core.domain.meta import Meta
from ck_core.domain.mistake import Mistake
from ck_core.errors import BadComponentError
from ck_core.store.schemas import KINDS, check_meta
from component_kit import program_meta

SCHEMAS = {
    file.name: json.loads(file.read_text(encoding="utf-8"))
    for file in files("ck_core.schemas").iterdir()
    if file.name.endswith(".json")
}
ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(ROOT.glob("ck_plugins_*/src/*/repo/*/*/.cm/meta.json"))
COMMAND: dict[str, Any] = {"run_time": {"run_cmd_main": "$#BIN_FILE#$"}}


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and those inside it that a value is held against."""
    yield schema
    for key in ("$defs", "properties"):
        for inner in schema.get(key, {}).values():
            yield from parts_of(inner)
    for key in ("additionalProperties", "items", "else"):
        if isinstance(schema.get(key), dict):
            yield from parts_of(schema[key])


def found_in(kind: str, meta: Any) -> list[tuple[int, str, str, str]]:
    text = json.dumps(meta, indent=1)
    return [(m.line, m.key, m.expected, m.found) for m in check_meta(kind, text, "meta.json")]


def test_a_mistake_reads_as_a_sentence() -> None:
    text = '{"tags": "c",\n "run_cmds": {"default": {"run_time":\n  {"run_cmd_main": null}}}}'
    (mistake,) = check_meta("program", text, "a/meta.json")
    sentence = "'run_cmds.default.run_time.run_cmd_main' must be text, not null"
    assert str(mistake) == f"a/meta.json:3: {sentence}"


@pytest.mark.parametrize(
    ("changes", "line", "key", "expected", "found"),
    [
        ({"tags": 3}, 2, "tags", "a list of texts", "3"),
        ({"tags": ["a", None]}, 4, "tags[1]", "text", "null"),
        ({"skip_objdump": "maybe"}, 2, "skip_objdump", '"yes" or "no"', '"maybe"'),
        ({"target_file": ["a"]}, 2, "target_file", "text", "a list"),
        ({"run_vars": {"N": True}}, 3, "run_vars.N", "text", "true"),
        ({"compile_deps": {"c": {"sort": "last"}}}, 4, "compile_deps.c.sort", "a number", '"last"'),
        ({"run_deps": {"c": "gcc"}}, 3, "run_deps.c", "an object", '"gcc"'),
        (
            {"deps": {"c": {"version_from": {}}}},
            *(4, "deps.c.version_from", "a version (text or a list of numbers)", "an empty object"),
        ),
        ({"run_cmds": []}, 2, "run_cmds", "an object with at least one command", "an empty list"),
        (
            {"run_cmds": {}},
            *(2, "run_cmds", "an object with at least one command", "an empty object"),
        ),
        ({"run_cmds": {"a": {}}}, 3, "run_cmds.a.run_time", "an object", "missing"),
        (
            {"run_cmds": {"a": {"run_time": {"run_cmd_mian": "x"}}}},
            *(4, "run_cmds.a.run_time.run_cmd_main", "text", "missing"),
        ),
        (
            {"run_cmds": {"a": {**COMMAND, "hot_functions": [{"name": []}]}}},
            *(9, "run_cmds.a.hot_functions[0].name", "text", "an empty list"),
        ),
    ],
)
def test_wrong_programs(
    changes: dict[str, Any], line: int, key: str, expected: str, found: str
) -> None:
    meta = {**changes, **({} if "run_cmds" in changes else {"run_cmds": {"a": COMMAND}})}
    assert found_in("program", meta) == [(line, key, expected, found)]


@pytest.mark.parametrize(
    ("kind", "meta", "line", "key", "expected"),
    [
        ("program", {}, 1, "run_cmds", "an object with at least one command"),
        ("dataset", {"dataset_files": {}}, 2, "dataset_files", "a list of texts"),
        ("dataset", {"cm_properties": {"run_time": 3}}, 3, "cm_properties.run_time", "an object"),
        ("soft", {"auto_detect": 1}, 2, "auto_detect", '"yes" or "no"'),
        ("soft", {"customize": {"env_prefix": {}}}, 3, "customize.env_prefix", "text"),
        (
            "package",
            {"variations": {"v": {"extra_env": []}}},
            4,
            "variations.v.extra_env",
            "an object",
        ),
        ("model", {"model_file": None}, 2, "model_file", "text"),
        ("experiment", {"points": "many"}, 2, "points", "a number"),
        ("solution", {"tags": {}}, 2, "tags", "a list of texts"),
        ("env", {"deps": {"c": {"no_tags": 1}}}, 4, "deps.c.no_tags", "a list of texts"),
        *((kind, [], 1, "", "an object") for kind in sorted(KINDS)),
    ],
)
def test_wrong_metas(kind: str, meta: Any, line: int, key: str, expected: str) -> None:
    assert [found[:3] for found in found_in(kind, meta)] == [(line, key, expected)]


def test_all_mistakes_come_in_the_order_of_lines() -> None:
    meta = {"run_cmds": {"b": 1, "a": {"run_time": {}}}, "target_file": None, "data_name": {}}
    keys = ["run_cmds.b", "run_cmds.a.run_time.run_cmd_main", "target_file", "data_name"]
    assert [key for _, key, *_ in found_in("program", meta)] == keys


def test_keys_nobody_knows_are_fine() -> None:
    assert found_in("program", program_meta(my_own={"anything": [None]}, template_kind=3)) == []
    for kind in KINDS - {"program"}:
        assert found_in(kind, {"my_own": None}) == []


@pytest.mark.parametrize("key", ["_base_entry", "base_uoa"])
def test_a_program_with_a_base_may_have_its_commands_there(key: str) -> None:
    assert found_in("program", {key: "program.template:bench"}) == []


@pytest.mark.parametrize("kind", ["module", "shared", "", "../schemas/program", "program.json"])
def test_kinds_without_schema(kind: str) -> None:
    assert check_meta(kind, '{"tags": 3}', "meta.json") == []


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("", 1, "text that is wrong at column 1 (Expecting value)"),
        ('{"a": 1,\n "b": }', 2, "text that is wrong at column 7 (Expecting value)"),
        (f'{{"a": {"1" * 5000}}}', 1, "a number with that many digits"),
        ('{"a": ' + "[" * 100_000, 1, "text that nests deeper than any meta does"),
    ],
    ids=["empty", "broken", "digits", "deep"],
)
def test_what_is_not_json(text: str, line: int, found: str) -> None:
    wrong = Mistake(file="m", line=line, key="", expected="JSON", found=found)
    assert check_meta("dataset", text, "m") == [wrong]


@pytest.mark.parametrize("depth", [*range(100, 1000, 50), *range(900, 1000)])
def test_no_depth_ends_in_a_traceback(depth: int) -> None:
    text = '{"tags": ' + "[" * depth + "]" * depth + "}"
    assert len(check_meta("dataset", text, "m")) == 1


def test_strangers_text_cannot_steer_a_terminal() -> None:
    meta = {"run_cmds": {"\x1b[2J\ud800": "\x07" * 100}}
    ((_, key, _, found),) = found_in("program", meta)
    assert key == "run_cmds.\\u001b[2J\\ud800"
    assert found.startswith('"\\u0007')
    assert len(found) < 70


def test_many_mistakes_are_found_quickly() -> None:
    meta = {"tags": list(range(20_000))}
    assert len(found_in("dataset", meta)) == 20_000


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "-".join(path.parts[-4:-2]))
def test_shipped_metas_have_no_mistakes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert check_meta(path.parts[-4], text, str(path)) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert name.removesuffix(".json") in KINDS | {"shared", "point"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_word_all_that_they_demand(name: str) -> None:
    for part in parts_of(SCHEMAS[name]):
        if {"type", "pattern", "minimum", "minProperties"} & part.keys():
            assert part["x-expected"]
        for key in part.get("required", []):
            assert part["properties"][key]["x-expected"]


@pytest.mark.parametrize("name", ["text", "texts", "flag", "number", "number_from_zero", "object"])
@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "yes",
            "NO",
            "On",
            "perhaps",
            "a, b",
            "10",
            " 1.5e3 ",
            "-.5",
            "1e",
            ".",
            "1 2",
            "a\0b",
        ),
        *(0, 1, -2.5, False, None, [], ["a"], ["a", 1], {}, {"a": 1}),
    ],
)
def test_schemas_accept_what_meta_reads(name: str, value: Any) -> None:
    registry: Registry[Any] = Registry().with_resource(
        "shared.json", Resource.from_contents(SCHEMAS["shared.json"])
    )
    schema = {"properties": {"key": {"$ref": f"shared.json#/$defs/{name}"}}}
    accepted = Draft202012Validator(schema, registry=registry).is_valid({"key": value})
    if not (name.startswith("number") and isinstance(value, bool)):
        assert accepted is read_by_meta("mapping" if name == "object" else name, value)


def read_by_meta(reader: str, value: Any) -> bool:
    try:
        getattr(Meta({"key": value}, "meta.json"), reader)("key")
    except BadComponentError:
        return False
    return True
