"""Habits of programs that were written for CK."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ck_core.testing.fixtures import AddComponent, Ckp

RUN = ("run", "program:it", "--repeat=1", "--quiet")


def meta(command: str, **changes: Any) -> dict[str, Any]:
    run_time = {"run_cmd_main": command, "run_cmd_out1": "out.txt"}
    return {"run_cmds": {"default": {"run_time": run_time}}, **changes}


def files(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): path.read_text()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_a_program_may_write_beside_its_dataset(ckp: Ckp, add_component: AddComponent) -> None:
    command = "cp $#dataset_path#$$#dataset_filename#$ $#dataset_path#$copy.txt && exit 0"
    add_component("program", "it", meta(command))
    dataset = add_component("dataset", "d", {"dataset_files": ["in.txt"]}, {"in.txt": "1"})
    before = files(dataset)
    for option in ("--dataset=d", "--dataset_uoa=d"):
        done = ckp(*RUN, option)
        assert done.returncode == 0, done.stderr
    assert files(dataset) == before


def test_the_component_lies_one_directory_up(ckp: Ckp, add_component: AddComponent) -> None:
    path = add_component("program", "it", meta("../x.sh ../in.txt"), {"in.txt": "1"})
    (path / "x.sh").write_text("#!/bin/sh\ncat $1 && echo 2 >../new.txt\n")
    (path / "x.sh").chmod(0o755)
    before = files(path)
    done = ckp(*RUN)
    assert done.returncode == 0, done.stderr
    assert files(path) == before


def test_an_older_way_to_write_a_variable(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", meta("test $#env1#$N#env2#$ = 3", run_vars={"N": "3"}))
    assert ckp(*RUN).returncode == 4, "it is $#env2#$"
    add_component("program", "it", meta("test $#env1#$N$#env2#$ = 3", run_vars={"N": "3"}))
    assert ckp(*RUN).returncode == 0


def test_what_is_left_out_is_said(ckp: Ckp, add_component: AddComponent) -> None:
    program = meta("true", apk={"name": "x"})
    program["run_cmds"]["default"]["update_deps"] = {"compiler": {"tags": "x"}}
    add_component("program", "it", program)
    done = ckp(*RUN)
    assert done.returncode == 0
    assert "'apk', which ckp leaves out" in done.stderr
    assert "run_cmds.default.update_deps', which ckp leaves out" in done.stderr


def test_a_reference_is_recorded_in_any_repository_of_yours(ckp: Ckp) -> None:
    ckp("add", "repo:mine")
    command = {"run_cmd_main": "echo 1", "run_correctness_output_files": ["stdout.txt"]}
    values = json.dumps({"run_cmds": {"default": {"run_time": command}}})
    assert ckp("add", "mine:program:it", f"--dict={values}").returncode == 0
    assert ckp(*RUN, "--record-reference").returncode == 0
    assert "yes, as the reference" in ckp(*RUN).stdout
    refused = ckp("run", "program:sort", "--record-reference")
    assert refused.returncode == 2
    assert "ckp cp ckp-compilers:program:sort local:program:sort" in refused.stderr
