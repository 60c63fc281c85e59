"""Where a search is shown, its winner beside the baselines comes first."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core import Workspace, experiment
from ck_core.analysis.tuning_ending import ending_of, told_by
from ck_core.analysis.tuning_texts import columns, commands, notes, rows
from ck_core.domain.point import Point
from ck_core.experiments.reading.tunings import ending_in
from ck_core.publishing.plots import pictures_of_kind
from ck_core.publishing.report.pictures import pictures_of
from ck_core.publishing.report.searches import aimed, endings
from ck_core.publishing.report.sections import replay_commands, summary
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from experiments.point_kit import sample
from experiments.recorded_kit import record
from publishing.picture_kit import material
from tuning.ended_kit import last_runs, told, trial
from tuning.tuning_kit import tuned_program

ROLES = {"winner": 0.1, "as it is": 0.15, "-O2": 0.2}


def ended() -> list[Point]:
    """The luckiest trial is better than the winner; a later attempt has no baselines."""
    trials = [trial(at, at, wall_s, "a" * 16) for at, wall_s in enumerate((0.15, 0.05, 0.1))]
    attempt = {"winner": 0.1, "reduced": 0.1}
    return [*trials, *last_runs(20, attempt, "a" * 16), *last_runs(30, ROLES, "a" * 16)]


def test_the_winner_comes_first_with_what_it_gains() -> None:
    ending = ending_of(ended())
    assert ending is not None
    assert columns(ending) == ["measured in turn", "wall_s", "winner's speed-up", "verdict"]
    winner, as_it_is, level = rows(ending)
    assert winner[0] == "winner"
    assert winner[1].startswith("100 ms  [")
    assert as_it_is[0] == "as it is (-O3 -f31)"
    assert as_it_is[2] == "1.5  [1.5, 1.5]"
    assert (as_it_is[3], level[0], level[3]) == ("faster", "-O2", "faster")
    ((name, command),) = commands(ending, "x86_64-linux-gnu")
    assert name == "winner"
    assert "--flags=-O3 -f30" in shlex.split(command)


def test_what_breaks_a_constraint_is_said() -> None:
    ending = ending_of([*last_runs(0, ROLES, "a" * 16, breaks=["size_bytes<3kB"])])
    assert ending is not None
    assert columns(ending)[-1] == "breaks"
    assert [row[-1] for row in rows(ending)] == ["", "size_bytes<3kB", ""]
    assert [*notes(ending)] == ["the program as it is (-O3 -f1) breaks size_bytes<3kB"]
    spoiled = [
        told(one, "a" * 16, role=one.extra["tuning"]["role"], breaks=["a<1"])
        for one in last_runs(0, ROLES, "a" * 16)
    ]
    again = ending_of(spoiled)
    assert again is not None
    assert [*notes(again)][::2] == ["winner breaks a<1", "-O2 breaks a<1"]


def test_of_a_size_two_numbers_are_enough() -> None:
    """The largest of them is the last: nothing was left to chance."""
    aim = ({"metric": "size_bytes", "maximize": False},)
    ending = ending_of([*last_runs(0, ROLES, "a" * 16, aim)])
    assert ending is not None
    assert columns(ending)[2] == "winner's gain"
    assert [row[2:] for row in rows(ending)][1:] == [
        ("5.9 % smaller", "better"),
        ("11 % smaller", "better"),
    ]
    larger = ({"metric": "size_bytes", "maximize": True},)
    ending = ending_of([*last_runs(0, ROLES, "a" * 16, larger)])
    assert ending is not None
    assert [row[3] for row in rows(ending)][1:] == ["worse", "worse"]


def test_several_objectives_show_the_frontier() -> None:
    """Each is larger than the one before; ``-O2`` is slower as well."""
    aims = tuple({"metric": one, "maximize": False} for one in ("wall_s", "size_bytes"))
    roles = {"contender 1": 0.2, "contender 2": 0.1, "as it is": 0.15}
    ending = ending_of([*last_runs(0, roles, "a" * 16, aims)])
    assert ending is not None
    assert columns(ending) == ["on the frontier", "wall_s", "size_bytes"]
    names = ["contender 1 (-O3 -f0)", "contender 2 (-O3 -f1)"]
    assert [row[0] for row in rows(ending)] == names
    assert [name for name, _ in commands(ending, "here")] == names


def test_the_latest_search_counts() -> None:
    later = [*last_runs(40, {"winner": 0.3, "as it is": 0.3}, "b" * 16)]
    ending = ending_of([*ended(), *later])
    assert ending is not None
    assert ending.told.uid == "b" * 16
    suite = [*last_runs(60, {"as it is": 0.3, "found for winner": 0.1}, "c" * 16)]
    assert ending_of([*ended(), *suite]) == ending_of(ended())


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ("uid", "strategy", "objectives", "role", "failure", "breaks", "configuration")
names = st.sampled_from(["winner", "as it is", "-O2", "contender 1", " ", ""])
edited = st.dictionaries(st.sampled_from(KEYS), json_values | names, max_size=7)


@given(st.lists(edited | json_values, max_size=4))
def test_what_somebody_has_edited_breaks_nothing(found: list[Any]) -> None:
    points = [
        replace(sample(at), session="0" * 16, extra={"tuning": one, "trial": at})
        for at, one in enumerate(found)
    ]
    if ending := ending_of(points):
        assert [*rows(ending)] or not ending.standings
    assert material(points).main_metric
    aimed(material(points))


def test_points_of_no_search() -> None:
    assert told_by(sample(1)) is None
    assert ending_of([sample(1)]) is None
    assert not [*endings(material([sample(1)]))]


def test_the_report_tells_of_the_winner_and_not_of_the_luckiest_trial() -> None:
    found = material(ended())
    (table,) = endings(found)
    assert [row[0] for row in table.rows] == ["winner", "as it is (-O3 -f31)", "-O2"]
    best = summary(found)[0]
    assert (best.name, best.value) == ("time, winner", "100.5 ms")
    assert f"--point {30:016x}" in " ".join(one.value for one in replay_commands(found))
    titles = [" ".join(one["title"]["text"]) for one in pictures_of(found)]
    assert titles[:2] == ["Time of 3 variants", "Best after 3 trials: 50.25 ms"]


def test_the_report_tells_what_to_keep_where_nothing_is_proved() -> None:
    roles = {"winner": 0.1, "as it is": 0.1}
    found = material([trial(50, 0, 0.05, "a" * 16), *last_runs(0, roles, "a" * 16)])
    best = summary(found)[0]
    assert (best.name, best.value) == ("time, as it is (-O3 -f1)", "100.5 ms")


def drawn(points: list[Point], name: str) -> list[tuple[int, float]]:
    (picture,) = pictures_of_kind("convergence", material(points))
    layers = [one for one in picture["layer"] if one["mark"].get("type") == name]
    found = [row for one in layers for row in one["data"]["values"]]
    return sorted((row["trial"], row["value"]) for row in found)


def test_what_breaks_a_constraint_is_no_best_trial() -> None:
    """Nor are trials of an earlier search shown among those of the latest."""
    earlier = [trial(at, at, 0.01, "a" * 16) for at in range(3)]
    latest = [
        trial(10, 0, 0.2, "b" * 16),
        trial(11, 1, 0.1, "b" * 16, failure="constraint"),
        trial(12, 2, 0.15, "b" * 16),
    ]
    assert [at for at, _ in drawn([*earlier, *latest], "circle")] == [1, 3]
    assert [at for at, _ in drawn([*earlier, *latest], "point")] == [2]
    (picture,) = pictures_of_kind("convergence", material([*earlier, *latest]))
    assert " ".join(picture["title"]["text"]) == "Best after 3 trials: 150.7 ms"
    assert "as it is" in str(picture["layer"])


def test_pictures_show_what_a_search_was_for() -> None:
    aims = ({"metric": "size_bytes", "maximize": True}, {"metric": "wall_s", "maximize": False})
    points = [told(one, "a" * 16, aims) for one in ended()[:3]]
    found = aimed(material(points))
    assert found.metric == "size_bytes"
    assert found.maximize == {"size_bytes"}
    assert found.objectives == ("size_bytes", "wall_s")
    assert aimed(material(points, metric="wall_s")).metric == "wall_s"
    assert aimed(material([sample(1)])).metric == ""


def test_the_last_runs_are_found_behind_many_others(ckp_home: Path) -> None:
    """The newest are looked at first; of a filtered experiment nothing is said."""
    record(ckp_home, "few", ended())
    later = [trial(1000 + at, at, 0.1, "b" * 16) for at in range(80)]
    record(ckp_home, "many", [*ended(), *later])
    record(ckp_home, "other", [*map(sample, range(100, 180))])
    for name in ("few", "many"):
        found = experiment(name)
        ending = ending_in(found)
        assert ending is not None
        assert ending.told.uid == "a" * 16
        assert ending_in(found.filter("wall_s<0.2")) is None
    assert ending_in(experiment("other")) is None


@pytest.mark.slow
@needs_gcc
def test_a_real_search_everywhere(ckp: Ckp, add_component: AddComponent, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason='needs the extra: pip install "ck-core[plots]"')
    add_component("program", "it", *tuned_program())
    found = Workspace().autotune(
        "program:it",
        compiler="gcc",
        groups=["own"],
        own={"WORK": [8, 1], "IGNORED": [0, 1]},
        strategy="exhaustive",
        evaluations=4,
    )
    for html in (found._repr_html_(), experiment("tune-it")._repr_html_()):  # what Jupyter calls
        text = unescape(html)
        assert text.index("as it is (-O3 -DWORK=8") > text.index(">winner<")
        assert '<td style="text-align:left">faster</td>' in html
        assert "ckp run program:it --compiler=gcc@" in text
    shown = ckp("show", "experiment:tune-it")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert [one.split("  ")[0] for one in lines[:3]] == [
        "measured in turn",
        "winner",
        "as it is (-O3 -DWORK=8 -DIGNORED=0)",
    ]
    assert re.search(r"[\d.]+ +\[[\d.]+, [\d.]+\] +faster$", lines[2])
    again = next(one for one in lines if one.startswith("- winner again: "))
    assert ckp(*shlex.split(again.partition(": ")[2])[1:], "--repeat=1").returncode == 0
    assert "point " in shown.stdout[shown.stdout.index(again) :]
    for quiet in ("--sort=wall_s", "--columns=wall_s", "--filter=wall_s<9", "--csv", "--json"):
        assert "winner's speed-up" not in ckp("show", "experiment:tune-it", quiet).stdout
    page, picture = tmp_path / "it.html", tmp_path / "it.svg"
    assert ckp("report", "experiment:tune-it", f"--output={page}").returncode == 0
    text = page.read_text(encoding="utf-8")
    assert text.index("winner&#39;s speed-up") < text.index('class="tiles"') < text.index("<figure")
    done = ckp("plot", "experiment:tune-it", "--kind=convergence", f"--output={picture}")
    assert done.returncode == 0, done.stderr
    assert "Best after 4 trials" in picture.read_text(encoding="utf-8")
