"""Two machines on one shared directory: host names of their own, in a namespace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp

OTHER = "the-other-machine"


def elsewhere(command: str) -> subprocess.CompletedProcess[str]:
    arguments = [
        "unshare",
        "--map-root-user",
        "--uts",
        "sh",
        "-c",
        f"hostname {OTHER} && {command}",
    ]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def can_be_elsewhere() -> bool:
    return shutil.which("unshare") is not None and elsewhere("true").returncode == 0


pytestmark = pytest.mark.skipif(not can_be_elsewhere(), reason="needs namespaces for a host name")


def there(ckp_home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return elsewhere(f"CKP_HOME={ckp_home} {sys.executable} -m ck_core {' '.join(words)}")


def test_each_finds_what_the_other_adds_by_an_index_of_its_own(ckp: Ckp, ckp_home: Path) -> None:
    ckp("add", "dataset:here", "--tags=t")
    assert ckp("ls", "dataset", "--tags=t").stdout.split() == ["here"]
    assert there(ckp_home, "add", "dataset:there", "--tags=t").returncode == 0
    for done in (ckp("ls", "dataset", "--tags=t"), there(ckp_home, "ls", "dataset", "--tags=t")):
        assert done.stdout.split() == ["here", "there"], done.stderr
    assert there(ckp_home, "rm", "dataset:here").returncode == 0
    assert ckp("ls", "dataset", "--tags=t").stdout.split() == ["there"]
    indexes = list((ckp_home / "cache/indexes").glob("*.sqlite"))
    repositories = 2  # local, and the one of the compilers pack
    assert len(indexes) == 2 * repositories


def test_what_the_other_is_writing_is_left_alone(ckp: Ckp, ckp_home: Path) -> None:
    ckp("add", "dataset:it")
    name = "from ck_core.system.files import staging_name; from pathlib import Path; "
    place = ckp_home / "repos/local/dataset/x"
    made = elsewhere(f"{sys.executable} -c '{name} staging_name(Path(\"{place}\")).mkdir()'")
    assert made.returncode == 0, made.stderr
    (staged,) = place.parent.glob(".ckp-*")
    assert ckp("doctor").stdout == "nothing to mend\n"
    yesterday = staged.stat().st_mtime - 2 * 24 * 3600
    os.utime(staged, (yesterday, yesterday))
    assert "left by an interrupted ckp" in ckp("doctor").stdout
