"""Writes softs and packages of the SDKs: ``python sdk_packages.py``; then ``quantum_pins.py``.

What is installed in which version stands in ``quantum_pins.py``; what it pins is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1] / "src/ck_plugins_quantum/repo"
NEWEST_PYTHON = (3, 13, 99)
TAGS = ("quantum", "sdk", "lib", "python-package")
"""The last two are what programs of CK ask for."""


@dataclass(frozen=True, kw_only=True)
class Sdk:
    """Attributes:
    module: the file below ``site-packages`` that shows it is there.
    priority: among SDKs, where a program takes any.
    version_module: where its version stands, if its distribution has another name.
    """

    name: str
    title: str
    module: str
    priority: int
    version_module: str = ""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A version as a package; ``tags`` are its own; ``builds``: something of it has no wheel."""

    sdk: str
    version: str
    title: str
    python: tuple[int, int]
    newest: tuple[int, int, int] = NEWEST_PYTHON
    priority: int = 0
    builds: bool = False
    tags: Sequence[str] = ()


SDKS = (
    Sdk(name="qiskit", title="Qiskit", module="qiskit/__init__.py", priority=30),
    Sdk(
        name="cirq",
        title="Cirq",
        module="cirq/__init__.py",
        priority=20,
        version_module="_version",
    ),
    Sdk(name="pennylane", title="PennyLane", module="pennylane/__init__.py", priority=10),
    Sdk(name="pyquil", title="PyQuil", module="pyquil/__init__.py", priority=0),
)
WITH = "with Aer and the IBM runtime, whose fake backends work offline"
RELEASES = (
    Release(
        sdk="qiskit",
        version="2.6.2",
        title=f"Qiskit {WITH}",
        python=(3, 11),
        priority=40,
        tags=("aer", "ibm-runtime"),
    ),
    Release(
        sdk="qiskit",
        version="1.4.6",
        title=f"Qiskit 1.4 {WITH}",
        python=(3, 10),
        priority=30,
        tags=("aer", "ibm-runtime"),
    ),
    Release(sdk="cirq", version="1.7.0", title="Cirq with its simulator", python=(3, 11)),
    Release(
        sdk="pennylane",
        version="0.45.1",
        title="PennyLane with default.qubit and lightning.qubit",
        python=(3, 11),
    ),
    Release(
        sdk="pyquil",
        version="4.17.0",
        title="PyQuil with PyQVM, its simulator without noise",
        python=(3, 10),
        newest=(3, 12, 99),
        builds=True,
    ),
)

TABLES: dict[str, Any] = {
    "data_name": "Small labelled tables (iris, wine, digits, ...), from scikit-learn's sources",
    "product": "labelled-tables",
    "soft_uoa": "dataset.labelled-tables",
    "recipe": {
        "source": {
            "sdist": "scikit-learn==1.7.2",
            "sha256": "20e9e49ecd130598f1ca38a1d85090e1a600147b9c02fa6f15d69cb53d968fda",
        },
        "directory": "scikit_learn-1.7.2/sklearn/datasets/data",
        "build": {"with": "copy"},
    },
    "tags": ["dataset", "labelled-tables"],
}
TABLES_SOFT: dict[str, Any] = {
    "auto_detect": "no",
    "data_name": "Small labelled tables",
    "soft_name": "Small labelled tables",
    "tags": ["dataset", "labelled-tables"],
    "env": {"CKP_TABLES": "$#full_path#$"},
    "detect": {"files": ["iris.csv"]},
}


def main() -> None:
    for sdk in SDKS:
        write("soft", f"quantum.{sdk.name}", soft(sdk))
    for release in RELEASES:
        write("package", f"{release.sdk}-{release.version}", package(release))
    write("soft", "dataset.labelled-tables", TABLES_SOFT)
    write("package", "labelled-tables", TABLES)


def soft(sdk: Sdk) -> dict[str, Any]:
    version = {"version_module_name": sdk.version_module, "version_variable_name": "__version__"}
    return {
        "auto_detect": "yes",
        "data_name": sdk.title,
        "soft_name": sdk.title,
        "tags": [*TAGS, sdk.name],
        "priority": sdk.priority,
        "customize": {
            "env_prefix": "CKP_QUANTUM",
            "soft_file_universal": sdk.module.replace("/", "$#sep#$"),
            "add_only_with_version": "yes",
            "skip_add_to_path": "yes",
            **(version if sdk.version_module else {}),
        },
        "env": {"CKP_QUANTUM_SDK": sdk.name},
        "detect": {},
    }


def package(release: Release) -> dict[str, Any]:
    python = {
        "name": "Python",
        "sort": 0,
        "tags": "compiler,lang-python",
        "version_from": list(release.python),
        "version_to": list(release.newest),
        "force_target_as_host": "yes",
    }
    values: dict[str, Any] = {
        "customize": {"version": release.version},
        "data_name": f"{release.title}, from wheels",
        "deps": {"python": python},
        "only_for_host_os_tags": ["x86_64", "aarch64"],
        "product": release.sdk,
    }
    if release.priority:
        values["priority"] = release.priority
    python_recipe = {**_pins(f"{release.sdk}-{release.version}"), "detect": "yes"}
    if release.builds:
        python_recipe["may_build"] = "yes"
    recipe = {"python": python_recipe}
    tags = [*TAGS, release.sdk, *release.tags]
    return {**values, "recipe": recipe, "soft_uoa": f"quantum.{release.sdk}", "tags": tags}


def _pins(alias: str) -> dict[str, Any]:
    """As ``quantum_pins.py`` has written them."""
    file = REPOSITORY / "package" / alias / ".cm" / "meta.json"
    if not file.exists():
        return {"requirements": []}
    recipe = json.loads(file.read_text(encoding="utf-8"))["recipe"]["python"]
    return {key: recipe[key] for key in ("requirements", "hashes") if key in recipe}


def write(kind: str, alias: str, values: Mapping[str, Any]) -> None:
    """With its alias files; a UID follows from the name, and stays."""
    uid = sha256(f"ckp-quantum {kind} {alias}".encode()).hexdigest()[:16]
    place, index = REPOSITORY / kind / alias / ".cm", REPOSITORY / kind / ".cm"
    place.mkdir(parents=True, exist_ok=True)
    index.mkdir(exist_ok=True)
    text = json.dumps({"backup_data_uid": uid, **values}, indent=2, ensure_ascii=False)
    (place / "meta.json").write_text(f"{text}\n", encoding="utf-8")
    (index / f"alias-a-{alias}").write_text(f"{uid}\n", encoding="utf-8")
    (index / f"alias-u-{uid}").write_text(f"{alias}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
