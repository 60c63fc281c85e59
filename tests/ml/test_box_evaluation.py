"""Mean average precision: what pycocotools is given, and what comes of it in cases done by hand."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ck_core.domain.metric import Metric
from ck_core.system.json_files import StrangeFileError
from ck_plugins_ml.metrics.combining import combined
from ck_plugins_ml.metrics.detection import detection_metrics
from ml.frameworks import Frameworks
from ml.kit import REPOSITORY

EVALUATE = REPOSITORY / "script/detection-metrics/evaluate.py"


@pytest.fixture(scope="session")
def evaluate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluate", EVALUATE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(number: int, score: float, *sides: float) -> list[float]:
    return [number, score, *sides]


def test_a_thing_found_as_two_classes_of_one_category_counts_once(evaluate: ModuleType) -> None:
    mug, cup = row(0, 0.9, 0, 0, 10, 10), row(1, 0.8, 0, 0, 10, 9)
    other, unknown = row(1, 0.7, 50, 50, 60, 60), row(7, 0.9, 0, 0, 10, 10)
    one_category = {0: 47, 1: 47}
    assert evaluate.without_doubles([cup, other, mug, unknown], one_category) == [mug, other]
    assert evaluate.without_doubles([cup, mug], {0: 47, 1: 48}) == [mug, cup]


def write(directory: Path, boxes: list[Any], annotations: list[Any]) -> None:
    """One image of 100 x 100; annotations are (category, left, top, width, height)."""
    truth = {
        "images": [{"id": 5, "file_name": "a.jpg", "width": 100, "height": 100}],
        "categories": [{"id": 1, "name": "person"}, {"id": 17, "name": "cat"}],
        "annotations": [
            {
                "id": n,
                "image_id": 5,
                "category_id": kind,
                "bbox": box,
                "area": box[2] * box[3],
                "iscrowd": 0,
            }
            for n, (kind, *box) in enumerate(annotations, start=1)
        ],
    }
    found = {
        "schema": 1,
        "task": "object-detection",
        "names": ["Person", "Cat"],
        "ids": ["a.jpg"],
        "boxes": [boxes],
    }
    (directory / "prepared").mkdir()
    (directory / "truth.json").write_text(json.dumps(truth))
    prepared = {"annotations": str(directory / "truth.json")}
    (directory / "prepared" / "prepared.json").write_text(json.dumps(prepared))
    (directory / "predictions.json").write_text(json.dumps(found))


PERSON, CAT = (1, 0, 0, 50, 50), (17, 60, 60, 20, 20)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        # both are found exactly
        ([row(0, 0.9, 0, 0, 50, 50), row(1, 0.8, 60, 60, 80, 80)], (1.0, 1.0)),
        # the cat is missed: the mean over two categories is a half
        ([row(0, 0.9, 0, 0, 50, 50)], (0.5, 0.5)),
        # the person's box is 4/5 of the true one: right at overlaps .5 to .8, 7 of 10
        ([row(0, 0.9, 0, 0, 40, 50), row(1, 0.8, 60, 60, 80, 80)], ((0.7 + 1) / 2, 1.0)),
        # something surer that is nothing: precision is 1/2 at each recall of the person
        (
            [
                *(row(0, 0.95, 60, 0, 99, 30), row(0, 0.9, 0, 0, 50, 50)),
                row(1, 0.8, 60, 60, 80, 80),
            ],
            ((0.5 + 1) / 2, (0.5 + 1) / 2),
        ),
        ([], (0.0, 0.0)),
    ],
)
def test_precision_by_hand(
    frameworks: Frameworks, tmp_path: Path, boxes: list[Any], expected: tuple[float, float]
) -> None:
    done = frameworks.ckp("install", "package:pycocotools")
    assert done.returncode == 0, done.stderr
    shown = json.loads(frameworks.ckp("show", "env", "--tags=pycocotools", "--json").stdout)
    python = shown[-1]["environment"]["CK_ENV_PYCOCOTOOLS_PYTHON"]
    write(tmp_path, boxes, [PERSON, CAT])
    subprocess.run([python, "-I", str(EVALUATE)], cwd=tmp_path, check=True, timeout=300)
    found = detection_metrics(tmp_path)
    assert (found["map_50_95"].value, found["map_50"].value) == pytest.approx(expected)
    assert found["map_50"].detail == "over 2 of 2 categories, 1 images"


class Truth:
    """As much of pycocotools' as is asked."""

    def __init__(self, annotations: list[int]) -> None:
        self.dataset = {"categories": [{"id": 3, "name": "Cup"}, {"id": 4, "name": "cat"}]}
        self.annotations = annotations

    def getAnnIds(self, **_asked: Any) -> list[int]:  # noqa: N802  # pycocotools'
        return self.annotations


def test_nothing_found_where_nothing_is_says_nothing(evaluate: ModuleType) -> None:
    assert evaluate._statistics(Truth([7]), [], [5], [1])["map_50"] == 0
    assert evaluate._statistics(Truth([]), [], [5], [1])["map_50"] == -1


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ({"labels": {"coco": {"Mug": "cup"}}}, {0: 3, 1: 4}),
        ({"labels": {}}, {1: 4}),
        ({}, {1: 4}),
        ([], {1: 4}),
        ({"labels": {"coco": {"Mug": 3}}}, {1: 4}),
    ],
)
def test_descriptions_of_strangers(
    evaluate: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    described: Any,
    expected: dict[int, int],
) -> None:
    (tmp_path / "model.json").write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setenv("CKP_MODEL_META", str(tmp_path / "model.json"))
    assert evaluate._categories(["Mug", "CAT"], Truth([])) == expected


def test_a_description_without_names_is_refused(
    evaluate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.json").write_text('{"labels": {"coco": [1]}}', encoding="utf-8")
    monkeypatch.setenv("CKP_MODEL_META", str(tmp_path / "model.json"))
    with pytest.raises(evaluate.Refusal, match=r"'labels\.coco' is no object"):
        evaluate._categories(["Mug"], Truth([]))


def test_images_without_an_entry_are_refused(evaluate: ModuleType) -> None:
    assert evaluate._places(["x/a.jpg"], {"a.jpg": 5}) == [5]
    with pytest.raises(evaluate.Refusal, match=r"b.jpg and 0 others are not in the annotations"):
        evaluate._places(["a.jpg", "b.jpg"], {"a.jpg": 5})


def test_without_pycocotools_the_reason_is_told(tmp_path: Path) -> None:
    write(tmp_path, [], [PERSON])
    subprocess.run([sys.executable, "-I", "-S", str(EVALUATE)], cwd=tmp_path, check=True)
    found = detection_metrics(tmp_path)
    assert found["map_50"].value is None
    assert "has no pycocotools" in found["map_50"].detail


def test_what_is_no_answer_is_told(tmp_path: Path) -> None:
    assert detection_metrics(tmp_path) == {}
    (tmp_path / "detection.json").write_text("[")
    with pytest.raises(StrangeFileError, match="is no JSON"):
        detection_metrics(tmp_path)


def test_verdicts_of_several_repetitions_are_one() -> None:
    def run(detail: str) -> dict[str, Metric]:
        return {"mlperf_valid": Metric(name="mlperf_valid", value=not detail, detail=detail)}

    found = combined([run(""), run("too short"), run("too few"), run("too few")])["mlperf_valid"]
    assert (found.value, found.detail) == (False, "too short; too few")
    assert combined([run(""), run("")])["mlperf_valid"].value is True
