"""Pins of the frameworks' environments: ``python pins.py REPOSITORY [PACKAGE ...]``.

Writes ``recipe.python.requirements`` and ``hashes`` of the package components: all that a framework
needs, in one version each, with the hashes of the wheels for Linux on x86_64 and aarch64. Needs
``uv`` on PATH, which resolves for Pythons and machines that are not here, and ``packaging``.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tomllib
from packaging.markers import Marker
from packaging.utils import canonicalize_name, parse_wheel_filename

X86, ARM = "x86_64", "aarch64"
LOADGEN = "mlcommons-loadgen==6.0.17; platform_machine == 'x86_64' and python_version >= '3.9'"
STRENUM = "backports-strenum<1.3; python_version >= '3.11'"
"""Newer ones refuse these Pythons, which uv does not look at."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for; the first is the framework.

    Attributes:
        hashed: False where an index may serve another build of the same version, as PyTorch's own
            does: then versions are pinned, and files are not.
    """

    requirements: tuple[str, ...]
    hashed: bool = True
    pythons: tuple[str, ...] = ("3.10", "3.11", "3.12", "3.13")
    machines: tuple[str, ...] = (X86, ARM)
    built: tuple[str, ...] = ()

    @property
    def places(self) -> Iterator[tuple[str, str]]:
        return ((python, machine) for python in self.pythons for machine in self.machines)


TORCH = ("torch==2.13.0", "numpy", "onnx", "onnxscript", LOADGEN)
NEWER = ("3.11", "3.12", "3.13")
PACKAGES = {
    "tflite-2.14.0": Wanted(
        ("tflite-runtime==2.14.0", "numpy<2", LOADGEN), pythons=("3.9", "3.10", "3.11")
    ),
    "litert-2.3.0": Wanted(("ai-edge-litert==2.3.0", "numpy", LOADGEN, STRENUM)),
    "litert-1.4.0": Wanted(
        ("ai-edge-litert==1.4.0", "numpy", LOADGEN, STRENUM), pythons=("3.10", "3.11", "3.12")
    ),
    "onnxruntime-1.32.0": Wanted(("onnxruntime==1.32.0", "numpy", LOADGEN), pythons=NEWER),
    "onnxruntime-1.23.2": Wanted(("onnxruntime==1.23.2", "numpy", LOADGEN)),
    "openvino-2026.4.1": Wanted(("openvino==2026.4.1", "numpy", LOADGEN)),
    "openvino-2025.4.1": Wanted(("openvino==2025.4.1", "numpy", LOADGEN)),
    "tensorflow-2.21.0": Wanted(("tensorflow-cpu==2.21.0", LOADGEN), machines=(X86,)),
    "mxnet-1.9.1": Wanted(
        ("mxnet==1.9.1", "numpy<1.24", LOADGEN), pythons=("3.8", "3.9", "3.10", "3.11")
    ),
    "torch-2.13.0": Wanted(TORCH, pythons=("3.10", "3.11"), hashed=False),
    "torch-2.13.0-newer-python": Wanted(TORCH, pythons=("3.12", "3.13"), hashed=False),
}


def pin(repository: pathlib.Path, name: str, wanted: Wanted) -> None:
    """Of that package; ``quantum_pins.py`` of another pack calls it as well."""
    found = list(pins(locked(wanted), wanted))
    file = repository / "package" / name / ".cm" / "meta.json"
    meta = json.loads(file.read_text(encoding="utf-8"))
    recipe = meta["recipe"]["python"]
    if wanted.hashed:
        recipe.update(requirements=[requirement for requirement, _ in found], hashes=dict(found))
    else:
        recipe.update(requirements=wanted.requirements, constraints=[one for one, _ in found])
    file.write_text(json.dumps(meta, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{name}: {len(found)} requirements")


def locked(wanted: Wanted) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as scratch:
        asked, answer = pathlib.Path(scratch, "asked.in"), pathlib.Path(scratch, "pylock.toml")
        asked.write_text("\n".join(wanted.requirements), encoding="utf-8")
        options = ["--universal", "--python-version", wanted.pythons[0], "--no-config", "--quiet"]
        options += [] if wanted.built else ["--only-binary", ":all:"]
        options += ["--format", "pylock.toml", "-o", str(answer)]
        subprocess.run(["uv", "pip", "compile", *options, str(asked)], check=True)  # noqa: S607
        return list(tomllib.loads(answer.read_text(encoding="utf-8"))["packages"])


def pins(packages: list[dict[str, Any]], wanted: Wanted) -> Iterator[tuple[str, list[str]]]:
    """The framework's own comes first: it is what the version is read from."""
    own = canonicalize_name(wanted.requirements[0].split("==")[0])
    for one in sorted(packages, key=lambda one: (one["name"] != own, one["name"])):
        places = [place for place in wanted.places if holds(one.get("marker", ""), *place)]
        hashes = sorted(
            {file_hash(wheel) for wheel in one.get("wheels", ()) if fits(wheel, places)}
        )
        if one["name"] in wanted.built:
            hashes = [file_hash(one["sdist"])]
        if places and hashes:
            everywhere = len(places) == len(list(wanted.places))
            marker = "" if everywhere else f" ; {one['marker']}"
            yield f"{one['name']}=={one['version']}{_without_stars(marker)}", hashes


def _without_stars(marker: str) -> str:
    """As ckp takes it."""
    return re.sub(r"python_full_version == '(\d+\.\d+)\.\*'", r"python_version == '\1'", marker)


def holds(marker: str, python: str, machine: str) -> bool:
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "platform_machine": machine,
        "platform_system": "Linux",
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return not marker or Marker(marker).evaluate(environment)


def fits(wheel: dict[str, Any], places: list[tuple[str, str]]) -> bool:
    name = wheel.get("name") or wheel["url"].rpartition("/")[2]
    tags = parse_wheel_filename(name)[3]
    return any(tag_fits(tag, *place) for tag in tags for place in places)


def tag_fits(tag: Any, python: str, machine: str) -> bool:
    own = python.replace(".", "")
    platform = tag.platform == "any" or (
        tag.platform.startswith("manylinux") and tag.platform.endswith(machine)
    )
    stable = tag.abi == "abi3" and int(tag.interpreter[3:]) <= int(own[1:])
    exact = tag.interpreter == f"cp{own}" and tag.abi == f"cp{own}"
    pure = tag.interpreter.startswith("py3") and tag.abi == "none"
    exact_pure = tag.interpreter == f"cp{own}" and tag.abi == "none"
    return platform and (exact or stable or pure or exact_pure)


def file_hash(file: dict[str, Any]) -> str:
    return f"sha256:{file['hashes']['sha256']}"


if __name__ == "__main__":
    for chosen in sys.argv[2:] or PACKAGES:
        pin(pathlib.Path(sys.argv[1]), chosen, PACKAGES[chosen])
