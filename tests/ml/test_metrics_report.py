"""per_class.json and confusion.svg."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import StorageError
from ml.metrics_kit import FRAMEWORK, judged, latencies, predictions, repetition

SVG = "{http://www.w3.org/2000/svg}"


def report(tmp_path: Path, guesses: dict[str, Any], *, prepared: Any = None) -> Path:
    """The only directory that was made."""
    written = repetition(tmp_path / "rep-0", latencies(images=len(guesses["top"])), guesses)
    if prepared is not None:
        (tmp_path / "rep-0" / "prepared").mkdir()
        file = tmp_path / "rep-0" / "prepared" / "prepared.json"
        file.write_text(json.dumps(prepared), encoding="utf-8")
    judged(written, environment={**FRAMEWORK, "CKP_ML_REPORT": str(tmp_path / "report")})
    (found,) = (tmp_path / "report").iterdir()
    return found


def titles(picture: Path) -> list[str]:
    tree = ET.fromstring(picture.read_text(encoding="utf-8"))  # noqa: S314  # ours
    return [one.text or "" for one in tree.iter(f"{SVG}title")]


def test_classes_by_hand(tmp_path: Path) -> None:
    """Labels 0, 1, 9 are taken for 0, 2, 1."""
    place = report(tmp_path, predictions(), prepared={"classes": ["<zero>", "one"]})
    assert place.name.startswith("abacus-1.0-brightness-fp32-")
    told = json.loads((place / "per_class.json").read_text(encoding="utf-8"))
    assert (told["images"], told["labelled"], told["unlabelled"]) == (4, 3, 1)
    assert told["confusion"] == {"0": {"0": 1}, "1": {"2": 1}, "9": {"1": 1}}
    shares = [
        (one["class"], one["name"], one["recall"], one["precision"]) for one in told["classes"]
    ]
    assert shares == [(0, "<zero>", 1, 1), (1, "one", 0, 0), (2, "", None, 0), (9, "", 0, None)]
    assert told["classes"][0]["recall_interval"] == pytest.approx([0.2065, 1.0], abs=1e-4)
    assert titles(place / "confusion.svg") == [
        "<zero> taken for <zero>: 1, 100.0%",
        "one taken for 2: 1, 100.0%",
        "9 taken for one: 1, 100.0%",
    ]


def test_of_many_classes_the_worst_are_drawn(tmp_path: Path) -> None:
    """Classes from 60 on are always taken for the next one."""
    labels = list(range(100))
    top = [[(n + (n >= 60)) % 100, *((n + k) % 100 for k in (11, 12, 13, 14))] for n in labels]
    place = report(tmp_path, predictions(classes=100, labels=labels, top=top))
    text = (place / "confusion.svg").read_text(encoding="utf-8")
    assert "100 images, 50 worst of 100 classes" in text
    assert "60 taken for 61: 1, 100.0%" in titles(place / "confusion.svg")
    told = json.loads((place / "per_class.json").read_text(encoding="utf-8"))
    assert len(told["classes"]) == 100


def test_without_labels_there_is_a_report_that_says_so(tmp_path: Path) -> None:
    place = report(tmp_path, predictions(labels=[None] * 4))
    assert "0 images, 0 classes" in (place / "confusion.svg").read_text(encoding="utf-8")


def test_what_answers_the_same_is_one_report_and_another_one_beside(tmp_path: Path) -> None:
    wanted = {**FRAMEWORK, "CKP_ML_REPORT": str(tmp_path / "report")}
    for number, top in enumerate([predictions()["top"]] * 2 + [[[5, 6, 7, 8, 9]] * 4]):
        written = repetition(tmp_path / f"rep-{number}", latencies(), predictions(top=top))
        judged(written, environment=wanted)
    assert len([*(tmp_path / "report").iterdir()]) == 2


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    names = {"framework": "../../up", "version": "/\0", "model": "a" * 500, "precision": "😀\ud800"}
    written = repetition(tmp_path / "rep-0", latencies(**names), predictions())
    judged(written, environment={**FRAMEWORK, "CKP_ML_REPORT": str(tmp_path / "report")})
    (place,) = (tmp_path / "report").iterdir()
    assert place.parent == tmp_path / "report"
    assert len(titles(place / "confusion.svg")) == 3


@pytest.mark.parametrize("prepared", [[], {}, {"classes": 3}, {"classes": [1, None, {}]}])
def test_strange_names_of_classes_stop_nothing(tmp_path: Path, prepared: Any) -> None:
    assert (report(tmp_path, predictions(), prepared=prepared) / "confusion.svg").is_file()


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    written = repetition(tmp_path / "rep-0", latencies(), predictions())
    with pytest.raises(StorageError, match="taken"):
        judged(written, environment={**FRAMEWORK, "CKP_ML_REPORT": str(tmp_path / "taken")})


def boxes(tmp_path: Path, detection: Any) -> Path:
    """What is below the report's directory after a run of a detector."""
    guesses = {"schema": 1, "task": "object-detection", "ids": [], "names": [], "boxes": []}
    written = repetition(tmp_path / "rep-0", latencies(), guesses)
    (tmp_path / "rep-0" / "detection.json").write_text(json.dumps(detection), encoding="utf-8")
    judged(written, environment={**FRAMEWORK, "CKP_ML_REPORT": str(tmp_path / "report")})
    (found,) = (tmp_path / "report").iterdir()
    return found


def test_categories_of_a_detector_are_kept(tmp_path: Path) -> None:
    means = {"map_50_95": 0.5, "map_50": 0.75, "map_75": 0.5, "map_small": -1.0, "map_medium": 0.5}
    kinds = {"cup": 1.0, "\ud800": 0.0}
    counts = {"images": 4, "categories": 2, "of_categories": 80}
    place = boxes(tmp_path, {"schema": 1, **counts, **means, "per_category": kinds})
    assert place.name.startswith("abacus-1.0-brightness-fp32-")
    told = json.loads((place / "per_category.json").read_text(encoding="utf-8"))
    assert told["of"] == ["abacus", "1.0", "brightness", "fp32"]
    assert (told["images"], told["categories"], told["of_categories"]) == (4, 2, 80)
    assert (told["map_50"], told["map_medium"]) == (0.75, 0.5)
    assert told["map_small"] is None  # nothing small is in the images
    assert told["per_category"] == {"cup": 1.0, "?": 0.0}


def test_why_a_detector_was_not_judged_is_kept(tmp_path: Path) -> None:
    place = boxes(tmp_path, {"schema": 1, "reason": "the dataset has no annotations of boxes"})
    told = json.loads((place / "per_category.json").read_text(encoding="utf-8"))
    assert told["reason"] == "the dataset has no annotations of boxes"
