"""Benchmarks from Python, and as CK's action."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core import Workspace, access
from ck_core.analysis.stopping import Stop
from ck_core.domain.variation_text import parse_flag_sets, parse_precision, split_values
from ck_core.errors import BuildError, UsageError
from ck_core.testing.fixtures import AddComponent
from experiments.benchmark_kit import measured_program, needs_gcc, recorded


@needs_gcc
def test_typed(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program())
    found = Workspace().benchmark(
        "program:it",
        compilers=["gcc"],
        flags=["-O1", "-DBROKEN", "-O2"],
        repetitions=7,
        record="mine",
    )
    first, broken, last = found.measurements
    assert isinstance(broken.error, BuildError)
    assert found.failure is broken.error
    assert first.compared is None
    assert last.compared is not None
    assert last.compared.paired
    assert last.stop is Stop.COUNT
    assert last.outcome is not None
    assert len(last.outcome.run.repetitions) == 7
    assert found.experiment is not None
    assert {one.uid for one in recorded(ckp_home, "mine")} == {
        one.point.uid for one in found.measurements
    }


@needs_gcc
def test_as_an_action_of_ck(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program())
    request = {"action": "benchmark", "module_uoa": "program", "data_uoa": "it", "repeat": 2}
    choices = {"compiler": ["gcc"], "flags": "-O1;-O2", "env": {"N": [1, 2], "M": "3"}}
    kept = {"record": "yes", "record_uoa": "mine", "tags": "a,b"}
    answer = access({**request, **choices, **kept})
    assert answer["return"] == 0, answer
    assert answer["experiment"] == "local:experiment:mine"
    assert [one["point"]["choices"]["env.N"] for one in answer["variants"]] == ["1", "2", "1", "2"]
    assert len(recorded(ckp_home, "mine")) == 4
    once = access({**request, **kept, "action": "run"})
    assert once["experiment"] == "local:experiment:mine"
    assert len(recorded(ckp_home, "mine")) == 5
    failed = access({**request, "flags": "-DBROKEN", "deps": {"compiler": "gcc"}})
    assert failed["return"] == 7


def test_an_action_names_what_is_wrong(ckp_home: Path) -> None:
    request = {"action": "benchmark", "cid": "program:sort"}
    for key, value in (("max_time", "x"), ("precision", "2"), ("env", {"N": {}}), ("seed", "x")):
        answer = access({**request, key: value})
        assert answer["return"] == 2, (key, answer)


def test_values() -> None:
    assert split_values("gcc@12, clang@19,gcc@12") == ("gcc@12", "clang@19")
    assert split_values(r"a\,b,c\d") == ("a,b", r"c\d")
    assert split_values("") == ("",)


def test_flag_sets() -> None:
    assert parse_flag_sets("-O2;-O3 -march=native; ") == (("-O2",), ("-O3", "-march=native"), ())
    assert parse_flag_sets("""-DX='"a;b"';-O1""") == (('-DX="a;b"',), ("-O1",))
    assert parse_flag_sets(r"-DX=\"a\";-DY=a\;b") == (('-DX="a"',), ("-DY=a;b",))
    with pytest.raises(UsageError):
        parse_flag_sets("-DX='a")


def test_precision() -> None:
    assert parse_precision("1%") == parse_precision("0.01") == 0.01
    for text in ("1", "0", "-1%", "100%", "nan", "x", "1%x"):
        with pytest.raises(UsageError):
            parse_precision(text)
