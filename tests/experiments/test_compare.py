"""ckp compare: which is faster, by how much, or undecided."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ck_core.analysis.comparison import Effect, Scale, compare
from ck_core.analysis.more_repetitions import repetitions_to_decide, smallest_difference
from ck_core.analysis.point_comparison import compare_points
from ck_core.domain.point import Point
from ck_core.experiments.comparing.comparing import Side, compare_sides
from ck_core.testing.fixtures import Ckp
from experiments.recorded_kit import SESSION, failed, measured, record, times


def pair_of(ckp: Ckp, *words: str) -> dict[str, Any]:
    done = ckp("compare", *words, "--json")
    assert done.returncode == 0, done.stderr
    ((pair,),) = [one["pairs"] for one in json.loads(done.stdout)]
    return dict(pair)


def named(number: int) -> str:
    return f"experiment:it#{number:016x}"


def test_two_percent_are_found_and_said(ckp: Ckp, ckp_home: Path) -> None:
    slow, fast = measured(1, times(1.02, 1), SESSION), measured(2, times(1.0, 2), SESSION)
    record(ckp_home, "it", [slow, replace(fast, choices={**fast.choices, "flags": "-O3"})])
    pair = pair_of(ckp, named(1), named(2))
    assert pair["verdict"] == "slower"
    assert pair["paired"] is True
    assert pair["effect"]["low"] < 1 / 1.02 < pair["effect"]["high"]
    assert pair["probability"] < 0.01
    done = ckp("compare", named(1), named(2))
    assert "A is slower: A takes" in done.stdout
    assert "in turn, block by block" in done.stdout
    assert "flags -O2" in done.stdout


def test_noise_is_undecided_and_says_what_would_decide(ckp: Ckp, ckp_home: Path) -> None:
    points = [measured(n, times(1.0, n, noise=0.05), SESSION, flags=f"-O{n}") for n in (1, 2)]
    record(ckp_home, "it", points)
    pair = pair_of(ckp, named(1), named(2))
    assert pair["verdict"] == "undecided"
    assert pair["repetitions_to_decide"] > 20
    done = ckp("compare", named(1), named(2))
    assert "Undecided: the noise could make this difference" in done.stdout
    assert "repetitions of each would decide" in done.stdout


def test_blocks_take_out_what_drifts(ckp: Ckp, ckp_home: Path) -> None:
    """The machine slows down by half; in blocks a difference of 3 % is seen all the same."""
    drift = [1 + at / 40 for at in range(20)]
    pairs = [
        measured(
            n, [t * d for t, d in zip(times(f, n), drift, strict=True)], session, flags=f"-O{n}"
        )
        for n, f, session in ((1, 1.0, SESSION), (2, 1.03, SESSION), (3, 1.03, ""))
    ]
    record(ckp_home, "it", pairs)
    assert pair_of(ckp, named(1), named(2))["verdict"] == "faster"
    apart = pair_of(ckp, named(1), named(3))
    assert apart["verdict"] == "undecided"
    assert apart["paired"] is False
    assert any("not measured in turn" in text for text in apart["warnings"])


def test_blocks_that_lack_one_are_left_out() -> None:
    a, b = measured(1, times(1.0, 1), SESSION), measured(2, times(1.0, 2, count=17), SESSION)
    found = compare_points(a, b, "wall_s")
    assert found.paired
    assert (len(found.a), found.incomplete) == (17, 3)
    assert found.comparison == compare(a.characteristics["wall_s"][:17], found.b, paired=True)


def test_the_number_of_repetitions_decides() -> None:
    """Of the estimate's size: with so many values the interval leaves out 1."""
    found = compare(times(1.0, 8, noise=0.05), times(1.02, 58, noise=0.05), paired=True)
    needed = repetitions_to_decide(found, 20)
    assert needed is not None
    assert 20 < needed < 1000
    assert repetitions_to_decide(compare([1.0] * 9, [1.0] * 9), 9) is None
    assert repetitions_to_decide(compare(times(1, 1), times(2, 2)), 20) is None


@pytest.mark.parametrize(("low", "high", "share"), [(0.5, 1.2, 1.0), (0.9, 1.5, 0.5)])
def test_what_is_ruled_out_is_a_share(low: float, high: float, share: float) -> None:
    """Of the smaller: half or twice as much is 100 % more."""
    effect = Effect(estimate=1.0, low=low, high=high, coverage=0.95, scale=Scale.RATIO)
    assert smallest_difference(effect) == pytest.approx(share)
    apart = Effect(estimate=0.0, low=-3.0, high=2.0, coverage=0.95, scale=Scale.DIFFERENCE)
    assert smallest_difference(apart) == 3.0


def test_a_wide_interval_is_told_in_per_cent(ckp: Ckp, ckp_home: Path) -> None:
    points = [measured(n, times(1.0, n, noise=0.9), SESSION, flags=f"-O{n}") for n in (1, 2)]
    record(ckp_home, "it", points)
    pair = pair_of(ckp, named(1), named(2))
    furthest = max(pair["effect"]["high"], 1 / pair["effect"]["low"])
    done = ckp("compare", named(1), named(2))
    assert f"a difference above {(furthest - 1) * 100:.2g} % is ruled out" in done.stdout


