"""What managers print and users type: times, sizes, node lists, queues, ids."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.domain.job import JobReport, JobState
from ck_core.errors import RunError, UsageError
from ck_core.testing.executables import write_executable
from ck_plugins_hpc.flux.ids import decimal_id
from ck_plugins_hpc.flux.reports import parse_jobs
from ck_plugins_hpc.flux.reports import parse_places as flux_places
from ck_plugins_hpc.launching.manager import ask
from ck_plugins_hpc.launching.node_lists import node_names
from ck_plugins_hpc.launching.options import JobOptions, parse_job_options
from ck_plugins_hpc.launching.units import megabytes_of, minutes_of
from ck_plugins_hpc.slurm.reports import parse_accounting, parse_places, parse_queue

RECORDED = json.loads((Path(__file__).with_name("fakes") / "flux_jobs.json").read_text())["jobs"]
"""What a real 0.88 has printed."""
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
names = st.from_regex(r"[a-z][a-z-]{0,5}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.mark.parametrize("job", RECORDED, ids=lambda job: str(job["id"]))
def test_recorded_ids(job: dict[str, object]) -> None:
    text = str(job["jobid"])
    assert decimal_id(text) == str(job["id"])
    assert decimal_id(text.replace("ƒ", "f")) == str(job["id"])


@given(st.integers(1, (1 << 63) - 1))
def test_ids_of_any_size(number: int) -> None:
    text, left = "", number
    while left:
        left, digit = divmod(left, 58)
        text = DIGITS[digit] + text
    assert (
        decimal_id(f"f{text}") == decimal_id(f"ƒ{text}") == decimal_id(str(number)) == str(number)
    )


@given(st.text())
def test_ids_are_numbers_or_refused(text: str) -> None:
    with suppress(RunError):
        assert decimal_id(text).isdigit()


@given(st.lists(st.tuples(names, st.none() | st.integers(0, 40)), max_size=4), st.integers(1, 3))
def test_node_lists(nodes: list[tuple[str, int | None]], width: int) -> None:
    """As Slurm and Flux shorten them, with zeros in front."""
    parts = [
        name if last is None else f"{name}[{0:0{width}d}-{last:0{width}d},{77:0{width}d}]"
        for name, last in nodes
    ]
    wanted = [
        one
        for name, last in nodes
        for one in (
            [name]
            if last is None
            else [f"{name}{number:0{width}d}" for number in (*range(last + 1), 77)]
        )
    ]
    assert [*node_names(",".join(parts))] == wanted


@given(st.text())
def test_node_lists_of_any_text_end(text: str) -> None:
    assert len([*node_names(text)]) < 200_000 + len(text)


@pytest.mark.parametrize("number", ["²", "9" * 5000])
def test_numbers_that_are_none_are_texts(number: str) -> None:
    """Of a manager that answers nonsense: the watching thread goes on."""
    assert [*node_names(f"n[{number}-³]")] == []
    ((job, report),) = parse_queue(f"1|FAILED|x|{number}|n1|{number}|2|")
    assert (job, report.exit_status, report.queued_s) == ("1", None, None)
    ((_, accounted),) = parse_accounting(f"1|FAILED|0:{number}|n1|1|2")
    assert accounted.exit_status == 0


def test_jobs_are_found_by_where_they_were_submitted() -> None:
    """In the order of their numbers; other directories, and what is no line, do not count."""
    printed = "12_10|/x y/batch-1|\n12_9|/x y/batch-1|\n13|/x/batch-2|\nbatch-1\n²|/batch-1|\n"
    assert parse_places(printed, Path("/link/batch-1")) == ["12_9", "12_10"]
    jobs = [{"id": 12, "cwd": "/x/batch-1"}, {"id": 11, "cwd": "/x/batch-1"}, {"id": 3}, 7]
    assert flux_places(json.dumps({"jobs": jobs}), Path("/link/batch-1")) == ["11", "12"]


@given(st.integers(0, 9), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_times(days: int, hours: int, minutes: int, seconds: int) -> None:
    wanted = (days * 24 + hours) * 60 + minutes + seconds / 60
    text = f"{days}-{hours:02d}:{minutes:02d}:{seconds:02d}"
    if not wanted:
        with pytest.raises(ValueError, match="no time above 0"):
            minutes_of(text)
        return
    assert minutes_of(text) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("10", 10), ("10:30", 10.5), ("1:00:00", 60), ("2-00", 2880), ("90s", 1.5), ("2h", 120)],
)
def test_times_as_users_write_them(text: str, minutes: float) -> None:
    assert minutes_of(text) == pytest.approx(minutes)


@given(st.integers(1, 1 << 20))
def test_sizes(number: int) -> None:
    assert megabytes_of(f"{number}") == megabytes_of(f"{number}M") == megabytes_of(f"{number}mb")
    assert megabytes_of(f"{number}G") == 1024 * number
    assert megabytes_of(f"{number * 1024}K") == number


@given(st.text() | st.from_regex(r"[0-9:.smhdKMGT-]{1,9}", fullmatch=True))
def test_units_are_numbers_or_refused(text: str) -> None:
    for parse in (minutes_of, megabytes_of):
        with suppress(ValueError):
            assert parse(text) > 0


@given(st.dictionaries(st.sampled_from([*JobOptions.__dataclass_fields__]), st.text()))
def test_options_are_read_or_refused(values: dict[str, str]) -> None:
    with suppress(UsageError):
        options = parse_job_options(values, "slurm")
        assert options.tasks >= max(1, options.nodes)


def test_one_task_on_each_node_is_what_is_meant() -> None:
    assert parse_job_options({"nodes": "3"}, "slurm").tasks == 3
    assert parse_job_options({"nodes": "3", "tasks-per-node": "4"}, "slurm").tasks == 12
    with pytest.raises(UsageError, match="1 tasks cannot use 3 nodes"):
        parse_job_options({"nodes": "3", "tasks": "1"}, "slurm")


QUEUE = """\
3_0|COMPLETED|None|0|n[1-3]|1795677919|1795677920|
1|FAILED|JobLaunchFailure|9|n1|1795677919|1795677919|
2|FAILED|NonZeroExitCode|768|n1|1795677919|1795677920|
4|FAILED|JobLaunchFailure|4021|n4|1795677919|1795677920|
3_2|PENDING|Resources|0||1795677919|1795678221|
5|PENDING|Priority|0||1795677919|N/A|
6|OUT_OF_MEMORY|OutOfMemory|0|n2|1795677919|1795677929|
7|NODE_FAIL|NodeDown|0|n2|1795677919|1795677929|
8|PREEMPTED|None|0|n2|1795677919|1795677929|
9|TIMEOUT|TimeLimit|15|n2|1795677919|1795677929|
a line of another form
"""
"""Printed by 22.05; the four states that a mini cluster does not come to by their names."""


def test_a_queue() -> None:
    found = dict(parse_queue(QUEUE))
    assert found["3_0"] == JobReport(
        state=JobState.DONE, exit_status=0, nodes=("n1", "n2", "n3"), queued_s=1
    )
    assert (found["1"].exit_status, found["1"].reason) == (-9, "")
    assert (found["2"].exit_status, found["2"].reason) == (3, "")
    assert (found["4"].exit_status, found["4"].reason) == (None, "JobLaunchFailure")
    assert (found["3_2"].state, found["3_2"].reason) == (JobState.WAITING, "Resources")
    assert found["5"].queued_s is None
    assert [found[one].state for one in "6789"] == [
        JobState.OUT_OF_MEMORY,
        JobState.NODE_FAILED,
        JobState.PREEMPTED,
        JobState.TIMED_OUT,
    ]
    assert len(found) == 10


def test_accounting() -> None:
    """Of jobs that the queue has forgotten."""
    printed = """\
