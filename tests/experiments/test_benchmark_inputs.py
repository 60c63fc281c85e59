"""What was asked for: of several inputs, of what does not build, and what excludes each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core import Workspace, access
from ck_core.builtin import monitored
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.errors import UsageError
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import measured_program, needs_gcc, recorded
from experiments.script_kit import TIMED, add_script, measure
from programs.kit import shell


@pytest.fixture
def datasets(add_component: AddComponent) -> None:
    for name in ("a", "b"):
        add_component(
            "dataset", name, {"tags": ["words"], "dataset_files": ["f"]}, {"f": f"{name}\n"}
        )


def reads_one(**keys: object) -> dict[str, object]:
    meta = shell("sh ../run.sh", **TIMED)
    meta["run_cmds"]["default"]["dataset_tags"] = ["words"]
    return {**meta, **keys}


@pytest.mark.usefixtures("datasets")
def test_variants_are_compared_on_the_same_dataset(add_component: AddComponent) -> None:
    add_script(add_component, "say $N", **reads_one())
    found = measure({"N": ("1", "2")}, datasets=("a", "b"), metric="kernel_s", repetitions=6)
    uids = [one.point.uid for one in found.measurements]
    assert [one.baseline for one in found.measurements] == [uids[0]] * 2 + [uids[2]] * 2
    assert [one.compared is None for one in found.measurements] == [True, False, True, False]
    estimates = [
        one.compared.comparison.effect.estimate
        for one in found.measurements
        if one.compared and one.compared.comparison.effect
    ]
    assert estimates == [0.5, 0.5]
    assert found.inputs == ("dataset",)


@pytest.mark.usefixtures("datasets")
def test_the_table_says_so(ckp: Ckp, add_component: AddComponent) -> None:
    add_script(add_component, "true", **reads_one())
    command = ("benchmark", "program:it", "--repeat=1", "--warmup=0", "--env.N=1,2")
    output = ckp(*command, "--dataset=all").stdout
    assert "speed-up (same dataset)" in output.splitlines()[0]
    assert output.count("the first  ") == 2
    assert "over the first of the same dataset, in pairs" in output
    plain = ckp(*command, "--dataset=a").stdout
    assert "same" not in plain.splitlines()[0]
    assert plain.count("the first  ") == 1


@pytest.mark.usefixtures("datasets")
def test_one_that_failed_is_no_baseline(add_component: AddComponent) -> None:
    add_script(add_component, '[ "$N" != 1 ]', **reads_one())
    found = measure({"N": ("1", "2", "3")}, datasets=("a",), repetitions=6)
    failed, first, last = found.measurements
    assert failed.error
    assert not failed.compared
    assert last.baseline == first.baseline == first.point.uid


@needs_gcc
def test_what_did_not_build_says_what_was_asked_for(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, datasets: None
) -> None:
    """So that its label is the flags alone, as the others'."""
    invariant = {"output_invariant_of_repeat": "yes"}
    variables = {"CT_REPEAT_MAIN": "1"}
    meta, files = measured_program(work=100_000, run_vars=variables, run_time=invariant)
    meta["run_cmds"]["default"]["dataset_tags"] = ["words"]
    files["reference/default/a/stdout.txt"] = "hello\n"
    add_component("program", "it", meta, files)
    command = ("benchmark", "program:it", "--flags=-DBROKEN;-O1", "--repeat=1")
    done = ckp(*command, "--calibration-time=0.05", "--record-uoa=mine")
    assert done.returncode == 7, done.stderr
    broken, sound = recorded(ckp_home, "mine")
    assert broken.status == "failed"
    assert {**broken.choices, "flags": "-O1"} == {**sound.choices}
    assert "@" in str(broken.choices["compiler"])
    assert float(broken.choices["repeat"]) > 1
    assert broken.dataset == sound.dataset
    assert [line.split()[0] for line in done.stdout.splitlines()[1:3]] == ["-DBROKEN", "-O1"]


def test_values_of_one_variable_add_up(ckp: Ckp, add_component: AddComponent) -> None:
    add_script(add_component, "true")
    command = ("benchmark", "program:it", "--repeat=1", "--warmup=0")
    done = ckp(*command, "--env.N=1,2", "--env.M=x", "--env.N=3", "--env.N=1")
    assert done.returncode == 0, done.stderr
    names = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("N=")]
    assert names == ["N=1", "N=2", "N=3"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repeat=3", "--precision=2%"), "--repeat and --precision exclude each other"),
        (("--repeat=3", "--tags=a,b"), "--record --tags=a,b"),
    ],
)
def test_what_would_not_be_heeded_is_refused(
    ckp: Ckp, add_component: AddComponent, options: tuple[str, ...], said: str
) -> None:
    add_script(add_component, "true")
    done = ckp("benchmark", "program:it", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "measuring" not in done.stderr


def test_the_same_from_python(add_component: AddComponent, ckp_home: Path) -> None:
    add_script(add_component, "say 2")
    request = {"action": "benchmark", "module_uoa": "program", "data_uoa": "it", "repeat": 2}
    answer = access({**request, "metric": "kernel_s"})
    assert (answer["return"], answer["metric"]) == (0, "kernel_s"), answer
    assert answer["problem"] is None
    assert access({**request, "metric": "ipc"})["return"] == 2
    assert access({**request, "precision": "2%"})["return"] == 2
    found = Workspace().benchmark("program:it", repetitions=1, metric="kernel_s")
    assert found.metric == "kernel_s"
    with pytest.raises(UsageError):
        Workspace().benchmark("program:it", repetitions=1, tags=["a"])


def test_what_is_no_number_moves_no_median(add_component: AddComponent) -> None:
    script = 'echo >>"$HERE/t"; case $(wc -l <"$HERE/t") in 1|2) say NaN;; *) say 3;; esac'
    add_script(add_component, script)
    (one,) = measure(repetitions=5).measurements
    assert one.point.metrics["kernel_s"].value == 3
    assert len(one.point.characteristics["kernel_s"]) == 5


def test_nor_does_a_monitor_s() -> None:
    values = (float("nan"), 2.0, 1.0, 3.0)
    repetitions = tuple(
        Repetition(
            wall_s=1.0, user_s=1.0, system_s=0.0, peak_memory_bytes=1, exit_status=0,
            voluntary_switches=0, involuntary_switches=0, major_faults=0, minor_faults=0,
            timed_out=False, directory=Path("/"), monitored={"joules": value},
        )
        for value in values
    )  # fmt: skip
    request = RunRequest(arguments=("true",), environment={}, directory=Path("/"))
    found = monitored.postprocess(request=request, result=RunResult(repetitions=repetitions))
    assert (found["joules"].value, found["joules"].low, found["joules"].high) == (2.0, 1.0, 3.0)