def test_by_a_choice_over_several_datasets(ckp: Ckp, ckp_home: Path) -> None:
    points = [
        measured(
            10 * c + d, times(f * (1 + d), 10 * c + d), SESSION, compiler=name, dataset=f"d{d}"
        )
        for c, (name, f) in enumerate((("gcc@12", 1.0), ("clang@19", 1.1)))
        for d in range(3)
    ]
    record(ckp_home, "it", points)
    done = ckp("compare", "experiment:it", "--by=compiler")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("A slower") == 3
    assert "Geometric mean of 3 ratios, B over A: 0.9" in done.stdout
    (answer,) = json.loads(ckp("compare", "experiment:it", "--by=compiler", "--json").stdout)
    assert answer["by"] == ["compiler"]
    assert [pair["same"]["dataset"] for pair in answer["pairs"]] == ["d0", "d1", "d2"]
    assert answer["geometric_mean"]["low"] < 1 / 1.1 < answer["geometric_mean"]["high"]
    other = ckp("compare", "experiment:it", "--by=compiler", "--baseline=clang@19")
    assert other.stdout.count("A faster") == 3
    assert ckp("compare", "experiment:it", "--by=compiler", "--baseline=icc").returncode == 2


def flagged(number: int, flags: str, **changes: Any) -> Point:
    return replace(measured(number, times(1.0, number), flags=flags), **changes)


@pytest.mark.parametrize("first", [True, False])
def test_a_value_that_failed_everywhere_is_left_out(
    ckp: Ckp, ckp_home: Path, *, first: bool
) -> None:
    bad = replace(failed(9, "crashed"), choices={"compiler": "gcc@12.2.0", "flags": "-O9"})
    good = [flagged(1, "-O1"), flagged(2, "-O2")]
    record(ckp_home, "it", [bad, *good] if first else [*good, bad])
    done = ckp("compare", "experiment:it", "--by=flags", "--json")
    assert done.returncode == 0, done.stderr
    assert [(one["a"], one["b"]) for one in json.loads(done.stdout)] == [("-O2", "-O1")]
    assert "left out: -O9 cannot be compared: all 1 of its points failed" in done.stderr
    named_bad = ckp("compare", "experiment:it", "--by=flags", "--baseline=-O9")
    assert named_bad.returncode == 2
    assert "-O9 cannot be compared" in named_bad.stderr


def test_of_values_that_all_failed_that_is_said(ckp: Ckp, ckp_home: Path) -> None:
    bad = [replace(failed(n, "crashed"), choices={"flags": f"-O{n}"}) for n in (1, 2)]
    record(ckp_home, "it", [*bad, replace(flagged(3, "-O3"), choices={})])
    done = ckp("compare", "experiment:it", "--by=flags", "--filter=status=failed")
    assert done.returncode == 2
    assert "of its points failed" in done.stderr


def test_one_emulated_pair_does_not_spoil_the_others() -> None:
    a = [flagged(n, "-O1", emulated_by="qemu@7.2" if n == 1 else "") for n in (1, 2)]
    b = [flagged(n, "-O2") for n in (3, 4)]
    first, second = (
        Side(label=label, points=[_on(one, f"d{at}") for at, one in enumerate(points)])
        for label, points in (("A", a), ("B", b))
    )
    answer = compare_sides(first, second, "wall_s")
    assert [pair.a.uid for pair in answer.pairs] == [a[1].uid]
    assert (answer.emulated, answer.alone) == (1, 0)
    sizes = compare_sides(first, second, "size_bytes")
    assert (len(sizes.pairs), sizes.emulated) == (2, 0)
    assert not [text for text in sizes.pairs[0].warnings if "both ran under" in text]


def _on(point: Point, dataset: str) -> Point:
    return replace(point, choices={**point.choices, "dataset": dataset})


def test_a_machine_that_tells_nothing_is_no_other_machine(ckp: Ckp, ckp_home: Path) -> None:
    told = flagged(1, "-O1")
    other = {**told.features, "fingerprint": "other", "cpu": "Another Processor"}
    points = [told, flagged(2, "-O2", features={}), flagged(3, "-O3", features=other)]
    record(ckp_home, "it", points)
    warned = "they were measured on different machines"
    assert warned not in pair_of(ckp, named(1), named(2))["warnings"]
    assert warned in pair_of(ckp, named(1), named(3))["warnings"]


def test_the_whole_beside_a_part_has_its_name(ckp: Ckp, ckp_home: Path) -> None:
    record(ckp_home, "it", [flagged(1, "-O1"), flagged(2, "-O2")])
    words = ("experiment:it", "experiment:it#flags=-O2")
    (answer,) = json.loads(ckp("compare", *words, "--json").stdout)
    assert (answer["a"], answer["b"]) == ("experiment:it", "flags=-O2")


