"""What Spack has built, by its database; no Spack is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.testing.executables import write_executable
from ck_plugins_hpc.detect.spack import built, spack_offers
from hpc.detect_kit import detected, only_path
from hpc.test_detect_mpi import open_mpi

GCC = "case $1 in --version) echo 'gcc (Spack GCC) 13.2.0';; *) echo x86_64-pc-linux-gnu;; esac"
DIGEST = "4h2vxkdbntqagi2tlbcpl5ghybtuwkjm"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    only_path(tmp_path / "bin", monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPACK_ROOT", str(tmp_path / "spack"))
    (tmp_path / "spack").mkdir()
    return tmp_path / "spack"


def record(prefix: Path, name: str, version: str, **changes: Any) -> dict[str, Any]:
    """An entry as version 7 of the database has it, without what is of no interest here."""
    spec = {"name": name, "version": version, "arch": {"platform": "linux", "target": "zen3"}}
    return {
        "spec": {**spec, "namespace": "builtin", "hash": DIGEST, **changes.pop("spec", {})},
        "path": str(prefix),
        "installed": True,
        "ref_count": 0,
        "explicit": True,
        **changes,
    }


def write_database(tree: Path, *records: dict[str, Any]) -> None:
    (tree / ".spack-db").mkdir(parents=True)
    installs = {f"{number}{DIGEST[1:]}": one for number, one in enumerate(records)}
    text = json.dumps({"database": {"version": "7", "installs": installs}})
    (tree / ".spack-db" / "index.json").write_text(text, encoding="utf-8")


def test_a_compiler(root: Path) -> None:
    tree = root / "opt" / "spack"
    prefix = tree / "linux-zen3" / "gcc-13.2.0"
    write_executable(prefix / "bin", "gcc", GCC)
    (prefix / "lib64").mkdir()
    write_database(tree, record(prefix, "gcc", "13.2.0"), record(prefix, "zlib", "1.3"))
    (found,) = detected("compiler", "gcc")
    assert (found.label, found.plugin) == ("gcc@13.2.0", "gcc")
    assert found.origin == "Spack gcc@13.2.0/0h2vxkd"
    assert found.binary_directories == (prefix / "bin",)
    assert found.library_directories == (prefix / "lib64",)


def test_an_mpi_comes_after_that_of_path(root: Path, tmp_path: Path) -> None:
    prefix = root / "opt" / "spack" / "openmpi-4.1.4"
    for place in (prefix, tmp_path):
        (place / "include").mkdir(parents=True)
        (place / "include" / "mpi.h").touch()
        open_mpi(place / "bin")
    write_database(root / "opt" / "spack", record(prefix, "openmpi", "4.1.4"))
    of_path, of_spack = sorted(detected("mpi"), key=lambda one: -one.priority)
    assert of_path.path == tmp_path / "bin" / "mpicc"
    assert (of_spack.path, of_spack.origin[:13]) == (prefix / "bin" / "mpicc", "Spack openmpi")
    assert of_path.priority > of_spack.priority


def test_what_is_the_system_s_own_or_gone_is_left_out(root: Path, tmp_path: Path) -> None:
    here, gone = tmp_path / "here", tmp_path / "gone"
    here.mkdir()
    write_database(
        root / "opt" / "spack",
        record(here, "gcc", "12.2.0", spec={"external": {"path": "/usr", "module": None}}),
        record(here, "gcc", "9.1.0", installed=False),
        record(gone, "gcc", "10.1.0"),
    )
    assert [*spack_offers(frozenset({"gcc"}))] == []


@pytest.mark.parametrize("said", [{"root": "$spack/../tree"}, "$spack/../tree"])
def test_another_tree_that_the_configuration_names(root: Path, tmp_path: Path, said: Any) -> None:
    prefix = tmp_path / "tree" / "gcc"
    prefix.mkdir(parents=True)
    write_database(tmp_path / "tree", record(prefix, "gcc", "13.2.0"))
    configuration = tmp_path / "home" / ".spack" / "config.yaml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(json.dumps({"config": {"install_tree": said}}))
    (offer,) = spack_offers(frozenset({"gcc"}))
    assert offer.origin.startswith("Spack gcc@13.2.0/")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"database": []}', '{"database": 7}', "\0"])
def test_a_broken_database_offers_nothing(root: Path, text: str) -> None:
    write_database(root / "opt" / "spack")
    (root / "opt" / "spack" / ".spack-db" / "index.json").write_text(text)
    assert detected("gcc") == ()


KEYS = st.sampled_from(["database", "installs", "spec", "name", "version", "path", "installed"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner),
)


@given(st.dictionaries(KEYS, JSON))
def test_whatever_a_database_holds(database: dict[str, Any]) -> None:
    whole = {"database": {"installs": {"a": database, "b": {"spec": database, **database}}}}
    for one in (*built(database), *built(whole)):
        assert one.name
        assert one.version
