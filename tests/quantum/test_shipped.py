"""Components of the pack agree with each other, and ckp can read them all."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.component import Component
from ck_core.domain.package import parse_package
from ck_core.domain.recipe import PythonRecipe
from ck_core.testing.fixtures import Ckp
from quantum.kit import REPOSITORY, ROOT

KINDS = ("soft", "package", "program", "script", "solution")
PINNED = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+( ; .+)?")
SDKS = ("qiskit", "cirq", "pennylane", "pyquil")
GENERATORS = ROOT / "ck_plugins_quantum" / "generators"


def names(kind: str) -> list[str]:
    return sorted(one.name for one in (REPOSITORY / kind).iterdir() if one.name != ".cm")


def meta(kind: str, alias: str) -> Any:
    path = REPOSITORY / kind / alias / ".cm" / "meta.json"
    return json.loads(path.read_text(encoding="utf-8"))


def component(kind: str, alias: str) -> Component:
    values = meta(kind, alias)
    return Component(
        repository="ckp-quantum",
        kind=kind,
        alias=alias,
        uid=values["backup_data_uid"],
        path=REPOSITORY / kind / alias,
        values=values,
    )


PACKAGES = [one for one in names("package") if "sdk" in meta("package", one)["tags"]]


@pytest.mark.parametrize("alias", PACKAGES)
def test_what_a_package_installs_is_pinned_and_hashed(alias: str) -> None:
    recipe = parse_package(component("package", alias)).recipe
    assert isinstance(recipe, PythonRecipe)
    assert len(recipe.requirements) > 10
    assert all(PINNED.fullmatch(one) for one in recipe.requirements)
    assert recipe.hashes.keys() == set(recipe.requirements)
    assert all(recipe.hashes.values())


def test_every_sdk_can_be_found_and_installed() -> None:
    assert {f"quantum.{one}" for one in SDKS} < set(names("soft"))
    assert {meta("package", one)["product"] for one in PACKAGES} == set(SDKS)
    versions = [one for one in PACKAGES if one.startswith("qiskit-")]
    assert len(versions) > 1


@pytest.mark.parametrize("name", SDKS)
def test_a_soft_tells_the_sdk_and_its_interpreter(name: str) -> None:
    found = meta("soft", f"quantum.{name}")
    assert found["env"] == {"CKP_QUANTUM_SDK": name}
    assert found["customize"]["env_prefix"] == "CKP_QUANTUM"  # which gives CKP_QUANTUM_PYTHON


@pytest.mark.parametrize("kind", KINDS)
def test_ckp_finds_no_mistake(ckp: Ckp, kind: str) -> None:
    result = ckp("check", f"ckp-quantum:{kind}:*")
    assert (result.returncode, result.stdout) == (0, "no mistakes\n"), result.stderr


def test_uids_are_in_the_aliases() -> None:
    for kind in KINDS:
        for name in names(kind):
            alias = REPOSITORY / kind / ".cm" / f"alias-a-{name}"
            uid = meta(kind, name)["backup_data_uid"]
            assert alias.read_text(encoding="utf-8").split() == [uid]
            back = REPOSITORY / kind / ".cm" / f"alias-u-{uid}"
            assert back.read_text(encoding="utf-8").split() == [name]


@pytest.mark.parametrize("script", ["sdk_packages.py", "programs.py"])
def test_metas_are_what_their_generators_write(tmp_path: Path, script: str) -> None:
    """Written anew in a copy, nothing changes."""
    pack = tmp_path / "pack"
    shutil.copytree(GENERATORS, pack / "generators")
    copy = pack / REPOSITORY.relative_to(GENERATORS.parent)
    shutil.copytree(REPOSITORY, copy)
    subprocess.run([sys.executable, script], cwd=pack / "generators", check=True)
    for kind in KINDS:
        for name in names(kind):
            again = copy / kind / name / ".cm" / "meta.json"
            assert json.loads(again.read_text(encoding="utf-8")) == meta(kind, name), name


@pytest.mark.parametrize("alias", ["quantum-circuits", "quantum-variational", "quantum-classifier"])
def test_defaults_of_choices_are_those_of_the_functions(alias: str) -> None:
    """``ckp autotune`` takes the default for what is there anyway."""
    values = meta("program", alias)
    for key, command in values["run_cmds"].items():
        file = command["run_vars"]["CKP_QUANTUM_PROGRAM"].removeprefix("$#src_path#$")
        own = head(alias, file, command["run_vars"]["CKP_QUANTUM_FUNCTION"])
        for name, choice in values["choices"].items():
            if name.startswith("CKP_ARG_") and key in choice.get("only_for_cmd", []):
                assert has_default(own, name, choice), (key, name)


def test_features_of_all_solutions_have_one_default() -> None:
    """What every command takes is an argument of the rows that all share."""
    choices = meta("program", "quantum-classifier")["choices"].items()
    shared = [one for one in choices if one[0].startswith("CKP_ARG_")]
    shared = [one for one in shared if "only_for_cmd" not in one[1]]
    rows = head("quantum-classifier", "tables.py", "split_of")
    assert [name for name, choice in shared if has_default(rows, name, choice)] == [
        "CKP_ARG_FEATURES"
    ]


def head(alias: str, file: str, function: str) -> str:
    text = (REPOSITORY / "program" / alias / file).read_text(encoding="utf-8")
    return text.split(f"def {function}(", 1)[1].split("->", 1)[0]


def has_default(arguments: str, name: str, choice: Any) -> bool:
    default = re.escape(json.dumps(choice["default"]))
    argument = name.removeprefix("CKP_ARG_").lower()
    return bool(re.search(rf"\b{argument}: \w+ = {default}[,)\n]", arguments))
