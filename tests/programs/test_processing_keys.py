"""What a component does before and after its runs: commands, and functions that CK calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import BadComponentError, ComponentNotFoundError, RunError
from programs.kit import Programs, shell

PREPROCESS = """
import os
def ck_preprocess(i):
    ck = i['ck_kernel']
    ck.out('preparing')
    total = int(i['env'].get('N', '0')) + 1
    ck.save_json_to_file({'json_file': 'made.json', 'dict': {'total': total}})
    return {'return': 0, 'new_env': {'TOTAL': total}, 'bat': "export FROM_BAT='a b'"}
"""
POSTPROCESS = """
def ck_postprocess(i):
    ck = i['ck_kernel']
    r = ck.load_text_file({'text_file': i['run_time']['run_cmd_out1'], 'split_to_list': 'yes'})
    if r['return'] > 0: return r
    return {'return': 0, 'characteristics': {'lines': len(r['lst']), 'of': {'n': 1}, 'x': 'text'}}
"""
CHECK = """
def ck_check_output(i):
    return i['ck_kernel'].access({'action': 'check_numerical', 'module_uoa': 'program.output',
        'file1': i['file1'], 'file2': i['file2'],
        'abs_threshold': i['env'].get('CK_ABS_DIFF_THRESHOLD', '')})
