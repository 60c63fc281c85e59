"""ckp import: each point once, a bad one harms no other, and none is held."""

from __future__ import annotations

import json
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.errors import BadComponentError
from ck_core.experiments.transfer.importing import import_points
from ck_core.experiments.transfer.json_points import listed_points
from ck_core.store.experiments.appending import append_new_points
from ck_core.store.experiments.point_json import point_values
from ck_core.store.experiments.reading import read_points
from ck_core.testing.fixtures import Ckp
from experiments.point_kit import sample
from experiments.recorded_kit import record


def values(number: int, **more: Any) -> dict[str, Any]:
    return {**point_values(sample(number, 2)), **more}


def recorded(home: Path, alias: str) -> list[str]:
    directory = home / "repos" / "local" / "experiment" / alias
    found = read_points(directory, lambda trouble: pytest.fail(str(trouble)))
    return [point.uid for point in found]


def test_of_one_uid_the_first_comes_in(ckp: Ckp, ckp_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "it.json"
    file.write_text(json.dumps([values(1), values(1, command="other"), values(2), values(1)]))
    done = ckp("import", "experiment:it", str(file), "--json")
    assert (json.loads(done.stdout)["added"], json.loads(done.stdout)["known"]) == (2, 2)
    assert recorded(ckp_home, "it") == [sample(1).uid, sample(2).uid]


def test_a_point_that_cannot_be_recorded_harms_no_other(
    ckp: Ckp, ckp_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "it.json"
    long = values(3, notes=["x" * (65 << 20)])
    file.write_text(json.dumps([values(1), values(2, later=float("nan")), long, values(4)]))
    done = ckp("import", "experiment:it", str(file))
    assert done.returncode == 0, done.stderr
    assert recorded(ckp_home, "it") == [sample(1).uid, sample(4).uid]
    warnings = done.stderr.splitlines()
    assert len(warnings) == 2
    assert "point 2 is left out: it holds what JSON cannot" in warnings[0]
    assert "point 3 is left out: it is longer than 64 MiB" in warnings[1]
    file.write_text(json.dumps([values(2, later=float("nan"))]))
    assert ckp("import", "experiment:none", str(file)).returncode == 2
    assert not (ckp_home / "repos" / "local" / "experiment" / "none").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"points": [%s, %s]', "is not JSON"),
        ('{"points": [%s, %s,]}', "is not JSON"),
        ("[%s, %s] more", "is not JSON: expecting the end"),
        ('{"x": [%s, %s]}', "holds no list of points"),
        ('{"points": {"a": [%s, %s]}}', "holds no list of points"),
    ],
)
def test_of_a_broken_file_nothing_comes_in(
    ckp: Ckp, ckp_home: Path, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "it.json"
    file.write_text(text % (json.dumps(values(1)), json.dumps(values(2))))
    done = ckp("import", "experiment:it", str(file))
    assert done.returncode == 4, done.stderr
    assert said in done.stderr
    assert not (ckp_home / "repos" / "local" / "experiment").exists()


def test_many_at_once_add_each_point_once(ckp_home: Path) -> None:
    directory = record(ckp_home, "it", [sample(0)])
    points = [sample(number, 1) for number in range(200)]

    def add(start: int) -> int:
        few = [*points[start:], *points[:start]]
        return append_new_points(directory, few, lambda *_: pytest.fail("all are sound"))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, (0, 50, 100, 150))) == 199
    assert sorted(recorded(ckp_home, "it")) == sorted(point.uid for point in points)


def test_a_file_is_read_point_by_point(ckp_home: Path, tmp_path: Path) -> None:
    """Points of 60 MB in all are never in memory together; a batch of 8 MiB is."""
    notes = ("x" * 200_000,)
    file = tmp_path / "it.json"
    with file.open("w") as stream:
        stream.write('{"experiment": "experiment:it", "points": [\n')
        stream.write(",\n".join(json.dumps(values(n, notes=notes)) for n in range(300)))
        stream.write("]}")
    context = Context(SilentReporter())
    tracemalloc.start()
    try:
        done = import_points(Cid("experiment", "it"), str(file), "json", context)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert done.added == 300
    assert peak < 35_000_000


texts = st.text(max_size=5)
simple = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | texts
anything = st.recursive(simple, lambda one: st.lists(one) | st.dictionaries(texts, one))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    whole=st.lists(anything) | st.fixed_dictionaries({"a": anything, "points": st.lists(anything)}),
    indent=st.none() | st.just(1),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    cut=st.integers(0, 30),
)
def test_what_is_listed_is_what_json_holds(
    tmp_path: Path, whole: Any, indent: int | None, encoding: str, cut: int
) -> None:
    file = tmp_path / "it.json"
    text = json.dumps(whole, indent=indent)
    file.write_text(text, encoding=encoding)
    expected = whole if isinstance(whole, list) else whole["points"]
    assert json.dumps(list(listed_points(file))) == json.dumps(expected)
    file.write_text(text[: -cut - 1], encoding="utf-8")
    with pytest.raises(BadComponentError):
        list(listed_points(file))
