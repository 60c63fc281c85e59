"""What takes the place of tools and libraries that are gone, and what both points tell."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.environment_diff import Kind, differences
from ck_core.analysis.reproduction import Reproduction
from ck_core.cli.replay_options import in_units
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point, RecordedComponent, Scalar
from ck_core.experiments.replay.circumstances import circumstances, feature_kind
from ck_core.experiments.replay.nearest import distance
from ck_core.experiments.replay.recorded_choices import monitors_of
from ck_core.experiments.replay.verdicts import Terms, metric_verdicts, overall
from ck_core.testing.fixtures import Ckp
from environments.conftest import needs_gadget, needs_widget, widgets
from environments.environment_kit import make_widget
from experiments.point_kit import sample
from experiments.replay_kit import names, only, recorded, replayed
from experiments.strategies import points
from plugins.fake_distribution import install_fake

__all__ = ["needs_gadget", "needs_widget", "widgets"]
SIZE = "peak_memory_bytes"


def replay(ckp: Ckp) -> dict[str, Any]:
    """Of a program without reference: only what it was rebuilt with is looked at."""
    return only(replayed(ckp, 14))


def test_a_newer_version_is_left_alone(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    make_widget(widgets, "1.5")
    recorded(ckp, needs_widget)
    make_widget(widgets, "2.0")
    ckp("detect", "soft", "--tags=widget")
    point = replay(ckp)
    assert point["substitutions"] == []
    assert "tool" not in names(point)


def test_the_nearest_version_takes_its_place(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    file = make_widget(widgets, "1.5")
    recorded(ckp, needs_widget)
    file.unlink()
    for version in ("1.1", "1.6", "3.0"):
        make_widget(widgets, version)
    point = replay(ckp)
    said = "tool: widget@1.5 cannot be had here, the nearest is widget@1.6"
    assert point["substitutions"] == [said]
    assert names(point)[0] == "tool"


def test_other_content_of_the_version_is_said(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    make_widget(widgets, "1.5")
    make_widget(widgets, "1.4")
    recorded(ckp, needs_widget, "--deps.tool=widget@1.5")
    make_widget(widgets, "1.5", "two")
    point = replay(ckp)
    (said,) = point["substitutions"]
    assert said.startswith("tool: widget@1.5 is here, but with other content (sha256:")
    assert names(point)[0] == "tool's content"


def test_a_tool_that_is_gone_for_good(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    file = make_widget(widgets, "1.5")
    recorded(ckp, needs_widget)
    file.unlink()
    point = replay(ckp)
    assert "needs a widget" in point["reason"]
    assert point["metrics"] == []


def test_a_package_installs_the_recorded_version_again(
    ckp: Ckp, needs_gadget: str, ckp_home: Path
) -> None:
    recorded(ckp, needs_gadget, "--deps.part=gadget@1")
    shutil.rmtree(ckp_home / "repos/local/env")
    shutil.rmtree(ckp_home / "tools")
    point = replay(ckp)
    assert point["substitutions"] == []
    assert "part" not in names(point)


def test_of_a_package_that_is_gone_the_nearest_is_installed(
    ckp: Ckp, needs_gadget: str, ckp_home: Path
) -> None:
    recorded(ckp, needs_gadget, "--deps.part=gadget@1")
    for place in ("repos/local/env", "tools", "repos/local/package/gadget-1"):
        shutil.rmtree(ckp_home / place)
    point = replay(ckp)
    said = "part: gadget@1 cannot be had here, the nearest is gadget@2"
    assert point["substitutions"] == [said]
    assert names(point)[0] == "part"


def test_nothing_is_installed_without_leave(ckp: Ckp, needs_gadget: str, ckp_home: Path) -> None:
    recorded(ckp, needs_gadget)
    shutil.rmtree(ckp_home / "repos/local/env")
    shutil.rmtree(ckp_home / "tools")
    assert "which nothing here meets" in only(replayed(ckp, 14, "--no-install"))["reason"]


BROKEN = """
import os

