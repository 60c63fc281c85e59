"""Keys of datasets (CK_FORMAT section 5), one test each."""

from __future__ import annotations

import pytest

from ck_core.errors import BadComponentError, UnresolvedError
from programs.kit import Programs, shell


def reader(**of_command: object) -> dict[str, object]:
    meta = shell("cat $#dataset_path#$$#dataset_filename#$")
    meta["run_cmds"]["default"].update(of_command)
    return meta


def test_dataset_files(programs: Programs) -> None:
    programs.component("dataset", "d", {"dataset_files": ["in.txt"]}, {"in.txt": "input\n"})
    programs.add(reader())
    assert programs.output(dataset="d") == "input\n"
    programs.component("dataset", "d", {"dataset_files": ["none.txt"]})
    with pytest.raises(BadComponentError, match=r"'none\.txt' of dataset:d is missing"):
        programs.run(dataset="d")


def test_dataset_tags(programs: Programs) -> None:
    """All of them; the first by name, without a question. An empty tag is none."""
    for name, tags in {"b": "text,long", "a": "text", "c": "text,long"}.items():
        meta = {"tags": tags.split(","), "dataset_files": ["in.txt"]}
        programs.component("dataset", name, meta, {"in.txt": f"{name}\n"})
    programs.add(reader(dataset_tags=["text", "long", ""]))
    assert programs.output() == "b\n"
    programs.add(reader(dataset_tags=["music"]))
    with pytest.raises(UnresolvedError, match="music"):
        programs.run()


def test_values_of_a_dataset(programs: Programs) -> None:
    """``cm_properties.run_time.run_cmd_main``; they replace nothing of ckp's."""
    values = {"dataset_number": "1125000", "src_path": "/elsewhere/"}
    meta = {"cm_properties": {"run_time": {"run_cmd_main": values}}, "dataset_files": []}
    programs.component("dataset", "number", meta)
    path = programs.add(shell("echo $#dataset_number#$ $#src_path#$"))
    assert programs.output(dataset="number") == f"1125000 {path}/\n"


def test_variables_of_a_dataset(programs: Programs) -> None:
    programs.component("dataset", "d", {"dataset_files": ["in.txt"]}, {"in.txt": "input\n"})
    programs.add(shell('cat "$CK_DATASET_PATH$CK_DATASET_FILENAME"; true'))
    assert programs.output(dataset="d") == "input\n"


@pytest.mark.parametrize(
    "keys",
    [
        {"desc_dataset_files": {"in.txt": {"name": "The input"}}},
        {"extra_dataset_files": {"in.txt": ["more.txt"]}},
    ],
)
def test_keys_that_describe(programs: Programs, keys: dict[str, object]) -> None:
    files = {"in.txt": "input\n", "more.txt": "more\n"}
    programs.component("dataset", "d", {"dataset_files": ["in.txt"], **keys}, files)
    programs.add(shell("cat $#dataset_path#$more.txt"))
    assert programs.output(dataset="d") == "more\n"
