"""Keys of a program's commands that say how it is run and judged, one test each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ck_core.errors import BadComponentError, RunError
from ck_core.workspace.shapes import run_json
from programs.kit import Programs, numbers, program, shell

TIMER = '{"execution_time": 0.25, "run_time_state": {"size": 7, "name": "x", "deep": {"n": 1}}}'


def timed(programs: Programs) -> dict[str, float]:
    """The metrics of a program that writes such a file."""
    meta = shell("cp ../timer.json tmp-ck-timer.json", fine_grain_timer_file="tmp-ck-timer.json")
    programs.add(meta, {"timer.json": TIMER})
    return numbers(programs.run().metrics)


def test_run_cmd_main(programs: Programs) -> None:
    programs.add(shell("echo 'one  word' two"))
    assert programs.output() == "one  word two\n"


def test_cmd_key(programs: Programs) -> None:
    meta = shell("echo first")
    second = {
        "run_time": {**meta["run_cmds"]["default"]["run_time"], "run_cmd_main": "echo second"}
    }
    meta["run_cmds"] = {"default": meta["run_cmds"]["default"], "other": second}
    programs.add(meta)
    assert programs.output(command_key="other") == "second\n"


def test_run_cmds_are_sorted(programs: Programs) -> None:
    meta = shell("echo default")
    entry = meta["run_cmds"]["default"]
    meta["run_cmds"] = {"late": {**entry, "sort": 20}, "early": {**entry, "sort": "10"}}
    programs.add(meta)
    assert programs.run().command_key == "early"


def test_run_vars(programs: Programs) -> None:
    programs.library("lib,data", environment={"CK_ENV_DATA": "/data"})
    keys = {"run_vars": {"N": 7, "TEXT": "a b", "PLACE": "$<<CK_ENV_DATA>>$/x"}}
    meta = shell('echo $<<N>>$ "$TEXT" $PLACE; true')
    programs.add({**meta, **keys, "compile_deps": {"data": {"tags": "lib,data"}}})
    assert programs.output() == "7 a b /data/x\n"
    assert programs.output(environment={"N": "8"}) == "8 a b /data/x\n"


def test_run_vars_of_a_command(programs: Programs) -> None:
    meta = shell("echo $<<N>>$")
    meta["run_cmds"]["default"]["run_vars"] = {"N": "2"}
    programs.add({**meta, "run_vars": {"N": "1"}})
    assert programs.output() == "2\n"


def test_ct_repeat_main(programs: Programs) -> None:
    """It reaches the program as it stands; ckp repeats runs, not kernels."""
    programs.add({**shell("echo $<<CT_REPEAT_MAIN>>$"), "run_vars": {"CT_REPEAT_MAIN": "3"}})
    assert programs.output() == "3\n"


def test_run_cmd_out1(programs: Programs) -> None:
    meta = shell("echo hello", run_cmd_out1="out.log", run_correctness_output_files=["out.log"])
    path = programs.add(meta)
    programs.run(record_reference=True)
    assert (path / "reference/default/none/out.log").read_text() == "hello\n"


def test_run_cmd_out2(programs: Programs) -> None:
    meta = shell(
        "echo hello >&2", run_cmd_out2="errors.log", run_correctness_output_files=["errors.log"]
    )
    path = programs.add(meta)
    programs.run(record_reference=True)
    assert (path / "reference/default/none/errors.log").read_text() == "hello\n"


def test_run_output_files(programs: Programs) -> None:
    """What pre-processing leaves behind under such a name is no output of the program."""
    command = "sh -c 'ls'"
    left = {"pre_process_cmd": "sh -c 'echo x >old.txt; echo x >kept.txt'"}
    programs.add(shell(command, **left, run_output_files=["old.txt"]))
    assert programs.output().split() == ["kept.txt", "stderr.txt", "stdout.txt"]


def test_run_delete_files(programs: Programs) -> None:
    left = {"pre_process_cmd": "sh -c 'mkdir old; echo x >old/x'"}
    programs.add(shell("sh -c ls", **left, run_delete_files=["old"]))
    assert programs.output().split() == ["stderr.txt", "stdout.txt"]


def test_run_input_files(programs: Programs) -> None:
    """They are where the program looks for them, whether or not the key names them."""
    programs.add(shell("cat ../in.txt", run_input_files=["in.txt"]), {"in.txt": "input\n"})
    assert programs.output() == "input\n"


def test_run_correctness_output_files(programs: Programs) -> None:
    meta = shell("echo $<<N>>$", run_correctness_output_files=["stdout.txt"])
    path = programs.add({**meta, "run_vars": {"N": "1"}})
    assert programs.run().correct is None
    assert programs.run(record_reference=True).correct is True
    assert (path / "reference/default/none/stdout.txt").read_text() == "1\n"
    assert programs.run(environment={"N": "2"}).correct is False


def test_run_correctness_vars(programs: Programs) -> None:
    """Values have references of their own; anybody's value stays below the component."""
    meta = shell("echo $<<N>>$", run_correctness_vars=["N"])
    path = programs.add({**meta, "run_vars": {"N": "1"}})
    for value in ("1", "2", "../../../x", "x" * 400):
        assert programs.run(environment={"N": value}).correct is None
        assert programs.run(environment={"N": value}, record_reference=True).correct is True
        assert programs.run(environment={"N": value}).correct is True
    assert (path / "reference/default/none/N=2/stdout.txt").read_text() == "2\n"
    assert len(list((path / "reference/default/none").iterdir())) == 4


