"""A compiler that was taken away teaches a strategy nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ck_core.errors import BuildError
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import trials_of, tuned_program

pytestmark = needs_gcc
TUNE = ("autotune", "program:it", "--tune=own", "--strategy=exhaustive")
QUICK = ("--repeat=1", "--finals=2", "--no-reduction", "--seed=1")
VANISHING = """#!/bin/sh
# Another version, or it would be taken for the gcc that it calls.
case "$1" in
  --version) {compiler} "$@" | sed -E 's/[0-9]+[.][0-9]+[.][0-9]+/99.0.0/g'; exit ;;
esac
if test -e {gone}; then echo "cannot find stdio.h" >&2; exit 1; fi
case "$*" in *-DWORK=[123]*) {vanish}; exit 127;; esac
exec {compiler} "$@"
"""


@pytest.mark.parametrize("vanish", ["rm -f {self}", "touch {gone}"], ids=["itself", "a header"])
def test_it_ends_the_search(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, tmp_path: Path, vanish: str
) -> None:
    place, gone = tmp_path / "bin" / "gcc", tmp_path / "gone"
    place.parent.mkdir()
    words = {"self": place, "gone": gone}
    script = VANISHING.format(
        gone=gone, vanish=vanish.format(**words), compiler=shutil.which("gcc")
    )
    place.write_text(script, encoding="utf-8")
    place.chmod(0o755)
    add_component("program", "it", *tuned_program())
    path = f"{place.parent}{os.pathsep}{os.environ['PATH']}"
    done = ckp(*TUNE, *QUICK, "--compiler=gcc@99", "--param=WORK=4,1,2,3", PATH=path)
    assert done.returncode == BuildError.exit_code, done.stderr
    assert "program:it no longer builds as it is" in done.stderr
    assert "ckp autotune --resume experiment:tune-it goes on when it does" in done.stderr
    (only,) = trials_of(ckp_home, "tune-it")
    assert only.status == "ok"


def test_configurations_that_do_not_build_end_nothing(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Though nothing of a round builds: the program as it is does."""
    add_component("program", "it", *tuned_program())
    done = ckp(*TUNE, *QUICK, "--compiler=gcc", "--param=BROKEN=0,1", "--param=IGNORED=0,1,2,3")
    assert done.returncode == 0, done.stderr
    assert [one.stage for one in trials_of(ckp_home, "tune-it")][-4:] == ["build"] * 4
