"""Where the oracles find the shipped components, and how they compare numbers."""

import json
import math
import pathlib
from collections.abc import Iterable, Sequence
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPO = ROOT / "ck_plugins_compilers/src/ck_plugins_compilers/repo"


def load_meta(kind: str, alias: str) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((REPO / kind / alias / ".cm/meta.json").read_text("utf-8"))
    return meta


def reference(program: str, cmd_key: str, dataset: str, file: str) -> pathlib.Path:
    return REPO / "program" / program / "reference" / cmd_key / dataset / file


def dataset_file(alias: str) -> pathlib.Path:
    return REPO / "dataset" / alias / str(load_meta("dataset", alias)["dataset_files"][0])


def datasets_with(tags: Sequence[str]) -> list[str]:
    """Aliases of the datasets with all the tags; without one an oracle would check nothing."""
    found = [
        path.name
        for path in sorted((REPO / "dataset").iterdir())
        if path.joinpath(".cm/meta.json").exists()
        and set(tags) <= set(load_meta("dataset", path.name)["tags"])
    ]
    if not found:
        raise LookupError(f"no dataset has the tags {', '.join(tags)}")
    return found


def fnv1a(values: Iterable[int]) -> str:
    """The 64-bit checksum several programs print: of bytes, or of whole 64-bit numbers."""
    checksum = 0xCBF29CE484222325
    for value in values:
        checksum = (checksum ^ value % 2**64) * 0x100000001B3 % 2**64
    return f"{checksum:016x}"


def assert_close(program: str, cmd_key: str, actual: str, expected: str) -> None:
    """Token by token: numbers within the tolerance the program states, everything else equal."""
    tolerance = load_meta("program", program)["run_cmds"][cmd_key]["run_time"]["output_tolerance"]
    actual_tokens, expected_tokens = actual.split(), expected.split()
    assert len(actual_tokens) == len(expected_tokens)
    for ours, theirs in zip(actual_tokens, expected_tokens, strict=True):
        assert ours == theirs or _close(ours, theirs, tolerance), f"{ours} is not {theirs}"


def _close(ours: str, theirs: str, tolerance: dict[str, float]) -> bool:
    try:
        numbers = float(ours), float(theirs)
    except ValueError:
        return False
    return math.isclose(*numbers, rel_tol=tolerance["relative"], abs_tol=tolerance["absolute"])
