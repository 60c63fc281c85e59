"""CK's dictionaries in and out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import ck_core as ck
from ck_core.errors import CkpError
from ck_core.testing.fixtures import AddComponent

pytestmark = pytest.mark.usefixtures("ckp_home")


def add(name: str, **values: Any) -> dict[str, Any]:
    return ck.access({"action": "add", "module_uoa": "dataset", "data_uoa": name, **values})


def test_a_search_has_cks_shape() -> None:
    made = add("x", tags="jpeg,small", dict={"n": 1})
    r = ck.access({"action": "search", "module_uoa": "dataset", "add_meta": "yes", "tags": "jpeg"})
    assert r["return"] == 0
    (entry,) = r["lst"]
    assert entry["repo_uoa"] == "local"
    assert entry["module_uoa"] == "dataset"
    assert entry["module_uid"] == "8a7141c59cd335f5"
    assert entry["data_uoa"] == "x"
    assert entry["data_uid"] == made["data_uid"]
    assert Path(entry["path"]).is_dir()
    assert entry["meta"] == {"n": 1, "tags": ["jpeg", "small"]}


@pytest.mark.parametrize(
    "question",
    [
        {"action": "search", "cid": "dataset:x*", "tags": ["jpeg"]},
        ["search", "dataset:x*", "--tags=jpeg"],
        "search dataset:x* --tags=jpeg",
        {"action": "search", "module_uoa": "dataset", "search_dict": {"n": 1}},
        {"action": "search", "module_uoa": "dataset", "search_string": "JPEG"},
    ],
)
def test_words_lists_and_dictionaries_mean_the_same(question: Any) -> None:
    add("x1", tags="jpeg", dict={"n": 1})
    add("y", tags="png", dict={"n": 2})
    assert [entry["data_uoa"] for entry in ck.access(question)["lst"]] == ["x1"]


def test_a_life() -> None:
    add("x", dict={"a": {"b": 1}})
    assert ck.access("update dataset:x --dict.a.c=2")["return"] == 0
    assert ck.access("load dataset:x")["dict"] == {"a": {"b": 1, "c": "2"}}
    assert ck.access("cp dataset:x dataset:y")["data_uoa"] == "y"
    r = ck.access({"action": "ren", "module_uoa": "dataset", "data_uoa": "y", "new_data_uoa": "z"})
    assert r["return"] == 0
    assert ck.access("rm dataset:z")["removed"] == ["dataset:z"]
    assert ck.access("find dataset:z")["return"] == 16
    assert ck.access("load dataset:x")["info"]["backup_module_uoa"] == "dataset"


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        ({}, 2, "no action"),
        ("serch dataset", 2, "did you mean 'search'"),
        ("find dataset:nothing", 16, "there is no component"),
        ({"action": "search", "tags": {"a": 1}, "cid": ["x"]}, 2, "'cid' must be text"),
        ({"action": "search", "search_dict": "x"}, 2, "must be a dictionary"),
        ({"action": "search", "limit_size": "many"}, 2, "whole number"),
        ("search 'dataset", 2, "cannot be read"),
        ("run dataset:x", 2, "works on one program"),
        ("add dataset:../x", 2, "is not the name of a component"),
        ("pull repo:no-such-repository", 6, "ctuning/no-such-repository"),
    ],
)
def test_errors_are_values(question: Any, code: int, words: str) -> None:
    r = ck.access(question)
    assert r["return"] == code
    assert words in r["error"]


def test_repositories_and_lists() -> None:
    assert ck.access("add repo:mine")["return"] == 0
    assert ck.access("add mine:dataset:a")["repo_uoa"] == "mine"
    add("b")
    assert ck.access("load dataset:a dataset:b")["return"] == 2
    assert ck.access("rm dataset:*")["return"] == 2
    r = ck.access({"action": "rm", "cid": "dataset:b", "cids": ["mine:dataset:a"]})
    assert r["removed"] == ["dataset:b", "dataset:a"]
    assert ck.access({"action": "rm", "module_uoa": "repo", "data_uoa": "mine"})["return"] == 0
    assert ck.access("zip repo")["return"] == 2


@pytest.mark.parametrize(
    "question",
    [5, [1, 2], {"action": "search", "tags": 5}, "unzip repo:x", "run program:sort --flags='"],
)
def test_input_of_a_wrong_type_is_an_error_too(question: Any) -> None:
    assert ck.access(question)["return"] == 2


def test_none_is_what_is_missing() -> None:
    made = add("x", data_uid=None)
    assert (
        ck.access({"action": "find", "module_uoa": "dataset", "data_uoa": "x", "cid": None})[
            "data_uid"
        ]
        == made["data_uid"]
    )


def test_err_ends_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        ck.err(ck.access("find dataset:nothing"))
    assert stopped.value.code == 16
    assert "dataset:nothing" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
def test_compile_and_run() -> None:
    program = {"module_uoa": "program", "data_uoa": "sort"}
    r = ck.access({"action": "compile", **program, "speed": "yes", "compiler": "gcc"})
    assert r["return"] == 0, r
    assert Path(r["build"]["artifact"]).is_file()
    r = ck.access({"action": "run", **program, "env": {"OMP_NUM_THREADS": 4}, "repeat": 1})
    assert r["correct"] is True
    assert r["metrics"]["wall_s"]["value"] > 0


def test_the_typed_interface(add_component: AddComponent) -> None:
    workspace = ck.Workspace()
    workspace.add("dataset:x", {"n": 1}, tags=["jpeg"])
    assert [one.alias for one in workspace.search("dataset", tags={"jpeg"})] == ["x"]
    assert workspace.search("dataset", where={"n": 1}, newest_first=True)[0].tags == {"jpeg"}
    with pytest.raises(CkpError):
        workspace.add("dataset:x")
    add_component("dataset", "bad", '{"dataset_files": 3}')
    (mistake,) = workspace.check("dataset:bad")
    assert (mistake.line, mistake.key) == (1, "dataset_files")
    assert [one.alias for one in workspace.remove("dataset:x")] == ["x"]
