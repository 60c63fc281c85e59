"""Writes the metas of the packages that make models: ``python model_packages.py``.

Seven networks, five formats, up to three precisions: each package is one network family in one
format, each variation one network in one precision.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1] / "src/ck_plugins_ml/repo"
PRECISIONS = ("fp32", "fp16", "int8")
RECIPE = {"source": {"files": "."}, "build": {"with": "script", "script": "install.sh"}}
PILLOW = {
    "name": "Pillow",
    "sort": 30,
    "tags": "lib,python-package,pillow",
    "skip_pruning_by_other_deps": "yes",
}


@dataclass(frozen=True, kw_only=True)
class Family:
    """Networks of one kind.

    Attributes:
        names: of its networks, which are tags; ``usual`` is one of them.
        product: what people name a network by, with ``{}`` for its name.
        calibration: requirement of the images that 8 bits are calibrated with.
    """

    alias: str
    title: str
    names: Sequence[str]
    usual: str
    product: str
    vocabulary: str
    priority: int
    calibration: Mapping[str, Any]

    def tags(self, form: str) -> list[str]:
        own = [self.alias, f"vocabulary-{self.vocabulary}"]
        return ["model", "image-classification", f"format-{form}", *own]

    def network(self, name: str) -> dict[str, Any]:
        return need("The network", f"model,format-network,{self.alias},{name}", 20)


@dataclass(frozen=True, kw_only=True)
class Format:
    """``word`` is what ``convert.sh`` is called with; ``maker`` the framework that makes it."""

    name: str
    title: str
    word: str
    maker: str
    maker_title: str
    precisions: Sequence[str] = ("fp32",)


def need(name: str, tags: str, sort: int) -> dict[str, Any]:
    return {"name": name, "sort": sort, "tags": tags}


FAMILIES = (
    Family(
        alias="fashion-mobilenet",
        title="Small MobileNets for Fashion-MNIST",
        names=("w4", "w8", "w16", "w32"),
        usual="w8",
        product="fashion-mobilenet-{}",
        vocabulary="fashion-mnist",
        priority=10,
        calibration=need(
            "Images to calibrate with",
            "dataset,image-classification,fashion-mnist,split-train",
            40,
        ),
    ),
    Family(
        alias="efficientnet-lite",
        title="EfficientNet-Lite 0 to 2",
        names=("lite0", "lite1", "lite2"),
        usual="lite0",
        product="efficientnet-{}",
        vocabulary="imagenet-1k",
        priority=0,
        calibration=need(
            "Crops to calibrate with", "dataset,image-classification,photograph-crops", 40
        ),
    ),
)
FORMATS = (
    Format(
        name="torchscript",
        title="as TorchScript",
        word="torchscript",
        maker="torch",
        maker_title="PyTorch",
    ),
    Format(
        name="savedmodel",
        title="as SavedModel",
        word="savedmodel",
        maker="tensorflow",
        maker_title="TensorFlow",
    ),
    Format(
        name="tflite",
        title="as TensorFlow Lite",
        word="tflite",
        maker="tensorflow",
        maker_title="TensorFlow, whose converter makes it",
        precisions=PRECISIONS,
    ),
    Format(
        name="mxnet",
        title="for Apache MXNet",
        word="mxnet",
        maker="mxnet",
        maker_title="Apache MXNet",
    ),
    Format(
        name="onnx",
        title="as ONNX",
        word='"$CKP_MAKES"',
        maker="torch",
        maker_title="PyTorch, which exports it",
        precisions=PRECISIONS,
    ),
)


def main() -> None:
    for family in FAMILIES:
        for form in FORMATS:
            write(f"{family.alias}-{form.name}", package(family, form))
            script = f'exec sh "$CONVERT/convert.sh" {form.word}\n'
            file = REPOSITORY / "package" / f"{family.alias}-{form.name}" / "install.sh"
            file.write_text(script, encoding="utf-8")


def package(family: Family, form: Format) -> dict[str, Any]:
    paths = {"CONVERT": "script:ml-convert"}
    if "int8" in form.precisions:
        paths["PREPARE"] = "script:prepare-images"
    variations = dict(variation(family, form, *one) for one in networks(family, form))
    return {
        "data_name": f"{family.title}, {form.title}",
        "product": family.alias,
        "customize": {"version": "1.0"},
        "soft_uoa": "model",
        "priority": family.priority,
        "tags": family.tags(form.name),
        "ck_to_env": paths,
        "recipe": RECIPE,
        "variations": variations,
    }


def networks(family: Family, form: Format) -> Iterator[tuple[str, str]]:
    for name in family.names:
        for precision in form.precisions:
            yield name, precision


def variation(
    family: Family, form: Format, name: str, precision: str
) -> tuple[str, dict[str, Any]]:
    product = family.product.format(name)
    values: dict[str, Any] = {
        "product": product,
        "tags": [name, precision, product],
        "extra_env": {"CKP_PRECISION": precision, **makes(form, precision)},
        "deps": needs(family, form, name, precision),
    }
    if (name, precision) == (family.usual, "fp32"):
        values["on_by_default"] = "yes"
    return f"{name}-{precision}", values


def makes(form: Format, precision: str) -> dict[str, str]:
    """Of ONNX fewer bits are made of the file, not of the network."""
    if form.name != "onnx":
        return {}
    return {"CKP_MAKES": "onnx" if precision == "fp32" else "onnx-quantized"}


def needs(family: Family, form: Format, name: str, precision: str) -> dict[str, Any]:
    """By keys that no program has: requirements of one key must agree on one thing."""
    if form.name == "onnx" and precision != "fp32":
        tags = f"model,format-onnx,fp32,{family.alias},{name}"
        found = {
            "made-by-onnx-tools": need("ONNX Runtime's tools", "ml,onnx-tools", 10),
            "fp32-model": need("The same in fp32", tags, 20),
        }
    else:
        maker = need(form.maker_title, f"ml,framework,{form.maker}", 10)
        found = {f"made-by-{form.maker}": maker, "network": family.network(name)}
    if precision == "int8":
        found |= {"preparer": PILLOW, "calibration-images": dict(family.calibration)}
    return found


def write(alias: str, values: Mapping[str, Any]) -> None:
    """With its alias files; a UID follows from the name, and stays."""
    uid = sha256(f"ckp-ml package {alias}".encode()).hexdigest()[:16]
    place, index = REPOSITORY / "package" / alias / ".cm", REPOSITORY / "package" / ".cm"
    place.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"backup_data_uid": uid, **values}, indent=2, ensure_ascii=False)
    (place / "meta.json").write_text(f"{text}\n", encoding="utf-8")
    (index / f"alias-a-{alias}").write_text(f"{uid}\n", encoding="utf-8")
    (index / f"alias-u-{uid}").write_text(f"{alias}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