def test_output_invariant_of_repeat(programs: Programs) -> None:
    """Without the key another number of repetitions has a reference of its own."""
    keys = {"run_vars": {"CT_REPEAT_MAIN": "1"}}
    programs.add({**shell("echo $<<CT_REPEAT_MAIN>>$"), **keys})
    programs.run(record_reference=True)
    assert programs.run(environment={"CT_REPEAT_MAIN": "5"}).correct is None
    meta = shell("echo $<<CT_REPEAT_MAIN>>$", output_invariant_of_repeat="yes")
    programs.add({**meta, **keys})
    assert programs.run(environment={"CT_REPEAT_MAIN": "5"}).correct is False


def test_output_tolerance(programs: Programs) -> None:
    meta = shell("echo $<<N>>$", output_tolerance={"absolute": 0.1})
    programs.add({**meta, "run_vars": {"N": "1.00"}})
    programs.run(record_reference=True)
    assert programs.run(environment={"N": "1.05"}).correct is True
    assert programs.run(environment={"N": "1.20"}).correct is False


def test_fine_grain_timer_file(programs: Programs) -> None:
    values = timed(programs)
    assert values["execution_time"] == 0.25
    assert values["run_time_state.size"] == 7
    assert values["run_time_state.deep.n"] == 1
    assert "run_time_state.name" not in values


def test_fine_grain_timer_file_below_the_runs_directory(programs: Programs) -> None:
    command = "sh -c 'mkdir sub; cp ../timer.json sub/t.json'"
    programs.add(shell(command, fine_grain_timer_file="sub/t.json"), {"timer.json": TIMER})
    assert numbers(programs.run().metrics)["execution_time"] == 0.25
    programs.add(shell("true", fine_grain_timer_file="../t.json"))
    with pytest.raises(BadComponentError, match="does not leave the run's directory"):
        programs.run()


def test_a_timer_file_that_a_variable_names(programs: Programs) -> None:
    meta = shell("cp ../timer.json own.json", fine_grain_timer_file="tmp-ck-timer.json")
    keys = {"run_vars": {"XOPENME_TIME_FILE": "own.json"}}
    programs.add({**meta, **keys}, {"timer.json": TIMER})
    assert numbers(programs.run().metrics)["execution_time"] == 0.25


def test_a_timer_file_that_is_missing_is_told(programs: Programs) -> None:
    programs.add(shell("true", fine_grain_timer_file="t.json"))
    assert "execution_time" not in programs.run().metrics
    assert any("wrote no t.json" in line for line in programs.said)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is no JSON: Expecting value"),
        ('{"execution_time": 1, ', "is no JSON: "),
        ('{"execution_time": 1}}', "is no JSON: Extra data"),
        ("[0.25]", "is no JSON object"),
        ('{"a":' * 200_000, "nests too deep"),
        (TIMER + " " * (1 << 20), "cannot be read: larger than"),
    ],
    ids=["empty", "cut short", "too long", "a list", "deep", "large"],
)
def test_a_timer_file_of_no_use_is_told_once(programs: Programs, content: str, reason: str) -> None:
    meta = shell("cp ../timer.json t.json", fine_grain_timer_file="t.json")
    programs.add(meta, {"timer.json": content})
    assert "execution_time" not in programs.run(repetitions=3).metrics
    (told,) = [line for line in programs.said if "t.json" in line]
    assert told.startswith(f"warning: program:it: its t.json is left out, it {reason}")


def test_each_repetition_has_its_own_timer_file(programs: Programs) -> None:
    """Though their outputs are equal: the times are what differs."""
    script = "#!/bin/sh\nprintf '{\"execution_time\": 0.%s}' $(date +%N) >t.json\necho same\n"
    programs.add(shell("../x.sh", fine_grain_timer_file="t.json"), {"x.sh": script})
    metric = programs.run(repetitions=8).metrics["execution_time"]
    assert metric.low is not None
    assert metric.high is not None
    assert metric.low < metric.high


