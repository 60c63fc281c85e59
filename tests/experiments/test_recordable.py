"""What cannot be recorded is said before anything is built or measured."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ck_core.errors import BadComponentError, StorageError
from ck_core.store.experiments.experiments import open_experiment
from ck_core.store.experiments.recordable import check_recordable
from ck_core.store.repositories import Repository
from ck_core.testing.fixtures import AddComponent, Ckp
from programs.kit import shell

COMMAND = ("benchmark", "program:it", "--repeat=1", "--warmup=0")


@pytest.fixture
def ran(add_component: AddComponent) -> Path:
    """``program:it`` makes this file."""
    path = add_component("program", "it", shell("sh ../run.sh"), {"run.sh": ""})
    (path / "run.sh").write_text(f": >{path / 'ran'}\n")
    return path / "ran"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a/b", "holds /"),
        ("..", "begins with '.'"),
        (".", "begins with '.'"),
        ("-x", "begins with '.', '-'"),
        ("CON", "reserved on Windows"),
        ("a\nb", "control characters"),
        ("a" * 300, "longer than"),
        ("a#b", "holds #"),
        ("a\u202eb", "nobody sees"),
        ("a\u200bb", "nobody sees"),
    ],
)
def test_a_name_that_is_none(ckp: Ckp, ran: Path, ckp_home: Path, name: str, said: str) -> None:
    done = ckp(*COMMAND, f"--record_uoa={name}")
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "use letters, digits" in done.stderr
    assert "correct or remove" not in done.stderr
    assert not ran.exists()
    assert not (ckp_home / "repos/local/experiment").exists()


def test_no_place_for_experiments(ckp: Ckp, ran: Path, ckp_home: Path) -> None:
    (ckp_home / "repos/local/experiment").write_text("")
    done = ckp(*COMMAND, "--record_uoa=mine")
    assert done.returncode == 12
    assert "experiment is no directory" in done.stderr
    assert not ran.exists()


@pytest.mark.parametrize("kind", ["directory", "link", "pipe"])
def test_points_that_are_no_file(
    ckp: Ckp, ran: Path, add_component: AddComponent, kind: str
) -> None:
    file = add_component("experiment", "mine", {}) / "points.jsonl"
    make = {"directory": file.mkdir, "link": lambda: file.symlink_to("/dev/null")}
    make.get(kind, lambda: os.mkfifo(file))()
    done = ckp(*COMMAND, "--record_uoa=mine")
    assert done.returncode == 12
    assert "no regular file" in done.stderr
    assert not ran.exists()


def test_an_experiment_that_is_broken(local: Repository) -> None:
    found = open_experiment(local, "mine")
    (found.path / ".cm/meta.json").write_text("{")
    with pytest.raises(BadComponentError):
        check_recordable(local, "mine")


@pytest.mark.skipif(os.name != "posix" or not os.getuid(), reason="root may write everywhere")
@pytest.mark.parametrize("place", [".", "points.jsonl"])
def test_an_experiment_that_may_not_be_written(local: Repository, place: str) -> None:
    found = open_experiment(local, "mine")
    (found.path / "points.jsonl").write_text("")
    (found.path / place).chmod(0o500)
    try:
        with pytest.raises(StorageError, match="may not be written"):
            check_recordable(local, "mine")
    finally:
        (found.path / place).chmod(0o700)


def test_what_can_be_recorded_leaves_nothing_behind(local: Repository) -> None:
    for name in ("", "mine", "0123456789abcdef", "größer"):
        check_recordable(local, name)
    assert [*local.path.iterdir()] == []
    uid = open_experiment(local, "a b").uid
    before = sorted(local.path.rglob("*"))
    check_recordable(local, "a b")
    check_recordable(local, uid)
    assert sorted(local.path.rglob("*")) == before


@pytest.fixture
def local(tmp_path: Path) -> Repository:
    (tmp_path / "local").mkdir()
    return Repository(alias="local", path=tmp_path / "local", origin="yours", writable=True)