from ck_core import hookimpl
from ck_core.errors import InstallError


@hookimpl(wrapper=True)
def install(request):
    version = request.package.version if request.package else ""
    with open(os.environ["INSTALL_LOG"], "a") as log:
        log.write(version + "\\n")
    if version in os.environ.get("GADGETS_GONE", "").split(","):
        raise InstallError("the mirror is down")
    return (yield)
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, widgets: Path) -> Path:
    """Versions that were to be installed; those in GADGETS_GONE cannot be."""
    install_fake(tmp_path / "site", "broken", BROKEN)
    monkeypatch.setenv("INSTALL_LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def test_what_cannot_be_installed_again_has_a_nearest(
    ckp: Ckp, needs_gadget: str, ckp_home: Path, log: Path
) -> None:
    recorded(ckp, needs_gadget, "--deps.part=gadget@1")
    for place in ("repos/local/env", "tools"):
        shutil.rmtree(ckp_home / place)
    assert ckp("run", needs_gadget, "--deps.part=gadget@2", "--repeat=1").returncode == 0
    log.unlink()
    point = only(replayed(ckp, 14, GADGETS_GONE="1"))
    assert point["substitutions"] == [
        "what was recorded could not be installed: the mirror is down",
        "part: gadget@1 cannot be had here, the nearest is gadget@2",
    ]
    assert log.read_text().split() == ["1"]


def test_no_attempt_is_made_twice(ckp: Ckp, needs_gadget: str, ckp_home: Path, log: Path) -> None:
    recorded(ckp, needs_gadget, "--deps.part=gadget@1")
    for place in ("repos/local/env", "tools"):
        shutil.rmtree(ckp_home / place)
    log.unlink()
    point = only(replayed(ckp, 14, GADGETS_GONE="1,2"))
    assert point["reason"] == "the mirror is down"
    assert log.read_text().split() == ["1", "2"]


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ("12.2.0", ["12.2", "12.3.0", "12.1.0", "12.0", "13.0", "11.4", "9"]),
        ("2", ["2.0.1", "2.1", "3", "1", "10"]),
    ],
)
def test_the_order_of_versions(wanted: str, order: list[str]) -> None:
    backwards = [*reversed(order)]
    assert sorted(backwards, key=lambda one: distance(one, wanted)) == order


versions = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(
    lambda parts: ".".join(map(str, parts))
)


@given(versions, versions)
def test_nothing_is_nearer_than_the_version_itself(one: str, other: str) -> None:
    assert distance(one, one)[0] <= distance(other, one)[0]
    assert distance(one, other)[0] == distance(other, one)[0]


@given(st.text(), st.text())
def test_versions_may_be_any_text(one: str, other: str) -> None:
    assert distance(one, other) <= distance(one, other)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cpu", Kind.CPU),
        ("cpu_quota", Kind.LAUNCHER),
        ("memory_bytes", Kind.MEMORY),
        ("governor", Kind.GOVERNOR),
        ("turbo", Kind.GOVERNOR),
        ("kernel", Kind.KERNEL),
        ("libc", Kind.LIBRARY),
        ("os", Kind.SYSTEM),
        ("virtualisation", Kind.SYSTEM),
        ("launcher", Kind.LAUNCHER),
        ("anything", Kind.OTHER),
    ],
)
def test_kinds_of_features(name: str, kind: Kind) -> None:
    assert feature_kind(name) is kind


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_same_facts_differ_in_nothing(first: int, second: int) -> None:
    around = circumstances(sample(first), sample(first))
    assert around.before == around.after
    assert around.unknown == ()
    both = circumstances(sample(first), sample(second))
    assert both.before.keys() == both.after.keys()
    mirrored = circumstances(sample(second), sample(first))
    assert (mirrored.after, mirrored.before) == (both.before, both.after)