12|CANCELLED by 0|0:0|None assigned|1795677919|Unknown
13_1|COMPLETED|0:0|n[2,4]|1795677919|1795677930
14|FAILED|2:0|n1|1795677919|1795677919
15|OUT_OF_MEMORY|0:125|n1|1795677919|1795677919
16|FAILED|0:11|n1|1795677919|1795677919
"""
    found = dict(parse_accounting(printed))
    assert (found["12"].state, found["12"].queued_s) == (JobState.CANCELLED, None)
    assert (found["13_1"].nodes, found["13_1"].queued_s) == (("n2", "n4"), 11)
    assert [found[one].exit_status for one in ("14", "16")] == [2, -11]
    assert found["15"].state is JobState.OUT_OF_MEMORY


@given(st.text() | st.lists(st.text("0123456789|_[]-,AN/\n"), max_size=9).map("|".join))
def test_queues_of_any_text(text: str) -> None:
    for parse in (parse_queue, parse_accounting):
        for job, report in parse(text):
            assert job
            assert report.queued_s is None or report.queued_s >= 0


def test_recorded_jobs_of_flux() -> None:
    found = dict(parse_jobs(json.dumps({"jobs": RECORDED})))
    timed, two, cancelled, _, failed, *_ = RECORDED
    assert found[str(timed["id"])].state is JobState.TIMED_OUT
    assert found[str(timed["id"])].reason == "resource allocation expired"
    assert found[str(two["id"])].state is JobState.DONE
    assert found[str(cancelled["id"])].state is JobState.CANCELLED
    assert (found[str(failed["id"])].state, found[str(failed["id"])].exit_status) == (
        JobState.FAILED,
        7,
    )
    assert found[str(timed["id"])].exit_status == -14
    (refused,) = [one for one in RECORDED if "nodelist" not in one]
    report = found[str(refused["id"])]
    assert (report.state, report.nodes, report.queued_s) == (JobState.FAILED, (), None)
    assert report.reason.startswith("unsatisfiable request")
    assert all(one.queued_s >= 0 for one in found.values() if one.queued_s is not None)


@settings(max_examples=40)
@given(JSON | st.lists(st.fixed_dictionaries({"id": JSON, "state": JSON, "exception": JSON})))
def test_lists_of_flux_of_any_content(values: object) -> None:
    for text in (json.dumps(values), json.dumps({"jobs": values})):
        with suppress(RunError):
            assert all(isinstance(one, JobReport) for _, one in parse_jobs(text))


def test_what_a_manager_says_commands_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_executable(tmp_path, "squeue", r"printf 'down\033[2J\a' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(RunError) as problem:
        ask(["squeue"], timeout_s=10)
    assert problem.value.message.startswith("squeue failed: down")
    assert problem.value.message.isprintable()
