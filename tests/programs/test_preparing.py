"""Preparing before the runs: a place that stays, progress, and time limits of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.install import Progress
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.errors import BadComponentError, RunError
from ck_core.pipeline import run_program
from ck_core.stages.own_progress import ProgressLines, without_progress
from ck_core.store.schemas import check_meta
from programs.kit import Programs, shell


class Watcher(SilentReporter):
    """Keeps what is told of progress, by the title of each display."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, int, int]] = []

    @contextmanager
    def progress(self, text: str) -> Iterator[Progress]:
        yield lambda what, done, total: self.told.append((text, what, done, total))


def watched(**options: Any) -> list[tuple[str, str, int, int]]:
    watcher = Watcher()
    build = BuildOptions(program=Cid("program", "it"))
    asked = RunOptions(build=build, repetitions=1, warmups=0, **options)
    run_program(asked, Context(watcher))
    return watcher.told


SLOW = """
for n in 1 2 3; do echo "ckp-progress: $n/3 preparing images" >&2; sleep 0.1; done
echo "a warning" >&2
"""


def test_progress_is_told_as_it_comes(programs: Programs) -> None:
    command = "sh $#src_path_local#$slow.sh"
    programs.add(shell("true", pre_process_cmds=[command]), {"slow.sh": SLOW})
    told = watched()
    assert told[0][:2] == ("preparing it", "preparing images")
    assert told[-1] == ("preparing it", "preparing images", 3, 3)
    assert len(told) > 1  # not all of it when everything is over


def test_most_commands_tell_nothing_and_show_nothing(programs: Programs) -> None:
    programs.add(shell("true", pre_process_cmd="sh -c 'echo hello >&2'"))
    assert watched() == []


def test_an_error_is_told_without_what_was_progress(programs: Programs) -> None:
    script = f"{SLOW}\necho 'no labels: val.txt is missing' >&2; exit 3"
    command = "sh $#src_path_local#$slow.sh"
    programs.add(shell("true", pre_process_cmds=[command]), {"slow.sh": script})
    with pytest.raises(RunError) as failed:
        programs.run()
    assert failed.value.details == "a warning\nno labels: val.txt is missing"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ckp-progress: 5/10 x\n", [("x", 5, 10)]),
        ("ckp-progress:5/0\r\n", [("", 5, 0)]),
        ("ckp-progress: 1/2 a\nckp-progress: 2/2 b\n", [("b", 2, 2)]),
        ("ckp-progress: 500/10000 images\n", [("images, 500 of 10000", 5, 100)]),
        ("ckp-progress: 5000/0\n", [("5000", 0, 0)]),
        ("ckp-progress: 1/2 not yet whole", []),
        ("see ckp-progress: 1/2 x\n", []),
        ("ckp-progress: a/b\nckp-progress: 1/\nckp-progress: -1/2 x\n", []),
    ],
)
def test_lines(text: str, told: list[tuple[str, int, int]]) -> None:
    found: list[tuple[str, int, int]] = []
    ProgressLines(lambda *one: found.append(one))(text)
    assert found == told


@given(st.text(st.sampled_from("ckp-rogres: 1/2\nx\r\t"), max_size=60), st.integers(1, 7))
def test_in_whatever_pieces_they_come_the_last_is_the_last(text: str, size: int) -> None:
    line = "\nckp-progress: 7/9 end\n"
    found: list[tuple[str, int, int]] = []
    lines = ProgressLines(lambda *one: found.append(one))
    whole = text + line
    for start in range(0, len(whole), size):
        lines(whole[start : start + size])
    assert found[-1] == ("end", 7, 9)
    assert "ckp-progress: 7/9" not in without_progress(whole)
    assert without_progress(f"{text}x\n").endswith("x\n")


def test_a_place_that_stays_is_known_before_during_and_after(
    programs: Programs, ckp_home: Path
) -> None:
    place = ckp_home / "cache" / "components" / "local"
    meta = shell(
        "sh -c 'echo run >>\"$CKP_CACHE/log\"'",
        pre_process_cmds=["sh -c 'echo before >>\"$CKP_CACHE/log\"'"],
        post_process_cmds=["sh -c 'echo after >>\"$CKP_CACHE/log\"'"],
    )
    programs.add({**meta, "run_vars": {"MINE": "$<<CKP_CACHE>>$/mine"}})
    programs.run()
    programs.run()
    assert (place / "log").read_text().split() == ["before", "run", "after"] * 2


def test_preparing_has_a_time_limit_of_its_own(programs: Programs) -> None:
    programs.add(shell("true", pre_process_cmd="sleep 1.5"))
    programs.run(timeout_s=1.0)
    programs.add({**shell("true", pre_process_cmd="sleep 60"), "pre_process_timeout": 0.2})
    with pytest.raises(RunError, match=r"ran past 0.2 s.*sleep 60") as failed:
        programs.run()
    assert "pre_process_timeout" in failed.value.hint


def test_so_has_what_comes_after_where_it_says_so(programs: Programs) -> None:
    programs.add(shell("true", post_process_cmd="sleep 1.5", post_process_timeout=30))
    programs.run(timeout_s=1.0)
    programs.add(shell("true", post_process_cmd="sleep 60"))
    with pytest.raises(RunError, match=r"ran past 0\.5 s"):
        programs.run(timeout_s=0.5)


@pytest.mark.parametrize("limit", [0, -1, "soon"])
def test_time_limits_are_seconds(programs: Programs, limit: object) -> None:
    meta = {**shell("true"), "pre_process_timeout": limit}
    programs.add(meta)
    with pytest.raises(BadComponentError, match="pre_process_timeout"):
        programs.run()
    (mistake,) = check_meta("program", json.dumps(meta), "meta.json")
    assert mistake.key == "pre_process_timeout"


def test_python_environments_side_by_side_do_not_mix(programs: Programs) -> None:
    """Each sets PYTHONPATH; ``-I`` takes none of them, and ckp's own Python is not concerned."""
    deps = {}
    for name in ("one", "other"):
        place = programs.component("lib", name, {}, {"mine.py": f"NAME = {name!r}"})
        (place / "sitecustomize.py").write_text("raise SystemExit('another Python was meant')")
        programs.library(
            f"python-package,{name}", environment={"PYTHONPATH": str(place), name: sys.executable}
        )
        deps[name] = {"tags": f"python-package,{name}"}
    isolated = "$<<one>>$ -I -c 'import importlib.util as u; print(u.find_spec(\"mine\"))'"
    meta = shell(
        "cat prepared.txt",
        pre_process_cmds=["sh $#src_path_local#$prepare.sh"],
        post_process_cmds=[isolated],
    )
    prepare = '"$other" -I -c \'import os; print(os.environ["PYTHONPATH"])\' >prepared.txt'
    programs.add({**meta, "run_deps": deps}, {"prepare.sh": prepare})
    paths = programs.output().strip().split(":")
    assert [Path(one).name for one in paths] == ["other", "one"]