@given(points, points)
def test_points_of_any_content_can_be_judged(one: Point, other: Point) -> None:
    around = circumstances(one, other)
    for found in metric_verdicts(one, other, around):
        assert found.judgement.reason
        assert found.causes == () or found.verdict is Reproduction.CHANGED
    for metric in ("wall_s", "size_bytes", "accuracy"):
        assert len(differences(around.before, around.after, metric=metric)) >= 0


def test_what_decides() -> None:
    one = sample(1)
    around = circumstances(one, one)
    usual = {found.metric: found.counts for found in metric_verdicts(one, one, around)}
    assert usual == {
        "wall_s": True,
        "size_bytes": True,
        "correct": True,
        "user_s": False,
        SIZE: False,
    }
    asked = metric_verdicts(one, one, around, Terms(metrics=(SIZE,)))
    assert [found.metric for found in asked if found.counts] == [SIZE]


def test_single_values_and_unknown_ones() -> None:
    before = point_with(quality=0.5, lost=1.0, exact=3.0)
    after = point_with(quality=0.6, lost=None, exact=3.0)
    found = metric_verdicts(before, after, circumstances(before, after))
    verdicts = {one.metric: one.verdict for one in found}
    assert verdicts == {
        "quality": Reproduction.CANNOT_TELL,
        "lost": Reproduction.CANNOT_TELL,
        "exact": Reproduction.REPRODUCED,
    }


def test_times_under_another_emulator_are_left_open() -> None:
    before, after = point_with(wall_s=1.0), point_with(emulated_by="qemu@8", wall_s=1.0)
    (found,) = metric_verdicts(before, after, circumstances(before, after))
    assert found.verdict is Reproduction.CANNOT_TELL
    assert "emulator" in found.judgement.reason


@pytest.mark.parametrize("name", ["execution_time_kernel_0_s", "instructions", "peak_memory_bytes"])
def test_nor_is_what_the_program_measured_itself(name: str) -> None:
    before = repeated(name, 1.0)
    after = replace(repeated(name, 9.0), emulated_by="qemu@8")
    found = metric_verdicts(before, after, circumstances(before, after))
    assert [one.verdict for one in found] == [Reproduction.CANNOT_TELL]


def test_sizes_and_outputs_are_the_same_under_an_emulator() -> None:
    before = point_with(size_bytes=4096, correct=True)
    after = point_with(emulated_by="qemu@8", size_bytes=4097, correct=True)
    found = metric_verdicts(before, after, circumstances(before, after))
    verdicts = {one.metric: one.verdict for one in found}
    assert verdicts["size_bytes"] is Reproduction.CHANGED
    assert verdicts["correct"] is Reproduction.REPRODUCED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("pinned", "0-1"), ("power", "battery"), ("virtualisation", "kvm"), ("cpu_quota", 1.5)),
        *(("accelerators", "H100"), ("container", "docker"), ("memory_limit_bytes", 1 << 30)),
    ],
)
def test_what_a_machine_has_not_is_none(name: str, value: Scalar) -> None:
    without = replace(point_with(), features={"cpu": "it"})
    having = replace(without, features={"cpu": "it", name: value})
    around = circumstances(without, having)
    assert around.unknown == ()
    (found,) = differences(around.before, around.after, metric="wall_s")
    assert (found.name, found.before) == (name, "none")
    assert found.after not in {None, "none"}
    (back,) = differences(around.after, around.before, metric="wall_s")
    assert back.after == "none"
    told = replace(without, features={"cpu": "it", name: "none"})
    assert circumstances(told, without).before == circumstances(told, without).after
    of_ck = replace(without, features={"platform.cpu": "it"})
    assert name in circumstances(of_ck, having).unknown


def reason(before: Point, after: Point) -> str:
    terms = Terms(writer=in_units)
    (found,) = metric_verdicts(before, after, circumstances(before, after), terms)
    return found.judgement.reason


