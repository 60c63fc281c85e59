"""Variants with long flags are named by what differs, in pictures and in tables alike."""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core import experiment
from ck_core.analysis.differing_words import LONG, told_apart, words_of_all
from ck_core.analysis.tuning_ending import standing_in_search
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.experiments.reading.notebooks import experiment_html
from ck_core.experiments.reading.tables import layout_of
from ck_core.publishing.naming import names_of
from ck_core.publishing.plots import pictures_of_kind
from ck_core.publishing.report.table import table_of
from ck_core.testing.fixtures import Ckp
from experiments.recorded_kit import record
from publishing.picture_kit import material
from tuning.ended_kit import last_runs, measured, told, trial

UID = "a" * 16
MANY = " ".join(f"-fcommon-{at}" for at in range(20))
words = st.text(
    alphabet=[*string.ascii_lowercase, "-", "'", '"', "\\", "…"], min_size=1, max_size=6
)


@pytest.mark.parametrize(
    ("texts", "apart"),
    [
        (["-O3", "-O3 -flto"], ["-O3", "-O3 -flto"]),
        ([f"-O3 {MANY}", f"{MANY} -O2 -flto"], ["… -O3", "… -O2 -flto"]),
        ([f"-g -O3 {MANY}", f"-g {MANY}"], ["… -O3", "…"]),
        (["-g -O3", f"-g -O3 {MANY}"], ["-g -O3", f"… {MANY}"]),
        ([f"-a {MANY}", f"{MANY} -a"], [f"-a {MANY}", f"{MANY} -a"]),
        ([f"{MANY} '-DX=a b'", f"{MANY} '-DX=a c'"], ["… '-DX=a b'", "… '-DX=a c'"]),
        ([f"{MANY} 'a", f"{MANY} b"], ["… 'a", "… b"]),
        ([MANY, MANY], [MANY, MANY]),
        ([], []),
    ],
)
def test_long_texts_are_told_apart_by_their_own_words(texts: list[str], apart: list[str]) -> None:
    assert told_apart(texts) == apart


@given(st.lists(st.lists(words, max_size=12).map(" ".join), max_size=6))
def test_what_differs_is_told_apart(texts: list[str]) -> None:
    found = told_apart(texts)
    assert len(found) == len(texts)
    assert len(set(found)) == len(set(texts))
    if max(map(len, texts), default=0) <= LONG:
        assert (found, words_of_all(texts)) == (texts, [])


def with_flags(point: Point, flags: str) -> Point:
    return replace(point, choices={**point.choices, "flags": flags})


def searched() -> list[Point]:
    """Two trials with few flags of their own, one with many, and the last runs."""
    own = ("-O3", "-O3 -flto", "-O3 " + " ".join(f"-fown-{at}" for at in range(9)))
    trials = [
        with_flags(trial(at, at, 0.2 - at / 100, UID), f"{MANY} {one}")
        for at, one in enumerate(own)
    ]
    last = last_runs(30, {"winner": 0.1, "as it is": 0.2, "-O2": 0.3}, UID)
    return [
        *trials,
        *(
            with_flags(point, f"{MANY} {flags}")
            for point, flags in zip(last, ("-O3 -flto", "-O3", "-O2"), strict=True)
        ),
    ]


def test_points_of_a_search_say_what_differs_or_which_trial_they_are() -> None:
    assert [*names_of(searched()).values()] == [
        "… -O3",
        "… -O3 -flto",
        "trial 3",
        "winner (… -O3 -flto)",
        "as it is (… -O3)",
        "-O2 (… -O2)",
    ]


def test_the_winner_needs_no_number_beside_attempts_to_reduce_it() -> None:
    attempt = [*last_runs(50, {"winner": 0.1, "reduced": 0.1}, UID)]
    flags = f"{MANY} -O3 -flto"
    points = [with_flags(one, flags) for one in (*attempt, *searched()[3:], searched()[1])]
    names = [*names_of(points).values()]
    assert names == ["winner #2", "reduced", "winner", "as it is", "-O2", "trial 2"]


def test_steps_of_a_reduction_are_no_variants() -> None:
    attempt = [*last_runs(50, {"winner": 0.1, "reduced": 0.1}, UID)]
    for kind in ("bars", "speedup"):
        (picture,) = pictures_of_kind(kind, material([*searched()[:3], *attempt, *searched()[3:]]))
        assert "reduced" not in str(picture["encoding"])
        assert "Left out: 2 runs of what was tried" in " ".join(picture["title"]["subtitle"])
    (picture,) = pictures_of_kind("bars", material(searched()))
    assert "Left out" not in " ".join(picture["title"]["subtitle"])


