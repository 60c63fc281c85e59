"""Strategies of other packages that fail, or ask for what must not be built."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, Strategy, StrategyFactory, Trial
from ck_core.errors import PluginError, UsageError
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.guarded_strategy import guarded
from experiments.benchmark_kit import needs_gcc
from plugins.fake_distribution import install_fake
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

PLUGIN = """
from ck_core import hookimpl

class Theirs:
    def __init__(self, problem):
        self.left = [{}, {"WORK": "1"}, %s]

    def ask(self):
        return self.left.pop(0)

    def tell(self, trial):
        pass

@hookimpl
def autotune(session):
    session.add_strategy("theirs", Theirs)
"""
ASKED = {
    '{"WORK": "7"}': "asked for '7' as WORK, which is none of its values",
    '{"WORK": "3", "MORE": "1"}': "asked for {'WORK': '3', 'MORE': '1'}, which breaks "
    "WORK + MORE <= 3",
    '{"WORK": "0"}': "asked for '0' as WORK, which is none of its values",
    "42": "asked for 42, which is no configuration",
    "exit()": "failed when it was made: SystemExit",
}


@needs_gcc
@pytest.mark.parametrize("asked", ASKED)
def test_what_it_must_not_ask_for_is_never_built(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, tmp_path: Path, asked: str
) -> None:
    """The plugin is named; what was asked for just before may not have been built yet."""
    install_fake(tmp_path / "site", "my-pack", PLUGIN % asked, plugin="mine")
    choices = {
        "WORK": {"type": "integer", "values": [0, 1, 2, 3], "default": 2, "inexact": [0]},
        "MORE": {"type": "integer", "values": [0, 1], "default": 0},
    }
    constraints = ["WORK + MORE <= 3"]
    add_component("program", "it", *tuned_program(choices=choices, constraints=constraints))
    words = ("autotune", "program:it", "--compiler=gcc", "--tune=choices", "--strategy=theirs")
    done = ckp(*words, "--repeat=1", PYTHONPATH=str(tmp_path / "site"))
    assert done.returncode == PluginError.exit_code, done.stderr
    assert f"strategy 'theirs' of plugin mine (my-pack 1.0) {ASKED[asked]}" in done.stderr
    assert "Traceback" not in done.stderr
    if asked != "exit()":
        tried = [configuration_of(one) for one in trials_of(ckp_home, "tune-it")]
        assert tried in ([{}], [{}, {"WORK": "1"}])


def problem() -> Problem:
    """A pair of values is excluded."""
    parameters = (
        Parameter(name=name, values=("0", "1", "2"), default="0", group="own") for name in "AB"
    )
    return Problem(space=Space(tuple(parameters), (Expression.parsed("A + B < 3"),)), seed=1)


class Answering:
    """Whatever it was made to answer; an exception is raised."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def ask(self) -> Any:
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer

    def tell(self, trial: Trial) -> None:
        self.ask()


def made(answer: object) -> Strategy:
    return guarded("theirs", lambda _: Answering(answer), problem())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ([("A", "1")], "which is no configuration"),
        ({"A": ["1"]}, r"asked for \['1'\] as A, which is none of its values"),
        ({"A": 1}, "asked for 1 as A, which is none of its values"),
        ({"C": "1"}, "asked for 'C', which is not varied"),
        ({1: "1"}, "asked for 1, which is not varied"),
        ({"A": "1", "B": "2"}, r"which breaks A \+ B < 3"),
        (ValueError("no"), "theirs failed in ask: ValueError: no"),
        (SystemExit(0), "theirs failed in ask: SystemExit: 0"),
    ],
)
def test_answers_that_are_none(answer: object, sentence: str) -> None:
    with pytest.raises(PluginError, match=sentence):
        made(answer).ask()


def test_sound_answers_come_through_normalized() -> None:
    assert made({"B": "0", "A": "2"}).ask() == {"A": "2"}
    assert made(None).ask() is None


def test_what_fails_when_it_is_told() -> None:
    with pytest.raises(PluginError, match="theirs failed in tell: KeyError"):
        made(KeyError("x")).tell(Trial(configuration={}, costs=(1.0,)))


@pytest.mark.parametrize(
    "answer",
    [
        UsageError("a library is missing"),
        KeyboardInterrupt(),
        SystemExit(128 + signal.SIGTERM),
    ],
)
def test_what_is_no_fault_of_its_own_comes_through(answer: BaseException) -> None:
    with pytest.raises(type(answer)):
        made(answer).ask()


class Deaf:
    def __init__(self, _problem: Problem) -> None: ...

    def ask(self) -> None: ...


@pytest.mark.parametrize(
    ("factory", "sentence"),
    [
        (42, "theirs failed when it was made: TypeError: 'int' object is not callable"),
        (None, "theirs failed when it was made: TypeError"),
        (lambda _: None, "theirs is no strategy: its factory gave NoneType, without ask"),
        (Deaf, "theirs is no strategy: its factory gave Deaf, without tell"),
        (lambda _: 1 // 0, "theirs failed when it was made: ZeroDivisionError"),
    ],
)
def test_factories_that_make_no_strategy(factory: Callable[..., Any], sentence: str) -> None:
    with pytest.raises(PluginError, match=sentence):
        guarded("theirs", cast("StrategyFactory", factory), problem())