def test_the_newest_that_shares_a_session_is_the_partner() -> None:
    a = [flagged(1, "-O1", session=SESSION), flagged(2, "-O1", session="a" * 16)]
    b = [flagged(3, "-O2", session=SESSION), flagged(4, "-O2"), flagged(5, "-O2")]
    (pair,) = compare_sides(Side(label="A", points=a), Side(label="B", points=b), "wall_s").pairs
    assert (pair.a.uid, pair.b.uid) == (a[0].uid, b[0].uid)
    (apart,) = compare_sides(
        Side(label="A", points=a[1:]), Side(label="B", points=b), "wall_s"
    ).pairs
    assert (apart.a.uid, apart.b.uid) == (a[1].uid, b[2].uid)


def test_two_experiments_and_conditions(ckp: Ckp, ckp_home: Path) -> None:
    record(ckp_home, "before", [measured(n, times(1.0, n), flags=f"-O{n}") for n in (1, 2)])
    record(ckp_home, "after", [measured(n, times(1.2, n + 9), flags=f"-O{n}") for n in (1, 2, 3)])
    (answer,) = json.loads(ckp("compare", "experiment:before", "experiment:after", "--json").stdout)
    assert [pair["verdict"] for pair in answer["pairs"]] == ["faster", "faster"]
    assert answer["alone"] == 1
    words = ("experiment:after#flags=-O1", "experiment:after#flags=-O2")
    (answer,) = json.loads(ckp("compare", *words, "--json").stdout)
    assert answer["by"] == ["flags"]
    assert (answer["a"], answer["b"]) == ("flags=-O1", "flags=-O2")


def test_the_newest_of_equal_points_counts(ckp: Ckp, ckp_home: Path) -> None:
    points = [measured(1, times(2.0, 1)), measured(2, times(1.0, 2))]
    record(ckp_home, "it", [*points, measured(3, times(1.0, 3), flags="-O3")])
    pair = pair_of(ckp, "experiment:it#flags=-O2", "experiment:it#flags=-O3")
    assert pair["a"] == f"{2:016x}"


def test_a_busy_machine_is_noticed(ckp: Ckp, ckp_home: Path) -> None:
    points = [measured(n, times(f, n), SESSION, flags=f"-O{n}") for n, f in ((1, 1.0), (2, 1.02))]
    noisy = [
        replace(
            one,
            characteristics={**one.characteristics, "wall_s": tuple(times(1.5, n + 7, noise=0.3))},
        )
        for n, one in enumerate(points)
    ]
    record(ckp_home, "it", noisy)
    done = ckp("compare", named(1), named(2))
    assert "Undecided" in done.stdout
    assert "the time on a core (cpu_s) says: A is faster" in done.stderr
    assert "--metric cpu_s" in done.stderr
    assert pair_of(ckp, named(1), named(2), "--metric=cpu_s")["verdict"] == "faster"


def test_emulated_and_native_are_refused(ckp: Ckp, ckp_home: Path) -> None:
    native, other = measured(1, times(1.0, 1)), measured(2, times(9.0, 2), target="linux-arm64")
    record(ckp_home, "it", [native, replace(other, emulated_by="qemu@7.2")])
    done = ckp("compare", named(1), named(2))
    assert done.returncode == 2
    assert "ran natively" in done.stderr
    assert "under qemu@7.2" in done.stderr
    assert pair_of(ckp, named(1), named(2), "--metric=size_bytes")["verdict"] in {"less", "more"}


def test_more_is_better_where_that_is_said(ckp: Ckp, ckp_home: Path) -> None:
    points = []
    for n, factor in ((1, 1.0), (2, 0.9)):
        one = measured(n, times(1.0, n), SESSION, flags=f"-O{n}")
        raw = {**one.characteristics, "frames_per_s": tuple(times(factor, n + 5))}
        metrics = {
            **one.metrics,
            "frames_per_s": replace(one.metrics["wall_s"], name="frames_per_s"),
        }
        points.append(replace(one, characteristics=raw, metrics=metrics))
    record(ckp_home, "it", points)
    done = ckp("compare", named(1), named(2), "--metric=frames_per_s", "--maximize")
    assert "A is better: A has 1" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["experiment:it"], 2, "1 thing to compare"),
        (["experiment:it", "--by=compiler"], 2, "is 'gcc@12.2.0' for all"),
        (["experiment:it", "--by=compilr"], 2, "did you mean compiler?"),
        (["experiment:it", "--by=flags", "--metric=wall"], 2, "did you mean"),
        (["experiment:no", "experiment:it"], 3, "there is no component"),
        (["program:it", "experiment:it"], 2, "is not one experiment"),
        (["experiment:it#flags=-O9", "experiment:it"], 2, "no point of experiment:it is like that"),
        (["experiment:it#status=failed", "experiment:it#flags=-O1"], 2, "of its points failed"),
    ],
)
def test_mistakes_are_named(
    ckp: Ckp, ckp_home: Path, words: list[str], code: int, said: str
) -> None:
    points = [measured(n, times(1.0, n), flags=f"-O{n}") for n in (1, 2)]
    bad = failed(9, "crashed")
    record(ckp_home, "it", [*points, replace(bad, choices=points[0].choices)])
    done = ckp("compare", *words)
    assert done.returncode == code, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr
