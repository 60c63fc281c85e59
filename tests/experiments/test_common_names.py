"""What an experiment's meta says of all its points, where CK's tools look for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.domain.point import Point, RecordedComponent
from ck_core.errors import StorageError
from ck_core.store.editing import NewComponent
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.appending import append_points
from ck_core.store.experiments.ck_export import export_to_ck
from ck_core.store.experiments.common_names import KEYS, known, names_of
from ck_core.store.experiments.experiments import open_experiment
from ck_core.store.experiments.reading import read_points
from ck_core.store.repositories import Repository
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.point_kit import sample
from experiments.replay_kit import add_program, points_file, recorded
from store.test_original_ck import OriginalCk, ck, ck_executable

__all__ = ["ck", "ck_executable"]


def local(place: Path) -> Repository:
    (place / "ours").mkdir(exist_ok=True)
    return Repository(alias="x", path=place / "ours", origin="yours", writable=True)


def opened(place: Path, values: dict[str, Any] | None = None) -> Path:
    experiment = open_experiment(local(place), "tried").path
    if values is not None:
        (experiment / ".cm/meta.json").write_text(json.dumps(values))
    return experiment


def meta(experiment: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((experiment / ".cm/meta.json").read_text())
    return found


def point(number: int, program: str = "susan", uid: str = "a" * 16, **changes: Any) -> Point:
    component = RecordedComponent(cid=f"program:{program}", uid=uid)
    return replace(sample(number), program=component, **changes)


def test_of_one_program_all_is_said(tmp_path: Path) -> None:
    experiment = opened(tmp_path, {"tags": ["t"], "meta": {"own": 1}})
    append_points(experiment, [point(1), point(2)])
    assert meta(experiment)["tags"] == ["t"]
    assert meta(experiment)["meta"] == {
        "own": 1,
        "program_uoa": "susan",
        "program_uid": "a" * 16,
        "cmd_key": "default",
        "dataset_uoa": "image-1",
        "dataset_uid": "fedcba9876543210",
    }
    before = (experiment / ".cm/meta.json").stat()
    append_points(experiment, [point(3)])
    assert (experiment / ".cm/meta.json").stat() == before  # nothing new to say, nothing written


def test_what_differs_is_said_no_more(tmp_path: Path) -> None:
    experiment = opened(tmp_path)
    append_points(experiment, [point(1)])
    append_points(experiment, [point(2, command="edges")])
    assert "cmd_key" not in meta(experiment)["meta"]
    append_points(experiment, [point(3, program="renamed", dataset=None)])
    assert meta(experiment)["meta"] == {"program_uid": "a" * 16}
    append_points(experiment, [point(4)])  # it is still not true of all
    assert meta(experiment)["meta"] == {"program_uid": "a" * 16}


def test_what_did_not_build_has_read_no_dataset_yet(tmp_path: Path) -> None:
    experiment = opened(tmp_path)
    failed: dict[str, Any] = {"status": "failed", "stage": "build", "dataset": None}
    append_points(experiment, [point(1), point(2, **failed)])
    append_points(experiment, [point(3, **failed)])
    assert meta(experiment)["meta"]["dataset_uoa"] == "image-1"


def test_an_experiment_from_before_is_left_alone(tmp_path: Path) -> None:
    """What its earlier points are of nobody has noted."""
    experiment = opened(tmp_path)
    append_points(experiment, [point(1, program="other")])
    (experiment / ".cm/meta.json").write_text("{}")
    append_points(experiment, [point(2)])
    assert meta(experiment) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"meta": "text"}', "\udcff"])
def test_a_meta_that_nobody_understands_stays(tmp_path: Path, text: str) -> None:
    experiment = opened(tmp_path)
    content = text.encode("utf-8", "surrogateescape")
    (experiment / ".cm/meta.json").write_bytes(content)
    append_points(experiment, [point(1)])
    assert (experiment / ".cm/meta.json").read_bytes() == content
    assert len([*read_points(experiment, lambda _: None)]) == 1


def test_an_entry_of_cks_is_left_alone(tmp_path: Path) -> None:
    """Its points are known by their program from the meta alone."""
    new = NewComponent(kind="experiment", alias="tried")
    experiment = export_to_ck([point(1)], local(tmp_path), new).path
    before = meta(experiment)
    append_points(experiment, [point(2, program="other", uid="b" * 16)])
    assert meta(experiment) == before


def test_an_export_says_what_all_have_in_common(tmp_path: Path) -> None:
    new = NewComponent(kind="experiment", alias="tried")
    made = [point(1), point(2, command="edges"), point(3, uid="b" * 16)]
    experiment = export_to_ck(made, local(tmp_path), new).path
    said = meta(experiment)["meta"]
    assert said == {
        "program_uoa": "susan",
        "dataset_uoa": "image-1",
        "dataset_uid": "fedcba9876543210",
    }


def test_a_points_file_that_cannot_be_written_leaves_nothing_false(tmp_path: Path) -> None:
    """As a kill between meta and points: the next who records says what is so."""
    experiment = opened(tmp_path)
    (experiment / POINTS_FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError):
        append_points(experiment, [point(1)])
    (experiment / POINTS_FILE).unlink()
    append_points(experiment, [point(2, program="other", uid="b" * 16)])
    assert meta(experiment)["meta"]["program_uoa"] == "other"


programs = st.sampled_from(["one", "two"])
some_points = st.builds(
    lambda program, uid, command, dataset: (program, uid, command, dataset),
    programs,
    st.sampled_from(["", "a" * 16]),
    st.sampled_from(["", "edges"]),
    st.sampled_from([None, RecordedComponent(cid="dataset:d")]),
)
batches = st.lists(st.lists(some_points, min_size=1, max_size=3), min_size=1, max_size=3)


@settings(max_examples=40, deadline=None)
@given(batches)
def test_what_is_said_is_true_of_every_point(given_batches: list[list[Any]]) -> None:
    with TemporaryDirectory() as place:
        experiment = opened(Path(place))
        number = 0
        for batch in given_batches:
            made: list[Point] = []
            for program, uid, command, dataset in batch:
                number += 1
                made.append(point(number, program, uid, command=command, dataset=dataset))
            append_points(experiment, made)
        everything = [known(names_of(one)) for one in read_points(experiment, lambda _: None)]
        assert meta(experiment).get("meta", {}) == _in_all(everything)


def _in_all(names: Sequence[dict[str, str]]) -> dict[str, str]:
    first = names[0]
    return {key: one for key, one in first.items() if all(n.get(key) == one for n in names)}


def test_many_who_record_at_once(tmp_path: Path) -> None:
    """Whoever is first, the experiment holds points of several programs in the end."""
    experiment = opened(tmp_path)
    made = [point(number, f"p{number % 2}", f"{number % 2:016x}") for number in range(1, 13)]
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda one: append_points(experiment, [one]), made)) == 12
    assert not {"program_uoa", "program_uid"} & meta(experiment)["meta"].keys()
    assert set(meta(experiment)["meta"]) <= {*KEYS}


# By command


def test_a_recorded_experiment_is_found_by_its_program(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_program(add_component, ckp, keys={"backup_data_uid": "0123456789abcdef"})
    recorded(ckp)
    values = meta(points_file(ckp).parent)["meta"]
    assert values == {
        "program_uoa": "it",
        "program_uid": "0123456789abcdef",
        "cmd_key": "default",
    }


@pytest.mark.slow
def test_ck_finds_it_by_its_program(tmp_path: Path, ck: OriginalCk) -> None:
    """As ``program.optimization`` looks for what it has measured before."""
    append_points(opened(tmp_path), [point(1)])
    ck("add", "repo:x", f"--path={tmp_path / 'ours'}", "--quiet")
    for program, found in (("susan", ["tried"]), ("other", [])):
        searched = {"repo_uoa": "x", "search_dict": {"meta": {"program_uoa": program}}}
        (ck.directory / "request.json").write_text(json.dumps(searched))
        answer = ck.ask("search", "experiment", f"@{ck.directory / 'request.json'}")
        assert [one["data_uoa"] for one in answer["lst"]] == found
