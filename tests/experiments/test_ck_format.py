"""CK 2.6.4 itself reads what is exported to its form, and what it records is imported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.intervals import median_interval
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.errors import UsageError
from ck_core.store.editing import NewComponent
from ck_core.store.experiments.ck_export import export_to_ck
from ck_core.store.experiments.ck_flat import flattened, nested, statistics_of
from ck_core.store.experiments.ck_import import points_of_ck
from ck_core.store.repositories import Repository
from experiments.point_kit import sample
from store.test_original_ck import OriginalCk, ck, ck_executable  # noqa: F401  # fixtures

POINTS = [sample(number) for number in range(4)]
FAILED = replace(
    sample(9),
    status="failed",
    stage="run",
    error="exit status 3",
    characteristics={},
    metrics={"size_bytes": Metric(name="size_bytes", value=8192)},
)


@pytest.fixture
def local(tmp_path: Path) -> Repository:
    (tmp_path / "ours").mkdir()
    return Repository(alias="x", path=tmp_path / "ours", origin="yours", writable=True)


def exported(local: Repository, points: list[Point]) -> Path:
    new = NewComponent(kind="experiment", alias="tried", values={"tags": ["tried"]})
    return export_to_ck(points, local, new).path


def imported(local: Repository, name: str = "tried") -> tuple[list[Point], list[Trouble]]:
    troubles: list[Trouble] = []
    found = list(points_of_ck(local.read("experiment", name), troubles.append))
    return found, troubles


def of(values: dict[str, Any], *keys: str) -> list[Any]:
    return [values[key] for key in keys]


# The form itself


def test_what_is_exported_comes_back_whole(local: Repository) -> None:
    replay = replace(sample(10), replay_of=POINTS[0].uid)
    exported(local, [*POINTS, FAILED, replay])
    assert imported(local) == ([*POINTS, FAILED, replay], [])


def test_without_ckps_own_file_what_ck_knows_comes_back(local: Repository) -> None:
    again = replace(POINTS[3], replay_of=POINTS[0].uid)
    path = exported(local, [*POINTS[:3], again, FAILED])
    for file in path.glob("*.ckp.json"):
        file.unlink()
    found, troubles = imported(local)
    assert troubles == []
    for one, point in zip(found, [*POINTS[:3], again, FAILED], strict=True):
        assert one.replay_of == point.replay_of
        assert (one.uid, one.status, one.error) == (point.uid, point.status, point.error)
        assert (one.choices, one.features) == (point.choices, point.features)
        assert (one.program.cid, one.program.uid) == (point.program.cid, point.program.uid)
        assert (one.command, one.dataset) == (point.command, point.dataset)
        raw = {name: values for name, values in one.characteristics.items() if len(values) > 1}
        assert raw == point.characteristics
        assert one.metrics["size_bytes"].value == point.metrics["size_bytes"].value
    interval = median_interval(POINTS[0].characteristics["wall_s"])
    metric = found[0].metrics["wall_s"]
    assert (metric.value, metric.low) == (interval.median, interval.low)


def test_an_export_that_fails_leaves_nothing(local: Repository) -> None:
    def failing() -> Any:
        yield POINTS[0]
        raise ZeroDivisionError

    new = NewComponent(kind="experiment", alias="tried")
    with pytest.raises(ZeroDivisionError):
        export_to_ck(failing(), local, new)
    assert not (local.path / "experiment" / "tried").exists()
    exported(local, POINTS)
    with pytest.raises(UsageError, match="is there already"):
        export_to_ck(POINTS, local, new)


def test_flat_keys() -> None:
    tree = {"a": 1, "b": {"c": [2, {"d": 3}], "e": {}}}
    assert flattened(tree, "#") == {"##a": 1, "##b#c@0": 2, "##b#c@1#d": 3}
    assert nested({"env.N": 4, "level": 3}) == {"env": {"N": 4}, "level": 3}
    assert nested({"a": 1, "a.b": 2, "c..d": 3}) == {"a": 1, "a.b": 2, "c..d": 3}


@given(st.dictionaries(st.text("ab.", min_size=1, max_size=6), st.integers()))
def test_nesting_loses_no_value(values: dict[str, int]) -> None:
    found = flattened(nested(values), "")
    assert {key[1:].replace("#", "."): value for key, value in found.items()} == values


def test_statistics_are_those_of_ck() -> None:
    found = statistics_of("k", [3.0, 1.0, 3.0])
    assert of(found, "k#min", "k#max", "k#repeats", "k#range") == [1.0, 3.0, 3, 2.0]
    assert of(found, "k#all", "k#all_unique") == [[3.0, 1.0, 3.0], [3.0, 1.0]]
    assert of(found, "k#center", "k#range_percent", "k#mean") == [2.0, 2.0, 7 / 3]
    assert statistics_of("k", ["a", True]) == {
        "k#repeats": 2,
        "k#all": ["a", True],
        "k#all_unique": ["a", True],
    }


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"a":' * 300 + b"1" + b"}" * 300, b"null", b"{}"],
)
@pytest.mark.parametrize("name", ["flat", "features", "0001", "ckp"])
def test_broken_files_are_named_or_harmless(local: Repository, name: str, content: bytes) -> None:
    path = exported(local, POINTS)
    if name != "ckp":
        (path / f"ckp-{POINTS[1].uid}.ckp.json").unlink()
    (path / f"ckp-{POINTS[1].uid}.{name}.json").write_bytes(content)
    found, troubles = imported(local)
    assert {one.uid for one in found} >= {POINTS[number].uid for number in (0, 2, 3)}
    assert all(POINTS[1].uid in one.file for one in troubles)


@pytest.mark.parametrize("value", ["1e999", "9" * 400, "NaN", '"text"', "{}", "[1, [2]]", "true"])
def test_strange_values_are_named_or_kept(local: Repository, value: str) -> None:
    path = exported(local, POINTS[:1])
    (path / f"ckp-{POINTS[0].uid}.ckp.json").unlink()
    flat = f'{{"##characteristics#run#strange#all": [{value}, {value}]}}'
    (path / f"ckp-{POINTS[0].uid}.flat.json").write_text(flat)
    found, troubles = imported(local)
    assert len(found) + len(troubles) == 1
    for point in found:
        assert "strange" in {**point.characteristics, **point.metrics} or point.extra["ck"]


# CK itself


@pytest.mark.slow
def test_ck_reads_what_is_exported(local: Repository, ck: OriginalCk) -> None:  # noqa: F811  # fixture
    path = exported(local, POINTS)
    ck("add", "repo:x", f"--path={local.path}", "--quiet")
    assert ck.cids("x:experiment:*", "--tags=tried") == {"x:experiment:tried"}
    listed = ck.ask("list_points", "x:experiment:tried")
    assert listed["points"] == [point.uid for point in POINTS]
    assert listed["dict"]["points"] == "4"
    for point in POINTS:
        loaded = ck.ask("load_point", "x:experiment:tried", f"--point={point.uid}")["dict"]
        flat, times = loaded["flat"], point.characteristics["wall_s"]
        key = "##characteristics#run#execution_time"
        assert of(flat, f"{key}#min", f"{key}#max") == [min(times), max(times)]
        assert loaded["features"]["choices"]["env"] == {
            "OMP_NUM_THREADS": point.choices["env.OMP_NUM_THREADS"]
        }
        assert len(loaded["0001"]["characteristics_list"]) == len(times)
    assert path.is_dir()


@pytest.mark.slow
def test_cks_tables_hold_our_values(local: Repository, ck: OriginalCk) -> None:  # noqa: F811  # fixture
    exported(local, POINTS)
    ck("add", "repo:x", f"--path={local.path}", "--quiet")
    request = {
        "repo_uoa": "x",
        "module_uoa": "experiment",
        "data_uoa": "tried",
        "flat_keys_list": [
            "##characteristics#run#execution_time#min",
            "##characteristics#compile#binary_size#min",
            "##choices#flags#min",
        ],
        "get_all_points": "yes",
    }
    (ck.directory / "request.json").write_text(json.dumps(request))
    table = ck.ask("get", "experiment", f"@{ck.directory / 'request.json'}")["table"]["0"]
    assert table == [
        [min(one.characteristics["wall_s"]), one.metrics["size_bytes"].value, None]
        for one in POINTS
    ]


@pytest.mark.slow
def test_what_ck_records_is_imported(local: Repository, ck: OriginalCk) -> None:  # noqa: F811  # fixture
    ck("add", "repo:x", f"--path={local.path}", "--quiet")
    features = {"cpu": {"name": "x", "freq": [1, 2]}, "cores": 4}
    choices = {"compiler": "gcc", "env": {"OMP_NUM_THREADS": 4}, "data_uoa": "susan"}
    for seconds in ([0.5, 0.25, 0.75], [1.0]):
        runs = [{"run": {"execution_time": one, "ok": True, "text": "t"}} for one in seconds]
        record = {
            "meta": {"program_uoa": "susan", "cmd_key": "edges", "dataset_uoa": "image-1"},
            "tags": ["from-ck"],
            "features": features,
            "choices": choices,
            "characteristics_list": runs,
            "pipeline_state": {"fail": "no", "fail_bool": False},
        }
        request = {"dict": record, "repo_uoa": "x", "experiment_repo_uoa": "x"}
        request |= {"experiment_uoa": "by-ck", "search_point_by_features": "yes"}
        (ck.directory / "request.json").write_text(json.dumps(request))
        ck("add", "experiment", f"@{ck.directory / 'request.json'}")
    (point,), troubles = imported(local, "by-ck")
    assert troubles == []
    assert point.characteristics["wall_s"] == (0.5, 0.25, 0.75, 1.0)
    assert point.metrics["wall_s"].value == 0.625
    assert point.metrics["ok"].value is True
    assert point.extra == {"ck": {"characteristics": {"text": ["t"] * 4}}}
    assert point.choices == {"compiler": "gcc", "env.OMP_NUM_THREADS": 4, "data_uoa": "susan"}
    assert point.features == {"cpu.name": "x", "cpu.freq.0": 1, "cpu.freq.1": 2, "cores": 4}
    assert (point.program.cid, point.command) == ("program:susan", "edges")
    assert point.dataset is not None
    assert (point.dataset.cid, point.status) == ("dataset:image-1", "ok")
    listed = ck.ask("list_points", "x:experiment:by-ck")["points"]
    assert [point.uid] == listed
