"""docs/datasets.md: its examples work, and what it names is there."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from datasets.layouts_kit import REPO, Preparation, encoded, flat_imagenet, picture, val_name, write

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "datasets.md").read_text("utf-8")
QUICK = {"CKP_COMPILER_DIRS": "", "CKP_SOFT_DIRS": sys.prefix}
CHECKS = """\
import json, pathlib
told = json.loads(pathlib.Path("prepared/prepared.json").read_text())
assert told["labels"] == [65, 970, 230]
assert told["classes"][970] == "alp"
assert pathlib.Path("prepared/images.bin").stat().st_size == 3 * 224 * 224 * 3
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def test_the_program_of_the_guide_runs_on_prepared_images(
    ckp: Ckp, place: Path, add_component: AddComponent
) -> None:
    _, program, model = blocks("json")
    images = flat_imagenet(place / "imagenet", [65, 970, 230])
    files = {"classify.py": CHECKS, "model.json": model}
    add_component("program", "classify", json.loads(program), files)
    done = ckp("run", "program:classify", "--repeat=1", "--no-install", **QUICK)
    assert done.returncode == 0, done.stderr
    (images / val_name(2)).unlink()
    done = ckp("run", "program:classify", "--repeat=1", "--no-install", **QUICK)
    assert done.returncode == 8


def test_the_description_of_the_guide(ckp: Ckp, place: Path, preparation: Preparation) -> None:
    write(place / "photos/dataset.json", blocks("json")[0])
    write(place / "photos/1.jpg", encoded(picture(1)))
    labels = write(place / "photos/labels.txt", "1.jpg 663\n")
    done = ckp("detect", "soft", "--tags=dataset,street,vocabulary-imagenet-1k", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert found["name"] == "Houses of my street, 1 images"
    told = preparation.result("folder", Path(found["path"]), DATASET_LABELS=str(labels))
    assert told["labels"] == [663]


def test_the_commands_of_the_guide_that_look(ckp: Ckp, place: Path) -> None:
    flat_imagenet(place / "imagenet", [1])
    lines = [one for one in "".join(blocks("sh")).splitlines() if "install" not in one]
    assert len(lines) == 3
    for line in lines:
        done = ckp(*line.split()[1:])
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert "imagenet@2012" in done.stdout


@pytest.mark.parametrize("name", re.findall(r"package:([\w-]+)", GUIDE))
def test_packages_that_are_named(name: str) -> None:
    assert (REPO / "package" / name / ".cm/meta.json").is_file()


def test_every_package_is_in_the_readme_of_the_pack() -> None:
    readme = (ROOT / "ck_plugins_datasets" / "README.md").read_text("utf-8")
    shown = re.sub(r"`(\S+?)-\d+`, `-500`(?:, `-5000`)?", r"`\1-50` `\1-500` `\1-5000`", readme)
    names = {one.name for one in (REPO / "package").iterdir() if one.name != ".cm"}
    assert {one for one in names if f"`{one}`" not in shown} == {"photographs-scikit-learn"}
