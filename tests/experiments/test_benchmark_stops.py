"""Why a variant was measured no longer, what the numbers then are worth, and what to type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ck_core.analysis.stopping import Rule, Stop
from ck_core.domain.cid import Cid
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.run import Repetition
from ck_core.experiments.measuring.measurements import Measurement
from ck_core.experiments.measuring.series import Series
from ck_core.experiments.measuring.time_left import most_time, time_left
from ck_core.experiments.measuring.variants import Variant
from ck_core.experiments.measuring.waiting import waited
from ck_core.experiments.measuring.why_stopped import Bounds, how_interrupted
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import measured_program, needs_gcc
from experiments.script_kit import add_script, measure

KERNEL = "kernel_s"
STEADY_THEN_NOT = """
echo >>"$HERE/turns$N"
turn=$(wc -l <"$HERE/turns$N")
if [ "$N" = 1 ] && [ "$turn" -le 10 ]; then say 1; else say $((turn % 2 + 1)); fi
"""


def notes(one: Measurement) -> str:
    return "\n".join(one.point.notes)


def test_what_later_repetitions_widened_is_not_precise(add_component: AddComponent) -> None:
    """The second is never known, so the first goes on beside it."""
    add_script(add_component, STEADY_THEN_NOT)
    first, second = measure({"N": ("1", "2")}, max_repetitions=28, metric=KERNEL).measurements
    assert (first.stop, second.stop) == (Stop.COUNT, Stop.COUNT)
    assert re.search(r"\); it seemed to be after (10|14|20) repetitions: ", notes(first))
    assert "seemed" not in notes(second)


def test_what_is_still_known_is_precise(add_component: AddComponent) -> None:
    alternates = 'echo >>"$HERE/t"; say $(($(wc -l <"$HERE/t") % 2 + 1))'
    add_script(add_component, f'if [ "$N" = 1 ]; then say 1; else {alternates}; fi')
    first, second = measure({"N": ("1", "2")}, max_repetitions=14, metric=KERNEL).measurements
    assert (first.stop, second.stop) == (Stop.PRECISE, Stop.COUNT)
    assert "stopped by" not in notes(first)


def test_the_point_says_why_and_what_to_type(add_component: AddComponent) -> None:
    add_script(add_component, 'echo >>"$HERE/t"; say $(($(wc -l <"$HERE/t") % 4 + 10))')
    (one,) = measure(max_repetitions=11, precision=0.05, metric=KERNEL).measurements
    found = re.search(
        r"stopped by --max-repeat before its median was known well enough \(to (\S+)%\): "
        r"--max-repeat (\d+)",
        notes(one),
    )
    assert found, notes(one)
    width = float(found[1]) / 100
    assert int(found[2]) >= 11 * (width / 0.05) ** 2
    assert int(found[2]) <= 2 * 11 * (width / 0.05) ** 2


def test_what_is_out_of_reach_is_not_proposed(add_component: AddComponent) -> None:
    add_script(add_component, 'echo >>"$HERE/t"; say $(($(wc -l <"$HERE/t") % 4 + 10))')
    (one,) = measure(max_repetitions=11, precision=0.0001, metric=KERNEL).measurements
    found = re.search(r"--precision (\S+)% is what is within reach", notes(one))
    assert found, notes(one)
    assert 1 < float(found[1]) < 100


def test_fewer_than_ten_repetitions(add_component: AddComponent) -> None:
    add_script(add_component, "sleep 0.1")
    (one,) = measure(max_time_s=0.3).measurements
    count = len(one.point.characteristics["wall_s"])
    found = re.search(r"\((\d+) repetitions, 10 are the least\): --max-time (\S+)", notes(one))
    assert found, notes(one)
    assert int(found[1]) == count < 10
    assert float(found[2]) >= 1
    assert "--calibration-time" not in notes(one)


def test_shorter_runs_are_proposed_where_their_length_was_chosen(
    add_component: AddComponent,
) -> None:
    """Each repetition of its kernel takes 0.05 s."""
    script = 'for n in $(seq "$CT_REPEAT_MAIN"); do sleep 0.05; done'
    add_script(add_component, script, run_vars={"CT_REPEAT_MAIN": "1"})
    (one,) = measure(calibration_s=0.4, max_time_s=1.0).measurements
    found = re.search(r"10 are the least\): --calibration-time (\S+) or --max-time", notes(one))
    assert found, notes(one)
    assert float(found[1]) == 0.08


@pytest.mark.parametrize(
    ("repeat", "effect", "verdict"), [(1, r"2|0\.5", "too few (6 pairs)"), (6, r".*\[.*\]", "")]
)
def test_how_much_few_pairs_are_worth(
    ckp: Ckp, add_component: AddComponent, repeat: int, effect: str, verdict: str
) -> None:
    add_script(add_component, 'echo >>"$HERE/t"; say $(wc -l <"$HERE/t")')
    command = ("benchmark", "program:it", "--metric=kernel_s", "--env.N=1,2", "--warmup=0")
    done = ckp(*command, f"--repeat={repeat}")
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("N=2"))
    cells = re.split(r"\s{2,}(?!\[)", row)
    assert ("[" in cells[1]) is (repeat > 1)
    assert re.fullmatch(effect, cells[3]), cells
    assert ("too few" in row) is bool(verdict)
    assert verdict in row
    assert "stopped by" not in done.stdout


def series(count: int = 0, *, precise: bool = False, repetitions: int | None = None) -> Series:
    options = RunOptions(build=BuildOptions(program=Cid("program", "it")))
    found = Series(variant=Variant(options=options, target=None, repetitions=repetitions))
    found.judged = [None] * count  # type: ignore[list-item]  # only their number is asked for
    found.precise, found.spent_s = precise, count * 2.0
    return found


def test_texts_of_an_interruption() -> None:
    free, fixed = (Bounds(rule=Rule(), repetitions=one) for one in (None, 10))
    assert how_interrupted(series(7), free).endswith("before its median was known well enough")
    known = how_interrupted(series(14, precise=True), free)
    assert known == "interrupted after 14 repetitions, when its median was known well enough"
    assert how_interrupted(series(7), fixed) == "interrupted after 7 of 10 repetitions"
    assert how_interrupted(series(10), fixed) == ""


def test_how_long_it_may_take() -> None:
    rule = Rule(max_time_s=60)
    four = [series().variant] * 4
    assert most_time(four, rule, None) == "at most 4 x 60 s; --max-time shortens it"
    assert most_time(four, rule, 5) == "20 repetitions"
    assert time_left([series(10), series(25)], rule, None) == "at most 50 s left"
    assert time_left([series(10), series(5)], rule, 20) == "about 50 s left"
    assert time_left([series(1)], Rule(max_time_s=602), None) == "at most 10 min left"


def repetition(wall_s: float, core_s: float, taken: int, given: int) -> Repetition:
    return Repetition(
        wall_s=wall_s, user_s=core_s, system_s=0.0, peak_memory_bytes=1, exit_status=0,
        voluntary_switches=given, involuntary_switches=taken, major_faults=0, minor_faults=0,
        timed_out=False, directory=Path("/"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "is_told"),
    [
        (repetition(1.0, 0.6, 30, 2), True),
        (repetition(1.0, 0.99, 30, 2), False),  # hardly longer for it
        (repetition(1.0, 0.6, 3, 90), False),  # it sleeps
        (repetition(1.0, 0.6, 0, 2), False),  # nobody took its core
        (repetition(1.0, 1.7, 30, 2), False),  # several cores: no such sum
    ],
)
def test_whether_others_had_the_cores(one: Repetition, *, is_told: bool) -> None:
    found = waited([one] * 5)
    assert (found is not None) is is_told
    if found:
        assert found.interruptions == 150
        assert found.share == pytest.approx(0.4)


def test_a_launcher_that_counts_nothing() -> None:
    blank = Repetition(wall_s=1.0, exit_status=0, timed_out=False, directory=Path("/"))
    assert waited([blank]) is None
    assert waited([]) is None


def test_the_load_at_the_end(add_component: AddComponent) -> None:
    add_script(add_component, "true")
    (one,) = measure(repetitions=1).measurements
    if "load" in one.point.features:
        assert isinstance(one.point.features["load_end"], float)


@needs_gcc
def test_what_goes_on_is_told(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", "--compiler=gcc", "--flags=-O1;-O2 -g", "--warmup=0")
    said = ckp(*command, "--max-time=0.2").stderr
    assert "measuring 2 variants (at most 2 x 0.2 s; --max-time shortens it) ..." in said
    built = [line for line in said.splitlines() if "building it with gcc@" in line]
    assert [line.split(" ", 5)[5] for line in built] == ["-O1 ...", "-O2 -g ..."]
