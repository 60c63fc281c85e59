"""Differences of environments in the order in which they explain a change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.environment_diff import Fact, Kind, Likelihood, differences

OLD = {
    "kernel": Fact(kind=Kind.KERNEL, value="6.1.0-18"),
    "gcc": Fact(kind=Kind.COMPILER, value="12.2.0"),
    "flags": Fact(kind=Kind.FLAGS, value="-O2"),
    "governor": Fact(kind=Kind.GOVERNOR, value="performance"),
    "commit": Fact(kind=Kind.SOURCE, value="ab12"),
    "dataset": Fact(kind=Kind.DATASET, value="sha256:1"),
    "cpu": Fact(kind=Kind.CPU, value="Xeon 8480"),
    "openblas": Fact(kind=Kind.LIBRARY, value="0.3.21"),
}
ALL_NEW = {name: Fact(kind=fact.kind, value=fact.value + "9") for name, fact in OLD.items()}
METRICS = ["wall_s", "user_s", "energy_j", "size_bytes", "peak_memory_bytes", "accuracy", "x"]


def names(metric: str) -> list[str]:
    return [one.name for one in differences(OLD, ALL_NEW, metric=metric)]


def test_for_a_time() -> None:
    expected = "commit dataset flags gcc cpu openblas governor kernel"
    assert names("wall_s") == names("energy_j") == names("images_per_s") == expected.split()


def test_for_a_size_the_compiler_comes_first_and_the_governor_cannot_be() -> None:
    found = differences(OLD, ALL_NEW, metric="size_bytes")
    assert [one.name for one in found][:3] == ["gcc", "flags", "commit"]
    assert found[-1].name == "governor"
    assert found[-1].likelihood is Likelihood.IMPOSSIBLE
    assert names("peak_memory_bytes")[0] == "dataset"  # memory is no size of a file


def test_only_the_compiler_changed() -> None:
    new = {
        **OLD,
        "gcc": Fact(kind=Kind.COMPILER, value="13.1.0"),
        "host": Fact(kind=Kind.OTHER, value="b"),
    }
    first, second = differences(OLD, new, metric="wall_s")
    assert (first.before, first.after, first.likelihood) == ("12.2.0", "13.1.0", Likelihood.LIKELY)
    assert (second.name, second.before, second.after) == ("host", None, "b")


def test_within_a_kind_the_larger_step_comes_first() -> None:
    versions = {"a": ("1.2.3", "1.2.4"), "b": ("1.2", "2.0"), "c": ("1.2", "1.3"), "d": ("1", "")}
    before = {name: Fact(kind=Kind.LIBRARY, value=old) for name, (old, _) in versions.items()}
    after = {name: Fact(kind=Kind.LIBRARY, value=new) for name, (_, new) in versions.items() if new}
    found = differences(before, after, metric="wall_s")
    assert [one.name for one in found] == ["d", "b", "c", "a"]
    assert found[0].after is None


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_its_place(metric: str, kind: Kind) -> None:
    (one,) = differences({}, {"it": Fact(kind=kind, value="1")}, metric=metric)
    assert one.likelihood in Likelihood


FACTS = st.dictionaries(st.text(max_size=3), st.builds(Fact, kind=st.sampled_from(Kind)))


@given(FACTS, FACTS, st.sampled_from(METRICS))
def test_what_differs_is_told_once(
    before: dict[str, Fact], after: dict[str, Fact], metric: str
) -> None:
    found = differences(before, after, metric=metric)
    values = [{name: fact.value for name, fact in facts.items()} for facts in (before, after)]
    changed = {name for name, _ in values[0].items() ^ values[1].items()}
    assert sorted(one.name for one in found) == sorted(changed)
    order = [list(Likelihood).index(one.likelihood) for one in found]
    assert order == sorted(order)
