"""Searches from Python, and as CK's action."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from ck_core import Workspace, access
from ck_core.ck_api import tunings as action
from ck_core.cli.commands.autotune import command
from ck_core.domain.cid import Cid
from ck_core.errors import UsageError
from ck_core.testing.fixtures import AddComponent
from ck_core.workspace.tunings import Tuning, tuning_options
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import trials_of, tuned_program

IT = Cid("program", "it")


@needs_gcc
def test_typed(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    workspace = Workspace()
    options: Any = {
        "compiler": "gcc",
        "groups": ["own"],
        "own": {"WORK": [8, 1]},
        "final_repetitions": 8,
        "repetitions": 2,
        "reduce": False,
    }
    assert [one.name for one in workspace.tunable("program:it", **options)] == ["WORK"]
    found = workspace.autotune("program:it", strategy="exhaustive", evaluations=1, **options)
    assert found.winner is not None
    assert found.winner.configuration == {}
    found = workspace.resume_tuning("experiment:tune-it", evaluations=2)
    assert found.winner is not None
    assert found.winner.configuration == {"WORK": "1"}
    assert len(trials_of(ckp_home, "tune-it")) == 2
    with pytest.raises(UsageError, match="at least 3 other programs"):
        workspace.predict_tuning("program:it", **options)


@needs_gcc
def test_as_an_action_of_ck(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    request = {"action": "autotune", "module_uoa": "program", "data_uoa": "it", "tune": "own"}
    choices = {"compiler": "gcc", "strategy": "exhaustive", "param": {"WORK": "8,1"}}
    few = {"finals": "8", "repeat": 2, "no_reduction": "yes", "constraint": "size_bytes<1MB"}
    answer = access({**request, **choices, **few, "record_uoa": "mine"})
    assert answer["return"] == 0, answer
    assert answer["configuration"] == {"WORK": "1"}
    assert answer["experiment"] == "local:experiment:mine"
    listed = access({**request, **choices, "list": "yes"})
    assert [one["name"] for one in listed["parameters"]] == ["WORK"]
    for key, value, said in (
        ("strategy", "nonsense", "nonsense"),
        ("evaluatons", "3", "did you mean evaluations?"),
        ("evaluations", "few", "must be a whole number, not 'few'"),
        ("max_time", "long", "must be a number of seconds, not 'long'"),
        ("finals", "1", "final_repetitions must be a whole number from 2 to 10000, not 1"),
        ("constraint", "nonsense", "nonsense"),
    ):
        wrong = access({**request, **choices, key: value})
        assert wrong["return"] == 2, wrong
        assert said in wrong["error"]


def test_every_option_has_a_name() -> None:
    """``--json`` and ``--quiet`` are of a terminal; a pattern or --tags mean several programs."""
    others = {"as_json", "quiet", "cid", "evaluate", "tags", "total_time"}
    spelled = {one.name for one in command.params} - others
    renamed = {"list_only": "list"}
    assert {renamed.get(name, name) for name in spelled if name} <= {*action._KNOWN}
    read = {name for name, _ in [*action._SEARCH.values(), *action._GOAL.values()]}
    assert {*read, "options"} == {*Tuning.__annotations__}


def test_what_is_given_is_meant() -> None:
    found = tuning_options(
        IT,
        {
            "flags": "-g '-DA=\"a b\"'",
            "environment": {"N": 4},
            "deps": {"lib": "zlib"},
            "dep_tags": {"lib": ["static"]},
            "install": False,
            "change_system": True,
            "maximize": ["rate"],
            "constraints": "wall_s<1",
            "own": {"A": range(3), "B": "x,y"},
            "evaluations": None,
            "max_time_s": 5,
            "reduce": False,
            "record": Cid("experiment", "kept"),
        },
    )
    build = found.run.build
    assert build.flags == ("-g", '-DA="a b"')
    assert found.run.environment == {"N": "4"}
    assert (build.wishes, build.wished_tags) == ({"lib": "zlib"}, {"lib": frozenset({"static"})})
    assert (build.policy.installs, build.policy.allowed_system) == (False, True)
    assert [(one.metric, one.maximize) for one in found.objectives] == [("rate", True)]
    assert found.constraints == ("wall_s<1",)
    assert found.own == {"A": ("0", "1", "2"), "B": ("x", "y")}
    assert (found.budget.evaluations, found.budget.max_time_s) == (None, 5.0)
    assert not found.care.reduces
    assert found.record.experiment == Cid("experiment", "kept")
    assert tuning_options(IT, {}).budget.evaluations == 200


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("budget", 4, "takes no 'budget'"),
        ("evaluations", 0, "whole number from 1 to 1000000, not 0"),
        ("evaluations", "4", "not '4'"),
        ("patience", True, "not True"),
        ("max_time_s", float("nan"), "number of seconds above 0, and 31536000"),
        ("max_time_s", sys.maxsize, f"31536000 at the most, not {sys.maxsize}"),
        ("objectives", 3, "a list of texts, not 3"),
        ("objectives", [3], "a list of texts"),
        ("own", {"A": 3}, "a dictionary of lists"),
        ("own", [("A", 3)], "a dictionary by name"),
        ("environment", {"A": [1]}, "a dictionary of texts or numbers"),
        ("flags", "'", "cannot be read"),
        ("reduce", "no", "True or False, not 'no'"),
        ("seed", -1, "from 0"),
        ("record", "a:b:c:d", ""),
        ("compiler", None, "compiler must be a text, not None"),
    ],
)
def test_what_cannot_be_meant(name: str, value: Any, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        tuning_options(IT, {name: value})
    assert said in caught.value.message


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        tuning_options(IT, {"constraint": ["wall_s<1"]})
    assert "did you mean constraints?" in caught.value.hint


@pytest.mark.parametrize("cid", [Cid("program"), Cid("program", "a*"), Cid("dataset", "it")])
def test_only_one_program_is_tuned(cid: Cid) -> None:
    with pytest.raises(UsageError, match="works on one program"):
        tuning_options(cid, {})
