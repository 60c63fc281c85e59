"""Searches from Python, and as CK's action."""

from __future__ import annotations

from pathlib import Path

from ck_core import Workspace, access
from ck_core.domain.tuning.options import Budget
from ck_core.testing.fixtures import AddComponent
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import trials_of, tuned_program


@needs_gcc
def test_typed(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    found = Workspace().autotune(
        "program:it",
        compiler="gcc",
        groups=["own"],
        own={"WORK": [8, 1]},
        strategy="exhaustive",
        budget=Budget(evaluations=1),
    )
    assert found.winner is not None
    assert found.winner.configuration == {}
    found = Workspace().resume_tuning("experiment:tune-it", Budget(evaluations=2))
    assert found.winner is not None
    assert found.winner.configuration == {"WORK": "1"}
    assert len(trials_of(ckp_home, "tune-it")) == 2


@needs_gcc
def test_as_an_action_of_ck(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    request = {"action": "autotune", "module_uoa": "program", "data_uoa": "it", "tune": "own"}
    choices = {"compiler": "gcc", "strategy": "exhaustive", "param": {"WORK": "8,1"}}
    answer = access({**request, **choices, "record_uoa": "mine"})
    assert answer["return"] == 0, answer
    assert answer["configuration"] == {"WORK": "1"}
    assert answer["experiment"] == "local:experiment:mine"
    wrong = access({**request, **choices, "strategy": "nonsense"})
    assert wrong["return"] > 0
    assert "nonsense" in wrong["error"]