def test_ignore_return_code(programs: Programs) -> None:
    meta = shell("sh -c 'echo hello; exit 3'")
    programs.add(meta)
    with pytest.raises(RunError, match="status 3"):
        programs.run()
    meta["run_cmds"]["default"]["ignore_return_code"] = "yes"
    programs.add(meta)
    assert programs.output() == "hello\n"
    assert programs.run().run.repetitions[0].exit_status == 3


def test_ignore_return_code_of_the_program(programs: Programs) -> None:
    programs.add({**shell("sh -c 'exit 3'"), "ignore_return_code": "yes"})
    assert programs.run().run.repetitions[0].exit_status == 3


def test_outputs_that_every_command_has(programs: Programs) -> None:
    keys = {
        "fine_grain_timer_file": "t.json",
        "run_correctness_output_files": ["stdout.txt"],
        "run_output_files": ["old.txt"],
        "pre_process_cmd": "sh -c 'echo x >old.txt'",
    }
    meta = shell("sh -c 'cp ../timer.json t.json; ls'", run_correctness_output_files=[])
    programs.add({**meta, **keys}, {"timer.json": TIMER})
    assert programs.output().split() == ["stderr.txt", "stdout.txt", "t.json"]
    assert programs.run().metrics["execution_time"].value == 0.25


def test_hot_functions(programs: Programs) -> None:
    meta = shell("true")
    meta["run_cmds"]["default"]["hot_functions"] = [{"name": "kernel", "percent": "95"}]
    programs.add(meta)
    assert run_json(programs.run())["hot_functions"] == [{"name": "kernel", "percent": 95.0}]


def test_print_files_after_run(programs: Programs) -> None:
    meta = shell("sh -c 'echo hello; echo more >other.log; mkfifo pipe'", run_cmd_out1="out.log")
    meta["run_cmds"]["default"]["run_time"]["run_correctness_output_files"] = []
    keys = {"print_files_after_run": ["out.log", "other.log", "none.log", "pipe"]}
    programs.add({**meta, **keys})
    programs.run()
    assert "out.log:\n  hello" in programs.said
    assert "other.log:\n  more" in programs.said
    assert any("none.log cannot be shown" in line for line in programs.said)
    assert any("pipe cannot be shown" in line for line in programs.said)


def test_ck_to_env(programs: Programs) -> None:
    other = programs.add(shell("true"), {"data.txt": "hello\n"}, name="other")
    programs.add({**shell("cat $<<OTHER>>$/data.txt"), "ck_to_env": {"OTHER": "program:other"}})
    assert programs.output() == "hello\n"
    assert other.is_dir()


def test_remove_env_before_run(programs: Programs) -> None:
    keys = {"run_vars": {"N": "1", "M": "2"}, "remove_env_before_run": ["N"]}
    programs.add({**shell('echo "${N-unset} $M"; true'), **keys})
    assert programs.output() == "unset 2\n"


def test_run_set_env2(programs: Programs) -> None:
    programs.add(shell('echo "$N"; true', run_set_env2={"N": "1"}))
    assert programs.output() == "1\n"


def test_need_compute_device(programs: Programs) -> None:
    """The first device of the kind; what the user names stands."""
    programs.add(shell("echo $<<CK_COMPUTE_PLATFORM_ID>>$", need_compute_device="opencl"))
    own = {"CK_COMPUTE_PLATFORM_ID": "7", "CK_COMPUTE_DEVICE_ID": "3"}
    assert programs.output(environment=own) == "7\n"
    if shutil.which("clinfo") is None:
        pytest.skip("no clinfo here to find OpenCL devices")
    assert programs.output() == "0\n"


def test_need_compute_device_that_is_missing(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add(shell("/bin/true", need_compute_device="cuda"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match="needs a CUDA device"):
        programs.run()
    programs.add(shell("/bin/true", need_compute_device="abacus"))
    with pytest.raises(BadComponentError, match="abacus"):
        programs.run()


def test_dataset_classes_uoa(programs: Programs) -> None:
    meta = shell("echo hello")
    meta["run_cmds"]["default"]["dataset_classes_uoa"] = ["bd0409f3b1ff2fb4"]
    programs.add(meta)
    assert programs.output() == "hello\n"


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
def test_a_run_finds_what_its_own_build_wrote(programs: Programs) -> None:
    """As where CK compiles and runs in one directory; each repetition finds it."""
    template = "$#compiler#$ $#flags_before#$ $#source_file#$ $#flags_after#$ && echo built >note"
    keys = {"compile_cmds": {"default": {"cmd": template}}}
    programs.add(program("cat note", keys=keys), {"main.c": "int main(void) { return 0; }\n"})
    assert programs.output(repetitions=3) == "built\n"
