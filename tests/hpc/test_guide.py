"""docs/hpc.md: every command of it that can run here, on a real Slurm; every option is told."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import ck_plugins_hpc
from ck_core.testing.fixtures import Ckp
from ck_plugins_hpc.launching.options import _NAMES, BINDINGS, LEAVES, STARTERS
from hpc.cluster import Cluster

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "hpc.md").read_text("utf-8")
PROGRAMS = Path(ck_plugins_hpc.__file__).parent / "repo" / "program"
MAY_END_OTHERWISE = {"jobs --attach": {2}, "replay": {13, 14}}
"""Where there are no jobs; where times have changed, or noise leaves that open."""
needs_mpi = pytest.mark.skipif(shutil.which("mpicc") is None, reason="needs MPI's mpicc")


def commands() -> list[list[str]]:
    """Of ckp; what follows a # is for people."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    words = [shlex.split(line, comments=True) for line in "".join(blocks).splitlines()]
    return [one[1:] for one in words if one and one[0] == "ckp"]


def shorter(words: list[str]) -> list[str]:
    """The same with fewer repetitions: ranks that wait for each other load small machines."""
    once = ["--repeat=1"] if words[:2] == ["run", "program:mpi-jacobi"] else []
    few = {"--repeat": "2", "--runs": "1"}
    return [few.get(before, word) for before, word in pairwise(["", *words])] + once


@pytest.fixture
def nodes_of_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open MPI takes these nodes for machines of their own; so they must not share memory."""
    settings = tmp_path / ".openmpi" / "mca-params.conf"
    settings.parent.mkdir()
    settings.write_text("btl = self,tcp\n")
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.slow
@needs_mpi
@pytest.mark.usefixtures("whole_machine", "nodes_of_one_machine")
def test_every_command_does_what_the_page_says(
    ckp: Ckp, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(commands()) > 15
    for words in commands():
        done = ckp(*shorter(words))
        typed = shlex.join(words)
        others = [codes for text, codes in MAY_END_OTHERWISE.items() if typed.startswith(text)]
        accepted = {0}.union(*others)
        assert done.returncode in accepted, f"{words}: {done.stdout}{done.stderr}"
    points = json.loads(ckp("show", "experiment:scaling", "--json").stdout)
    assert sorted(one["choices"]["launcher.tasks"] for one in points) == ["1", "2", "4"]
    assert {one["features"]["launcher"] for one in points} == {"slurm"}
    for name in ("weak.png", "weak.csv", "scaling.html", "on-slurm/strong.html"):
        assert (tmp_path / name).is_file(), name


def told_rows(heading: str) -> Iterator[tuple[str, str]]:
    """Names and texts of a table's rows, by the beginning of its heading."""
    table = PAGE.split(heading, 1)[1].split("\n\n", 1)[0]
    for row in table.splitlines():
        if names := re.match(r"\| (`.*?) \| (.*) \|$", row):
            for name in re.findall(r"`([a-z-]+)`", names[1]):
                yield name, names[2]


def test_every_option_of_launchers_is_told() -> None:
    rows = dict(told_rows("| KEY | is |"))
    assert {*_NAMES} <= rows.keys()
    assert {*rows} - {*_NAMES} == {"cpus-per-task", "queue"}
    for name, values in (("bind", BINDINGS), ("on-interrupt", LEAVES)):
        assert all(f"`{one}`" in rows[name] for one in values)
    assert all(f"`{one}`" in rows["start"] for one in STARTERS if one != "auto")


@pytest.mark.parametrize("name", ["mpi-jacobi", "openmp-stencil"])
def test_every_option_of_the_programs_is_told(name: str) -> None:
    meta = json.loads((PROGRAMS / name / ".cm" / "meta.json").read_text("utf-8"))
    (row,) = re.findall(rf"^\| `program:{name}` .*$", PAGE, re.MULTILINE)
    assert all(f"`--{option}" in row for option in meta["options"])
