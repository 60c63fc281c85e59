"""What was measured is neither lost nor counted twice where recording it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ck_core.context import SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.options import RecordOptions
from ck_core.domain.point import Point
from ck_core.errors import StorageError
from ck_core.experiments.measuring.keeping import Keeper
from ck_core.experiments.recording.digests import component_digest
from ck_core.experiments.recording.recording import Recorder
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import recorded
from experiments.point_kit import sample
from experiments.script_kit import add_script, measure
from programs.kit import Listener


@dataclass
class Unsteady(Recorder):
    """Does something else before, or after, its first points are written."""

    before: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)

    def keep(self, point: Point) -> None:
        if self.before:
            raise self.before.pop()
        super().keep(point)
        if self.after:
            raise self.after.pop()


Unsteadily = Callable[..., Keeper]


@pytest.fixture
def keeper(ckp_home: Path) -> Unsteadily:
    def make(**troubles: Any) -> Keeper:
        local = Repository(
            alias="local", path=ckp_home / "repos" / "local", origin="yours", writable=True
        )
        options = RecordOptions(experiment=Cid("experiment", "mine"))
        recorder = Unsteady(options=options, repository=local, **troubles)
        return Keeper(recorder, SilentReporter())

    return make


@pytest.mark.parametrize("when", ["before", "after"])
def test_ctrl_c_while_a_point_is_written(ckp_home: Path, keeper: Unsteadily, when: str) -> None:
    kept = keeper(**{when: [KeyboardInterrupt()]})
    with pytest.raises(KeyboardInterrupt):
        kept.keep(sample(1))
    assert kept.close([sample(1)]) is None
    lines = (ckp_home / "repos/local/experiment/mine/points.jsonl").read_text().splitlines()
    assert len(lines) == 1


def test_ctrl_c_before_a_point_is_written(ckp_home: Path, keeper: Unsteadily) -> None:
    assert keeper().close([sample(1)]) is None
    assert [one.uid for one in recorded(ckp_home, "mine")] == [sample(1).uid]


def test_later_points_are_kept_and_the_first_is_tried_again(
    ckp_home: Path, keeper: Unsteadily
) -> None:
    kept = keeper(before=[StorageError("no room")])
    points = [sample(1), sample(2)]
    for one in points:
        kept.keep(one)
    assert len(recorded(ckp_home, "mine")) == 1
    assert kept.close(points) is None
    assert {one.uid for one in recorded(ckp_home, "mine")} == {one.uid for one in points}


def test_each_is_tried_at_the_end_and_the_first_error_told(
    ckp_home: Path, keeper: Unsteadily
) -> None:
    errors: list[BaseException] = [StorageError(f"no room {n}") for n in (4, 3, 2, 1)]
    kept = keeper(before=errors)
    points = [sample(number) for number in (1, 2, 3)]
    for one in points:
        kept.keep(one)
    problem = kept.close(points)
    assert problem is not None
    assert problem.message == "no room 4"
    assert len(recorded(ckp_home, "mine")) == 2


BLOCKED = """
POINTS=$HERE/../../experiment/mine/points.jsonl
if [ "$N" = {shut} ] && [ -f "$POINTS" ]; then mv "$POINTS" "$POINTS.kept"; mkdir "$POINTS"; fi
if [ "$N" = {free} ] && [ -d "$POINTS" ]; then rmdir "$POINTS"; mv "$POINTS.kept" "$POINTS"; fi
if [ "$N" = 1 ]; then exit 3; fi
"""


def test_a_disk_that_has_room_again(add_component: AddComponent, ckp_home: Path) -> None:
    """N=1 fails at once, when nothing can be written; N=2 makes room."""
    add_script(add_component, "true")
    measure(record=True, repetitions=1)
    add_script(add_component, BLOCKED.format(shut=1, free=2))
    listener = Listener()
    found = measure({"N": ("1", "2")}, record=True, repetitions=2, listener=listener, seed=1)
    assert found.problem is None
    statuses = [one.status for one in recorded(ckp_home, "mine")]
    assert sorted(statuses) == ["failed", "ok", "ok"]
    assert len({one.uid for one in recorded(ckp_home, "mine")}) == 3


def test_what_was_measured_is_shown_where_it_cannot_be_recorded(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_script(add_component, "true")
    command = ("benchmark", "program:it", "--repeat=2", "--warmup=0", "--record-uoa=mine")
    assert ckp(*command).returncode == 0
    add_script(add_component, BLOCKED.format(shut=2, free=0))
    done = ckp(*command, "--env.N=2,3")
    assert done.returncode == 12
    assert "it is no regular file" in done.stderr or "Is a directory" in done.stderr
    assert "tried again at the end" in done.stderr
    assert "Traceback" not in done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith(("N=2", "N=3"))]
    assert [row.split()[-2:] for row in rows] == [["not", "checked"]] * 2
    once = ckp("run", "program:it", "--repeat=1", "--record-uoa=mine")
    assert once.returncode == 12


def digest_of(home: Path) -> str:
    local = Repository(alias="local", path=home / "repos/local", origin="yours", writable=True)
    store = Store([local], home / "indexes", print)
    return component_digest(store.get(Cid("program", "it")))


@pytest.mark.parametrize(("change", "is_told"), [("echo >>", True), ("touch", False)])
def test_sources_that_are_edited_while_they_are_measured(
    add_component: AddComponent, ckp_home: Path, change: str, *, is_told: bool
) -> None:
    path = add_script(add_component, f'{change} "$HERE/words.txt"')
    (path / "words.txt").write_text("first\n")
    before = digest_of(ckp_home)
    (only,) = measure(repetitions=1).measurements
    assert only.point.program.digest == before
    assert (digest_of(ckp_home) != before) is is_told
    told = [note for note in only.point.notes if "files of program:it were changed" in note]
    assert bool(told) is is_told
    assert all(before[:19] in note for note in told)
