"""``ckp run solution:NAME``: commands of ckp one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.component import Component
from ck_core.domain.solution import parse_solution
from ck_core.errors import BadComponentError
from ck_core.testing.fixtures import AddComponent, Ckp

SOLUTION: dict[str, Any] = {
    "data_name": "Keeps a word",
    "tags": ["demo"],
    "parameters": {
        "word": {"default": "hello", "desc": "what is kept"},
        "count": {"type": "integer", "range": [1, 9], "default": 2},
    },
    "steps": [
        {
            "title": "keep it",
            "run": "add dataset:kept --tags=$<<word>>$ --data_name='$<<word>>$ $<<count>>$'",
        },
        {"title": "look", "run": "search dataset --tags=$<<word>>$"},
        {"title": "put it away", "run": "zip repo:local --archive_name=kept.zip"},
    ],
    "results": ["kept.zip", "never.made"],
}


@pytest.fixture
def solution(add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return add_component("solution", "it", SOLUTION)


def changed(solution: Path, **changes: Any) -> None:
    (solution / ".cm" / "meta.json").write_text(json.dumps({**SOLUTION, **changes}))


def test_its_steps_run_in_its_directory(ckp: Ckp, solution: Path, tmp_path: Path) -> None:
    done = ckp("run", "solution:it")
    assert done.returncode == 0, done.stderr
    assert "ckp: 2 of 3: look: ckp search dataset --tags=hello" in done.stderr
    assert (tmp_path / "it-results" / "kept.zip").is_file()
    assert done.stdout.splitlines()[-2].startswith("- solution:it: 3 steps in ")
    assert done.stdout.splitlines()[-1] == f"- {tmp_path / 'it-results' / 'kept.zip'}"
    assert "hello 2" in ckp("search", "dataset", "--tags=hello").stdout


def test_parameters_and_the_directory_are_options(ckp: Ckp, solution: Path, tmp_path: Path) -> None:
    done = ckp("run", "solution:it", "--word=bye", "--count=7", "--output=here/there")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "there" / "kept.zip").is_file()
    assert "bye 7" in ckp("search", "dataset", "--tags=bye").stdout
    shown = ckp("run", "solution:it", "--help").stdout
    assert "what is kept [default: hello]" in shown
    assert "--count 1..9" in shown


@pytest.mark.parametrize("word", ["a b", "; rm -rf /", "$(id)", "--force", "$<<count>>$", "'", '"'])
def test_a_value_stays_one_word(ckp: Ckp, solution: Path, word: str) -> None:
    changed(solution, steps=[{"run": "add dataset:kept --data_name=$<<word>>$"}])
    done = ckp("run", "solution:it", f"--word={word}")
    assert done.returncode == 0, done.stderr
    assert json.loads(ckp("info", "dataset:kept", "--json").stdout)["title"] == word


def test_it_goes_on_where_it_failed(ckp: Ckp, solution: Path) -> None:
    assert ckp("add", "dataset:kept", "--tags=hello").returncode == 0
    done = ckp("run", "solution:it")
    assert done.returncode != 0
    assert "ckp: step 1 (keep it): " in done.stderr
    assert "ckp run solution:it --from-step=1 goes on from there" in done.stderr
    told = ckp("run", "solution:it", "--count=3", "--output=there", "--from-step=1").stderr
    assert "ckp run solution:it --count=3 --output=there --from-step=1 goes on" in told
    again = ckp("run", "solution:it", "--from-step=2")
    assert again.returncode == 0, again.stderr
    assert "solution:it: 2 steps" in again.stdout


def test_what_steps_say_is_in_the_json(ckp: Ckp, solution: Path, tmp_path: Path) -> None:
    done = ckp("run", "solution:it", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["results"] == [str(tmp_path / "it-results" / "kept.zip")]
    assert [one["title"] for one in found["steps"]] == ["keep it", "look", "put it away"]
    assert "hello 2" in found["steps"][1]["output"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repeat=3",), "a solution takes no --repeat"),
        (("--flags=-O1",), "a solution takes no --flags"),
        (("--count=10",), "from 1 to 9, not '10'"),
        (("--from-step=4",), "there are steps 1 to 3, not 4"),
        (("--nonsense=1",), "--nonsense"),
    ],
)
def test_options_that_it_does_not_have(
    ckp: Ckp, solution: Path, options: tuple[str, ...], said: str
) -> None:
    done = ckp("run", "solution:it", *options)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("word", ["solution:it", "local:solution:it"])
def test_no_step_runs_a_solution(ckp: Ckp, solution: Path, word: str) -> None:
    changed(solution, steps=[{"run": "run $<<word>>$"}])
    done = ckp("run", "solution:it", f"--word={word}")
    assert done.returncode == 2
    assert "is run by a step of a solution, which runs no other" in done.stderr


def test_a_parameter_without_a_default_is_needed(ckp: Ckp, solution: Path) -> None:
    changed(solution, parameters={"word": {}, "count": {"default": 1, "values": [1, 2]}})
    done = ckp("run", "solution:it")
    assert done.returncode == 2
    assert "solution:it needs --word" in done.stderr
    assert ckp("run", "solution:it", "--word=w", "--count=2").returncode == 0


def test_a_first_word_is_no_option(ckp: Ckp, solution: Path) -> None:
    changed(solution, steps=[{"run": "$<<word>>$ dataset"}])
    done = ckp("run", "solution:it", "--word=--version")
    assert done.returncode == 2
    assert "): this is no action of ckp's: --version dataset" in done.stderr


def test_a_path_is_of_where_ckp_was_called(ckp: Ckp, solution: Path, tmp_path: Path) -> None:
    changed(
        solution,
        parameters={"list": {"type": "path", "default": "it.zip"}},
        steps=[{"run": "zip repo:local --archive_name=$<<list>>$"}],
    )
    for options, kept in (((), "it.zip"), (("--list=of mine.zip",), "of mine.zip")):
        done = ckp("run", "solution:it", "--output=there", *options)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / kept).is_file()


def test_a_mistake_of_a_step_keeps_its_code_and_usage(ckp: Ckp, solution: Path) -> None:
    changed(solution, steps=[{"title": "look", "run": "search dataset --nonsense=$<<word>>$"}])
    alone = ckp("search", "dataset", "--nonsense=a")
    done = ckp("run", "solution:it", "--word=a")
    assert done.returncode == alone.returncode
    usage = alone.stderr.splitlines()[0]
    assert usage.startswith("Usage: ckp search ")
    assert usage in done.stderr
    assert "Error: step 1 (look): No such option" in done.stderr
    assert "-> ckp run solution:it --word=a --from-step=1 goes on from there" in done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": []}, "'steps' must hold at least one step"),
        ({"steps": [{"run": "ls 'x"}]}, "cannot be read"),
        ({"steps": [{"run": "ls $<<gone>>$"}]}, "asks for gone, which is no parameter"),
        ({"steps": [{"run": "ls $<<go-ne>>$"}]}, "otherwise than $<<NAME>>$"),
        ({"steps": [{"run": ""}]}, "must begin with an action"),
        ({"steps": [{"run": "--version"}]}, "must begin with an action"),
        ({"steps": [{"run": "run solution:it"}]}, "runs a solution"),
        ({"steps": [{"run": "run local:solution:it"}]}, "runs a solution"),
        ({"parameters": {"word": {"range": [1, 2]}}}, "integer or float beside a 'range'"),
        ({"parameters": {"output": {}}}, "cannot be a parameter's name"),
        ({"parameters": {"repeat": {}}}, "cannot be a parameter's name"),
        ({"parameters": {"word": {"deflt": 1}}}, "is none of"),
        ({"parameters": {"word": {"type": "poem"}}}, "'parameters.word.type' must be one of"),
        ({"parameters": {"word": {"values": ["a"], "default": "b"}}}, "does not fit"),
    ],
)
def test_what_cannot_be_a_solution(ckp: Ckp, solution: Path, changes: Any, said: str) -> None:
    changed(solution, **changes)
    done = ckp("run", "solution:it")
    assert done.returncode == 4, done.stderr
    assert said in done.stderr


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["parameters", "steps", "results"]), json_values))
def test_whatever_it_says_is_read_or_refused(values: Any) -> None:
    component = Component(
        repository="r", kind="solution", alias="it", uid="0" * 16, path=Path("/r/it"), values=values
    )
    try:
        assert parse_solution(component).steps
    except BadComponentError:
        return