def test_of_points_of_no_search_the_difference_is_all() -> None:
    points = [with_flags(measured(at, 0.1), f"{MANY} -O{at}") for at in (1, 2)]
    assert [*names_of(points).values()] == ["… -O1", "… -O2"]
    assert [standing_in_search(one) for one in points] == ["", ""]


def test_pictures_and_pages_have_these_names() -> None:
    (picture,) = pictures_of_kind("bars", material(searched()))
    assert "trial 3" in json.dumps(picture)
    assert "-fcommon-3 -fcommon-4" not in str(picture["encoding"])
    table = table_of(material(searched()))
    at = {name: place for place, name in enumerate(table.columns)}
    assert [row[at["trial"]].text for row in table.rows] == [
        *("1", "2", "3", "winner", "as it is", "-O2")
    ]
    assert table.rows[1][at["flags"]].text == "… -O3 -flto"
    assert ("flags", MANY) in [(one.name, one.value) for one in table.common]


def test_a_table_says_once_what_all_rows_have(ckp: Ckp, ckp_home: Path) -> None:
    """The sizes of the trials are equal, those of the last runs are not."""
    record(ckp_home, "tune-it", searched())
    words = ("show", "experiment:tune-it", "--filter=wall_s>0.17 and wall_s<0.202")
    first = ckp(*words, COLUMNS="100")
    assert first.returncode == 0, first.stderr
    common, _, head, *rows = first.stdout.splitlines()
    assert "flags -fcommon-0 -fcommon-1" in common
    assert head.split() == ["point", "trial", "flags", "wall_s", "size_bytes"]
    every = ckp("show", "experiment:tune-it", "--filter=size_bytes=16000 and wall_s>0.15")
    common, _, head, *rows = every.stdout.splitlines()
    assert common.endswith("size_bytes 16 kB")
    assert head.split() == ["point", "trial", "flags", "wall_s"]
    assert [row.split()[1:4] for row in rows[1:]] == [["2", "…", "-flto"], ["3", "…", "-fown-0"]]
    html = experiment_html(experiment("tune-it"))
    assert "… -O3 -flto" in html
    assert MANY not in html.partition("point</th>")[2]


def test_what_was_varied_has_room_before_all_else(ckp: Ckp, ckp_home: Path) -> None:
    points = [
        replace(one, choices={**one.choices, "env.OMP_NUM_THREADS": str(1 + at % 2)})
        for at, one in enumerate(searched())
    ]
    record(ckp_home, "tune-it", points)
    done = ckp("show", "experiment:tune-it", "--sort=uid", COLUMNS="80")
    head = next(one for one in done.stdout.splitlines() if one.startswith("point "))
    assert head.split() == ["point", "trial", "flags", "env.OMP_NUM_THREADS", "wall_s"]
    assert max(map(len, done.stdout.splitlines()[2:])) <= 80


def test_what_a_search_was_for_is_shown(ckp: Ckp, ckp_home: Path) -> None:
    aims = tuple({"metric": one, "maximize": False} for one in ("size_bytes", "score"))
    points = [
        told(
            replace(one, metrics={**one.metrics, "score": Metric(name="score", value=at)}),
            UID,
            aims,
        )
        for at, one in enumerate(searched()[:3])
    ]
    layout = layout_of(points)
    assert layout.main == ["metrics.size_bytes", "metrics.score"]
    assert layout.varied == ["trial", "choices.flags"]
    assert "metrics.size_bytes" in layout.columns  # equal, and yet what it was for


def test_a_long_cell_makes_no_long_lines_in_a_pipe(ckp: Ckp, ckp_home: Path) -> None:
    """The columns stay those that were asked for."""
    long = with_flags(measured(1, 0.1), "-x " * 1000)
    record(ckp_home, "it", [long, with_flags(measured(2, 0.1), "-O3")])
    done = ckp("show", "experiment:it", "--columns=uid,flags,size_bytes,n")
    head, _, short = done.stdout.splitlines()
    assert re.split(" {2,}", head) == ["uid", "flags", "size_bytes", "n"]
    assert re.split(" {2,}", short)[1:] == ["-O3", "16 kB", "12"]
    assert len(short) < 80
