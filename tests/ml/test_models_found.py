"""Models are found by their model.json, and are what requirements ask for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.testing.fixtures import Ckp
from ck_plugins_ml.models.description import USUAL_FILES, read_description
from ml.kit import meta


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "models of mine"
    monkeypatch.setenv("CKP_MODEL_DIRS", str(place))
    return place


def write(directory: Path, there: str = "model.onnx", **changes: Any) -> None:
    """Args: there: name of the only file beside model.json."""
    directory.mkdir(parents=True)
    assert "/" not in there  # tests may run as root
    (directory / there).write_text("numbers", encoding="utf-8")
    (directory / "model.json").write_text(json.dumps(meta(**changes)), encoding="utf-8")


def found(ckp: Ckp, tags: str = "model") -> Any:
    done = ckp("detect", "soft", f"--tags={tags}")
    shown = ckp("show", "env", f"--tags={tags}", "--json")
    return json.loads(shown.stdout) if done.returncode == 0 else []


def test_it_is_found_with_all_that_programs_ask_for(ckp: Ckp, models: Path) -> None:
    write(models / "deep" / "inside", format="onnx", version="2.1", licence="CC0", name="My net")
    (one,) = found(ckp, "model,image-classification,format-onnx,fp32,vocabulary-tens")
    assert (one["product"], one["version"], one["state"]) == ("my-net", "2.1", "ok")
    variables = one["environment"]
    assert variables["CKP_MODEL"] == str(models / "deep" / "inside" / "model.onnx")
    assert variables["CKP_MODEL_META"] == str(models / "deep" / "inside" / "model.json")
    assert variables["CKP_MODEL_LICENCE"] == "CC0"
    assert one["digest"].startswith("sha256:")


def test_precisions_of_one_model_lie_side_by_side(ckp: Ckp, models: Path) -> None:
    for precision in ("fp32", "int8"):
        write(models / precision, format="onnx", precision=precision, name="net")
    assert len(found(ckp)) == 2
    (one,) = found(ckp, "model,net,int8")
    assert "int8" in one["path"]


@pytest.mark.parametrize(
    ("form", "file", "said"), [("mxnet", "a.params", "."), ("network", "network.json", ".")]
)
def test_some_formats_are_directories(
    ckp: Ckp, models: Path, form: str, file: str, said: str
) -> None:
    write(models / "it", file, format=form)
    (one,) = found(ckp)
    assert one["environment"]["CKP_MODEL"] == str(models / "it")
    assert USUAL_FILES[form] == said


def test_a_file_of_another_name(ckp: Ckp, models: Path) -> None:
    write(models / "it", "net.bin", format="their-own", file="net.bin")
    (one,) = found(ckp, "model,format-their-own")
    assert one["environment"]["CKP_MODEL"].endswith("net.bin")


def test_a_model_without_its_file_serves_nobody(ckp: Ckp, models: Path) -> None:
    write(models / "it", "other.bin", format="onnx")
    (one,) = found(ckp)
    assert one["problem"].endswith("model.json names model.onnx, which is not there")


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "no JSON", '{"format": "tfjs-layers-model", "modelTopology": {}}', "[" * 5000],
)
def test_files_of_that_name_of_others_are_left_alone(ckp: Ckp, models: Path, text: str) -> None:
    models.mkdir()
    (models / "model.json").write_text(text, encoding="utf-8")
    assert found(ckp) == []


@pytest.mark.parametrize("file", ["../outside.onnx", "/etc/passwd", "a/../../b"])
def test_a_file_outside_is_none(models: Path, file: str) -> None:
    write(models / "it", format="onnx", file=file)
    assert read_description(models / "it" / "model.json") is None


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ("schema", "name", "version", "task", "format", "precision", "file", "labels", "licence")


@given(st.dictionaries(st.sampled_from(KEYS), json_values) | json_values)
def test_whatever_it_says_breaks_nothing(
    tmp_path_factory: pytest.TempPathFactory, values: Any
) -> None:
    file = tmp_path_factory.mktemp("model") / "model.json"
    whole = {**meta(format="onnx"), **values} if isinstance(values, dict) else values
    file.write_text(json.dumps(whole), encoding="utf-8")
    read_description(file)
