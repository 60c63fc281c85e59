"""Sessions: nox -s tests | lint | types | docs | build."""

from __future__ import annotations

import pathlib

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests", "lint", "types", "docs"]
PACKS = [
    "ck_core",
    "ck_plugins_compilers",
    "ck_plugins_datasets",
    "ck_plugins_ml",
    "ck_plugins_hpc",
    "ck_plugins_quantum",
]
PYTHONS = ["3.10", "3.11", "3.12", "3.13"]
TEST_TOOLS = [
    "pytest>=8",
    "pytest-xdist>=3.5",
    "hypothesis>=6",
    "pillow>=10",
    "psutil>=5.9",
    "scipy",
]
ON_ALL_CORES = ("-n", "auto", "--dist", "worksteal")  # files stay whole but for the last ones
EXTRAS = {"ck_core": "[learning,mlflow,optuna,pandas,parquet,plots]"}


def install_packs(session: nox.Session, *tools: str) -> None:
    session.install(*[f"./{pack}{EXTRAS.get(pack, '')}" for pack in PACKS], *tools)


@nox.session
def tests(session: nox.Session) -> None:
    """The default run: under ten minutes on two cores."""
    install_packs(session, *TEST_TOOLS)
    session.run("pytest", *ON_ALL_CORES, *(session.posargs or ["-m", "not slow"]))


@nox.session(python=PYTHONS)
def versions(session: nox.Session) -> None:
    """The same tests on every supported Python."""
    install_packs(session, *TEST_TOOLS)
    session.run("pytest", "-q", *ON_ALL_CORES, *(session.posargs or ["-m", "not slow"]))


@nox.session
def lint(session: nox.Session) -> None:
    session.install("ruff")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    install_packs(
        session,
        "mypy",
        "nox",
        "types-jsonschema",
        "types-PyYAML",
        "types-psutil",
        "types-requests",
        *TEST_TOOLS,
    )
    sources = [f"{pack}/src" for pack in PACKS]
    session.run("mypy", *sources, "tests", "noxfile.py")


@nox.session
def docs(session: nox.Session) -> None:
    """The CLI reference is what --help says; `nox -s docs -- --write` renews it."""
    install_packs(session)
    session.run("python", "docs/cli_reference.py", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """A wheel of each distribution; each must install and import alone."""
    session.install("build")
    wheels = pathlib.Path(session.create_tmp()).absolute()
    for pack in PACKS:
        session.run("python", "-m", "build", "--wheel", "--outdir", str(wheels), pack, silent=True)
    for pack in PACKS:
        session.run("python", "-m", "venv", "--clear", str(wheels / "alone"))
        python = str(wheels / "alone" / "bin" / "python")
        wheel = str(next(wheels.glob(f"{pack}-*.whl")))
        session.run(
            python, "-m", "pip", "install", "-q", "--find-links", str(wheels), wheel, external=True
        )
        session.run(python, "-c", f"import {pack}", external=True)