def repeated(name: str, value: float, count: int = 9) -> Point:
    metric = Metric(name=name, value=value)
    raw = {name: (value,) * count}
    return replace(point_with(), metrics={name: metric}, characteristics=raw)


def test_numbers_have_units() -> None:
    zeros, more = repeated("user_s", 0.0), repeated("user_s", 3.7e-4)
    said = "370.0 µs more than the recorded value (370.0 µs to 370.0 µs"
    assert said in reason(zeros, more)
    assert "370.0 µs less than" in reason(more, zeros)
    one, other = point_with(quality_s=0.5), point_with(quality_s=0.001)
    assert reason(one, other).startswith("500.0 ms became 1.000 ms")
    said = "too few values: 2 recorded, 1 now; so far 0.00037 times the recorded value"
    assert reason(repeated("user_s", 1.0, 2), repeated("user_s", 3.7e-4, 1)).startswith(said)


def test_monitors_that_were_asked_for() -> None:
    assert monitors_of(point_with(wall_s=1, page_faults=2)) == frozenset()
    assert monitors_of(point_with(instructions=2, ipc=1)) == {"counters"}
    assert monitors_of(point_with(cycles=1, energy_j=2, power_w=2)) == {"counters", "energy"}
    asked = replace(point_with(instructions=2), choices={"monitor": "own,energy"})
    assert monitors_of(asked) == {"own", "energy"}


def point_with(*, emulated_by: str = "", **metrics: float | None) -> Point:
    return Point(
        uid="0" * 16,
        recorded_at="2024-05-01T10:00:00Z",
        program=RecordedComponent(cid="program:it"),
        metrics={name: Metric(name=name, value=value) for name, value in metrics.items()},
        emulated_by=emulated_by,
    )


def timed(wall_s: float, user_s: float, switches: float, pauses: float = 5) -> Point:
    raw = {
        "wall_s": [wall_s + n * 7 % 12 / 10_000 for n in range(12)],
        "user_s": [user_s] * 12,
        "system_s": [0.0] * 12,
        "involuntary_switches": [switches] * 12,
        "voluntary_switches": [pauses] * 12,
    }
    found = {name: tuple(values) for name, values in raw.items()}
    return replace(point_with(wall_s=wall_s), characteristics=found)


@pytest.mark.parametrize(
    ("before", "after", "verdict", "said"),
    [
        (timed(1.0, 0.9, 0), timed(2.0, 0.9, 40), Reproduction.CANNOT_TELL, "the core now: 1 s"),
        (timed(2.0, 0.9, 40), timed(1.0, 0.9, 0), Reproduction.CANNOT_TELL, "was recorded"),
        (timed(1.0, 0.9, 0, 1), timed(2.0, 0.9, 0, 1), Reproduction.CANNOT_TELL, "1 pauses"),
        (timed(1.0, 0.9, 0), timed(2.0, 0.9, 0), Reproduction.CHANGED, "outside"),  # it sleeps
        (timed(1.0, 0.9, 0), timed(2.0, 1.9, 9), Reproduction.CHANGED, "outside"),  # it computes
        (timed(1.0, 3.9, 0), timed(2.0, 3.9, 40), Reproduction.CHANGED, "outside"),  # in parallel
        (timed(1.0, 0.9, 9), timed(1.01, 0.9, 9), Reproduction.REPRODUCED, "within"),
    ],
)
def test_a_core_that_others_had(
    before: Point, after: Point, verdict: Reproduction, said: str
) -> None:
    (found,) = metric_verdicts(before, after, circumstances(before, after))
    assert found.verdict is verdict
    assert said in found.judgement.reason


@given(st.lists(st.sampled_from(Reproduction)))
def test_one_change_is_a_change(verdicts: list[Reproduction]) -> None:
    found = overall(verdicts)
    assert (found is Reproduction.CHANGED) == (Reproduction.CHANGED in verdicts)
    assert (found is Reproduction.REPRODUCED) == (set(verdicts) == {Reproduction.REPRODUCED})
