"""Components of the pack agree with each other, and ckp can read them all."""

from __future__ import annotations

import ast
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest

from ck_core.domain.package import parse_package, parse_packages
from ck_core.domain.program import parse_program
from ck_core.domain.recipe import PythonRecipe
from ck_core.domain.tuning.choices_reading import read_choices
from ck_core.testing.fixtures import Ckp
from ml.kit import FRAMEWORKS, REPOSITORY, WORKER, component

GENERATOR = REPOSITORY.parents[2] / "generators" / "model_packages.py"
PINNED = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+( ; .+)?")
UNHASHED = {"torch-2.13.0", "torch-2.13.0-newer-python"}


def meta(kind: str, alias: str) -> Any:
    return component(kind, alias).values


def names(kind: str) -> list[str]:
    places = (REPOSITORY / kind).iterdir()
    return sorted(
        one.name for one in places if one.name != ".cm" and not one.name.startswith("model")
    )


PACKAGES = [one for one in names("package") if "framework" in meta("package", one)["tags"]]


def test_every_framework_has_all_that_it_takes() -> None:
    adapters = {one.stem for one in (WORKER.parent / "ckp_ml/adapters").glob("[a-z]*.py")}
    assert adapters == FRAMEWORKS.keys()
    softs = {one for one in names("soft") if one.startswith("ml.")}
    assert {f"ml.{name}" for name in FRAMEWORKS} == softs
    assert meta("program", "image-classification")["run_cmds"].keys() == FRAMEWORKS.keys()
    packaged = {meta("package", one)["product"] for one in PACKAGES}
    assert packaged == FRAMEWORKS.keys()


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_soft_tells_the_framework_and_its_interpreter(name: str) -> None:
    found = meta("soft", f"ml.{name}")
    assert found["tags"] == ["ml", "framework", name]
    assert found["env"] == {"CKP_ML_FRAMEWORK": name}
    assert found["customize"]["env_prefix"] == "CKP_ML"  # which gives CKP_ML_PYTHON


@pytest.mark.parametrize("alias", PACKAGES)
def test_what_a_package_installs_is_pinned_and_hashed(alias: str) -> None:
    recipe = parse_package(component("package", alias)).recipe
    if not isinstance(recipe, PythonRecipe):
        assert alias == "armnn"
        return
    if alias in UNHASHED:  # an index may have another build of PyTorch for the CPU
        assert all(PINNED.fullmatch(one) for one in recipe.constraints)
        return
    assert all(PINNED.fullmatch(one) for one in recipe.requirements)
    assert recipe.hashes.keys() == set(recipe.requirements)
    assert any(one.startswith("mlcommons-loadgen==") for one in recipe.requirements)


def test_several_versions_lie_side_by_side() -> None:
    versions = [one.partition("-")[0] for one in PACKAGES]
    assert {one for one in versions if versions.count(one) > 1} >= {
        "litert",
        "onnxruntime",
        "openvino",
    }


@pytest.mark.parametrize("kind", ["soft", "package", "program", "script", "solution"])
def test_ckp_finds_no_mistake(ckp: Ckp, kind: str) -> None:
    result = ckp("check", f"ckp-ml:{kind}:*")
    assert (result.returncode, result.stdout) == (0, "no mistakes\n"), result.stderr


def test_uids_are_in_the_aliases() -> None:
    for kind in ("soft", "package", "program", "script", "solution"):
        for name in names(kind):
            alias = REPOSITORY / kind / ".cm" / f"alias-a-{name}"
            uid = meta(kind, name)["backup_data_uid"]
            assert alias.read_text(encoding="utf-8").split() == [uid]
            back = REPOSITORY / kind / ".cm" / f"alias-u-{uid}"
            assert back.read_text(encoding="utf-8").split() == [name]


def test_packages_of_models_are_what_their_generator_writes() -> None:
    spec = spec_from_file_location("model_packages", GENERATOR)
    assert spec
    assert spec.loader
    generator = module_from_spec(spec)
    sys.modules["model_packages"] = generator  # dataclasses look for it there
    spec.loader.exec_module(generator)
    for family in generator.FAMILIES:
        for form in generator.FORMATS:
            found = dict(meta("package", f"{family.alias}-{form.name}"))
            del found["backup_data_uid"]
            assert found == generator.package(family, form)


def test_every_variation_of_a_model_can_be_chosen() -> None:
    """By its network's name and its precision, of one format."""
    for alias in names("package"):
        found = parse_packages(component("package", alias))
        tags = [one.tags for one in found]
        assert len({frozenset(one) for one in tags}) == len(found), alias
        assert sum(one.is_usual for one in found) == 1, alias


@pytest.mark.parametrize("name", ["image-classification", "object-detection"])
def test_autotune_tries_no_level_that_a_framework_lacks(name: str) -> None:
    program = parse_program(component("program", name))
    for key, command in program.commands.items():
        offered = {one.name: one.values for one in read_choices(program, command).parameters}
        levels = offered.get("CKP_GRAPH_OPTIMIZATION", ("all",))
        assert levels == levels_of_adapter(key), key


def levels_of_adapter(name: str) -> tuple[str, ...]:
    """As its ``refuse(...)`` lists them; who refuses none has all."""
    file = WORKER.parent / f"ckp_ml/adapters/{name}.py"
    shared = file.with_name("_interpreter.py")
    for place in (file, shared) if name in ("tflite", "litert") else (file,):
        for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="graph_optimization", value=ast.Tuple() as levels):
                    return tuple(ast.literal_eval(levels))
    return ("all", "extended", "basic", "off")
