"""Python packages in a virtual environment of their own."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ck_core.builtin.packages.order import Order, bare_installation, order_of
from ck_core.builtin.packages.tools import failure, run_in_log, run_step
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.recipe import PythonRecipe
from ck_core.domain.version import Version
from ck_core.errors import InstallError
from ck_core.system.files import storage_errors, write_atomically
from ck_core.system.pip import pip_command, pip_environment, pip_is_missing, plain_project
from ck_core.system.processes import clean_environment

_OPTIONS = (
    "--no-input",
    "--no-user",
    "--no-compile",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--no-warn-script-location",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def install_python(recipe: PythonRecipe, request: InstallRequest) -> Installation:
    """The environment itself as an installation, or what is in it for detection to describe.

    Raises:
        InstallError: the interpreter or pip is missing, or pip fails.
    """
    order = order_of(request)
    python = _made_environment(order)
    _run_pip(recipe, order, python)
    site = _site_packages(order)
    versions = dict(_versions(site))
    name = plain_project(_project(recipe.requirements[0]))
    if name not in versions:
        raise InstallError(
            f"pip has installed no {name} for package:{order.package.name}",
            hint=f"compare the requirements in {order.package.component.meta_file} with the log",
        )
    origin, digest = f"PyPI {name} {versions[name]}", _digest(site, versions)
    bare = bare_installation(order, origin=origin, digest=digest)
    whole = _described(bare, order, python, site, versions[name])
    return bare if recipe.is_detected else whole


def _made_environment(order: Order) -> Path:
    """Its interpreter. pip stays outside: it works from ckp's own Python."""
    words = _interpreter(order)
    order.request.progress("making a virtual environment", 0, 0)
    run_step(
        f"make a virtual environment with {words[0]}",
        [*words, "-m", "venv", "--without-pip", str(order.directory)],
        order,
        environment=clean_environment(),
        hint=f"try {shlex.join([*words, '-m', 'venv', '--help'])}; where it is gone, "
        "ckp detect soft --tags=python shows the others",
    )
    return order.directory / "bin" / "python"


def _interpreter(order: Order) -> list[str]:
    """That of the dependency ``python``; ckp's own where the package has none."""
    python = order.request.dependencies.get("python")
    if python is None:
        return [sys.executable]
    return shlex.split(python.environment.get("CK_PYTHON", "")) or [str(python.path)]


def _run_pip(recipe: PythonRecipe, order: Order, python: Path) -> None:
    requirements = order.directory / "requirements.txt"
    write_atomically(requirements, "".join(_lines(recipe)))
    options = list(_OPTIONS)
    options += ["--require-hashes"] if recipe.hashes else []
    options += [] if recipe.may_build else ["--only-binary=:all:"]
    if recipe.constraints:
        constraints = order.directory / "constraints.txt"
        write_atomically(constraints, "".join(f"{one}\n" for one in recipe.constraints))
        options += ["--constraint", str(constraints)]
    order.request.progress("pip installs " + ", ".join(recipe.requirements), 0, 0)
    where = ("--python", str(python))
    command = pip_command(*where, "install", *options, "--requirement", str(requirements))
    what = f"install {order.package.label}"
    result = run_in_log(what, command, order, environment=pip_environment())
    if result.status or result.timed_out:
        raise pip_is_missing(result) or failure(what, command, result, _hint(result.output))


def _lines(recipe: PythonRecipe) -> Iterator[str]:
    for requirement in recipe.requirements:
        hashes = "".join(f" --hash={one}" for one in recipe.hashes.get(requirement, ()))
        yield f"{requirement}{hashes}\n"


def _hint(said: str) -> str:
    if "no such option: --python" in said:
        return f"pip is too old: {sys.executable} -m pip install --upgrade pip"
    if "DO NOT MATCH THE HASHES" in said:
        return "the file has changed, or is not what the package means: compare its 'hashes'"
    if "No matching distribution" in said:
        return "no wheel for this Python and machine, or no network: see what pip says above"
    return "check the network and pip's index: python3 -m pip config list"


def _site_packages(order: Order) -> Path:
    found = sorted(order.directory.glob("lib/python*/site-packages"))
    if not found:
        raise InstallError(f"the virtual environment {order.directory} has no site-packages")
    return found[0]


def _versions(site: Path) -> Iterator[tuple[str, str]]:
    """Plain names and versions of all that is installed."""
    from importlib.metadata import distributions  # noqa: PLC0415  # start-up time

    for one in distributions(path=[str(site)]):
        if name := one.metadata["Name"]:
            yield plain_project(name), one.version


def _project(requirement: str) -> str:
    match = _NAME.match(requirement)
    return match[0] if match else requirement


def _digest(site: Path, versions: dict[str, str]) -> str:
    """Over names, versions and the hashes that pip has checked, but not what names this place."""
    digest = sha256()
    with storage_errors("read", site):
        for name, version in sorted(versions.items()):
            digest.update(f"{name}=={version}\n".encode())
        for record in sorted(site.glob("*.dist-info/RECORD")):
            lines = record.read_text(encoding="utf-8", errors="replace").splitlines()
            kept = [line for line in lines if ",sha256=" in line and not line.startswith("../")]
            digest.update("".join(f"{line}\n" for line in sorted(kept)).encode())
    return f"sha256:{digest.hexdigest()}"


def _described(
    bare: Installation, order: Order, python: Path, site: Path, version: str
) -> Installation:
    prefix = _prefix(order)
    return replace(
        bare,
        name=f"{bare.product} {version}",
        version=version,
        path=python,
        tags=bare.tags | Version(version).tags | _interpreter_tags(site),
        environment={
            "PYTHONPATH": str(site),
            prefix: str(order.directory),
            f"{prefix}_PYTHON": str(python),
        },
        soft=order.package.soft,
    )


def _interpreter_tags(site: Path) -> frozenset[str]:
    """``python-3.12``, as packages have that are found beside an interpreter."""
    name = site.parent.name  # lib/python3.12/site-packages
    return frozenset({f"python-{name.removeprefix('python')}"} if name != "python" else ())


def _prefix(order: Order) -> str:
    """CK's name for the place of a thing."""
    given = order.package.component.meta.mapping("customize").text("env_prefix")
    return given or "CK_ENV_" + re.sub(r"[^A-Za-z0-9]", "_", order.package.product).upper()