"""


def via_ck(step: str, script: str = "script", **more: Any) -> dict[str, Any]:
    return {f"{step}_process_via_ck": {"script_name": script, **more}}


def metric(programs: Programs, name: str) -> object:
    return programs.run().metrics[name].value


def test_pre_process_cmd(programs: Programs) -> None:
    programs.add(shell("cat made.txt", pre_process_cmd="sh -c 'echo made >made.txt'"))
    assert programs.output(repetitions=3) == "made\n"


def test_pre_process_cmds(programs: Programs) -> None:
    commands = ["sh -c 'echo a, b >made.txt'", "sh -c 'echo c >>made.txt'"]
    programs.add(shell("cat made.txt", pre_process_cmds=commands, pre_process_cmd="rm -f none"))
    assert programs.output() == "a, b\nc\n"


def test_a_command_before_the_runs_that_fails(programs: Programs) -> None:
    programs.add(shell("true", pre_process_cmd="sh -c 'echo no luck >&2; exit 3'"))
    with pytest.raises(RunError, match="exited with status 3") as failed:
        programs.run()
    assert failed.value.details == "no luck"
    programs.add(shell("true", pre_process_cmd="./no-such-program"))
    with pytest.raises(RunError, match="could not be started"):
        programs.run()


def test_post_process_cmd(programs: Programs) -> None:
    script = (
        "import json\njson.dump({'lines': len(open('stdout.txt').readlines())}, open('t', 'w'))\n"
    )
    programs.add(
        shell(
            "printf 'a\\nb\\n'",
            post_process_cmd="python $#src_path_local#$process.py",
            fine_grain_timer_file="t",
        ),
        {"process.py": script},
    )
    assert metric(programs, "lines") == 2


def test_post_process_cmds(programs: Programs) -> None:
    commands = ["sh -c 'echo one >out.txt'", "sh -c 'echo two >>out.txt'"]
    meta = shell(
        "true",
        post_process_cmds=commands,
        post_process_cmd="sh -c 'echo three >>out.txt'",
        run_correctness_output_files=["out.txt"],
    )
    path = programs.add(meta)
    programs.run(record_reference=True, repetitions=2)
    assert (path / "reference/default/none/out.txt").read_text() == "one\ntwo\nthree\n"


def test_a_command_after_the_runs_that_fails(programs: Programs) -> None:
    programs.add(shell("true", post_process_cmd="false"))
    with pytest.raises(RunError, match="post_process_cmd exited with status 1"):
        programs.run()
    programs.add(shell("true", post_process_cmd="echo $#nothing#$"))
    with pytest.raises(BadComponentError, match=r"run_time.post_process_cmd' asks for 'nothing'"):
        programs.run()


@pytest.mark.parametrize(
    "keys",
    [
        {"pre_process_cmd": "sh -c 'echo made >made.txt'"},
        {"pre_process_cmds": ["sh -c 'echo made >made.txt'"]},
        {"pre_process_via_ck": {"script_name": "making"}},
    ],
    ids=lambda keys: next(iter(keys)),
)
def test_what_comes_before_every_command(programs: Programs, keys: dict[str, Any]) -> None:
    making = "def ck_preprocess(i):\n    open('made.txt', 'w').write('made\\n')\n"
    programs.add({**shell("cat made.txt"), **keys}, {"making.py": making + "    return {}\n"})
    assert programs.output() == "made\n"


@pytest.mark.parametrize(
    "keys",
    [
        {"post_process_cmd": "sh -c 'echo made >made.txt'"},
        {"post_process_cmds": ["sh -c 'echo made >made.txt'"]},
        {"post_process_via_ck": {"script_name": "making"}},
    ],
    ids=lambda keys: next(iter(keys)),
)
def test_what_comes_after_every_command(programs: Programs, keys: dict[str, Any]) -> None:
    making = "def ck_postprocess(i):\n    open('made.txt', 'w').write('made\\n')\n"
    meta = shell("true", run_correctness_output_files=["made.txt"])
    programs.add({**meta, **keys}, {"making.py": making + "    return {}\n"})
    assert programs.run(record_reference=True).correct is True


@pytest.mark.parametrize("attack", ["$(touch MARK)", "; touch MARK", "`touch MARK`", "a'b\"c"])
def test_no_shell_reads_a_value(programs: Programs, attack: str) -> None:
    meta = shell("cat made.txt", pre_process_cmd="echo $<<TEXT>>$x $#src_path#$ >made.txt")
    meta["run_vars"] = {"TEXT": attack}
    path = programs.add(meta)
    assert programs.output() == f"{attack}x {path}/\n"
    assert not list(programs.home.rglob("MARK"))


def test_pre_process_via_ck(programs: Programs) -> None:
    meta = shell('echo "$TOTAL $FROM_BAT $(cat made.json | tr -d " \\n")"; true', **via_ck("pre"))
    programs.add({**meta, "run_vars": {"N": "41"}}, {"script.py": PREPROCESS})
    assert programs.output() == '42 a b {"total":42}\n'


def test_post_process_via_ck(programs: Programs) -> None:
    programs.add(shell("printf 'a\\nb\\n'", **via_ck("post")), {"script.py": POSTPROCESS})
    metrics = programs.run().metrics
    assert metrics["lines"].value == 2
    assert metrics["of.n"].value == 1
    assert "x" not in metrics


def test_the_scripts_usual_names(programs: Programs) -> None:
    both = {"pre_process_via_ck": {"data_uoa": "it"}, "post_process_via_ck": {"data_uoa": "it"}}
    meta = {**shell("sh -c 'echo $TOTAL'", **both), "run_vars": {"N": "1"}}
    programs.add(meta, {"preprocess.py": PREPROCESS, "postprocess.py": POSTPROCESS})
    assert programs.output() == "2\n"
    assert metric(programs, "lines") == 1


def test_a_script_of_another_component(programs: Programs) -> None:
    programs.component("script", "tools", {}, {"counting.py": POSTPROCESS})
    elsewhere = {"module_uoa": "script", "data_uoa": "tools", "script_name": "counting"}
    programs.add(shell("echo a", post_process_via_ck=elsewhere))
    assert metric(programs, "lines") == 1
    programs.add(shell("echo a", post_process_via_ck={**elsewhere, "data_uoa": "nobody"}))
    with pytest.raises(ComponentNotFoundError, match="nobody"):
        programs.run()
    programs.add(shell("echo a", post_process_via_ck={**elsewhere, "script_name": "none"}))
    with pytest.raises(RunError, match=r"none\.py is missing"):
        programs.run()


def test_the_older_way_to_say_it(programs: Programs) -> None:
    """``yes``: the functions are in the file of the command."""
    run_time = {"post_process_via_ck": "yes", "post_process_cmd": "python $#src_path#$script.py"}
    programs.add(shell("echo a", **run_time), {"script.py": POSTPROCESS})
    assert metric(programs, "lines") == 1


def test_a_component_compares_its_own_outputs(programs: Programs) -> None:
    meta = shell(
        "cp ../$<<FILE>>$ out.json", run_correctness_output_files=["out.json"], **via_ck("post")
    )
    variables = {"FILE": "a.json", "CK_ABS_DIFF_THRESHOLD": 0.1}
    files = {"script.py": CHECK, "a.json": "[1.0, 2.0]", "b.json": "[1.05, 2.0]"}
    programs.add({**meta, "run_vars": variables}, {**files, "c.json": "[1.5, 2.0]"})
    assert programs.run(record_reference=True).correct is True
    assert programs.run(environment={"FILE": "b.json"}).correct is True
    wrong = programs.run(environment={"FILE": "c.json"})
    assert wrong.correct is False
    assert "1.5 vs 1.0" in wrong.metrics["correct"].detail


def test_a_script_may_ask_ckp(programs: Programs) -> None:
    script = (
        "def ck_preprocess(i):\n"
        "    r = i['ck_kernel'].access({'action': 'find', 'module_uoa': 'program',"
        " 'data_uoa': 'it'})\n"
        "    if r['return'] > 0: return r\n"
        "    return {'return': 0, 'new_env': {'WHERE': r['path']}}\n"
    )
    path = programs.add(shell("sh -c 'echo $WHERE'", **via_ck("pre")), {"script.py": script})
    assert programs.output() == f"{path}\n"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("def ck_preprocess(i): return {'return': 1, 'error': 'no luck'}", "no luck"),
        ("def ck_preprocess(i): return 7", "returned no dictionary"),
        ("def ck_preprocess(i): raise SystemExit(3)", "SystemExit"),
        ("def ck_preprocess(i): import os; os._exit(3)", "ended without an answer"),
        ("def ck_preprocess(i): i['ck_kernel'].inp({})", "ckp has no 'inp' of CK's kernel"),
        ("def other(i): pass", "has no function ck_preprocess"),
        ("this is no Python", "SyntaxError"),
        ("def ck_preprocess(i): return {'return': 0, 'bat': 'exit 7'}", "shell lines"),
        ("import time\ndef ck_preprocess(i): time.sleep(60)", "ran past 2 s"),
    ],
)
def test_a_script_that_does_wrong(programs: Programs, script: str, words: str) -> None:
    meta = shell("true", **via_ck("pre"), pre_process_timeout=2)
    programs.add(meta, {"script.py": script})
    with pytest.raises(RunError) as failed:
        programs.run()
    assert words in failed.value.message


def test_a_script_is_never_part_of_ckp(programs: Programs) -> None:
    """What it does to its process, it does to its own; nothing is left beside it."""
    script = (
        "import os, sys\nsys.stdout.write('chatter')\nos.environ['CKP_MARK'] = 'x'\n" + PREPROCESS
    )
    path = programs.add(shell("true", **via_ck("pre")), {"script.py": script})
    programs.run()
    assert "CKP_MARK" not in __import__("os").environ
    assert sorted(one.name for one in path.iterdir()) == [".cm", "script.py"]


def test_a_script_sees_what_ck_gives(programs: Programs, tmp_path: Path) -> None:
    keys = ["meta", "deps", "env", "run_time", "params", "misc", "out"]
    keys += ["dataset_uoa", "dataset_file", "dataset_path"]
    script = (
        "import json\ndef ck_preprocess(i):\n"
        f"    json.dump({{key: i[key] for key in {keys!r}}}, open(i['env']['TO'], 'w'))\n"
        "    return {'return': 0}\n"
    )
    programs.library("lib,data", environment={"CK_ENV_DATA": "/data"})
    programs.component("dataset", "d", {"dataset_files": ["in.txt"]}, {"in.txt": "1"})
    meta = shell("true", **via_ck("pre"))
    programs.add(
        {
            **meta,
            "compile_deps": {"data": {"tags": "lib,data"}},
            "default_params": {"p": 1},
            "run_vars": {"TO": str(tmp_path / "seen.json")},
        },
        {"script.py": script},
    )
    programs.run(dataset="d")
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["deps"]["data"]["dict"]["env"] == {"CK_ENV_DATA": "/data"}
    assert (seen["dataset_uoa"], seen["dataset_file"]) == ("d", "in.txt")
    assert seen["run_time"]["run_cmd_out1"] == "stdout.txt"
    assert seen["params"] == {"p": 1}
