"""What CK's commands may ask for: ``$#key#$`` and ``$<<VARIABLE>>$``, one test each."""

from __future__ import annotations

import shutil

import pytest

from ck_core.errors import BadComponentError
from programs.kit import Programs, program, shell

SAYS = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")


@needs_gcc
def test_bin_file(programs: Programs) -> None:
    programs.add(program("$#BIN_FILE#$"), {"main.c": SAYS})
    assert programs.output() == "hello\n"


def test_bin_file_without_a_binary(programs: Programs) -> None:
    programs.add(shell("$#BIN_FILE#$"))
    with pytest.raises(BadComponentError, match="no 'source_files'"):
        programs.run()


@needs_gcc
def test_only_bin_file(programs: Programs) -> None:
    programs.add(program("echo $#ONLY_BIN_FILE#$"), {"main.c": SAYS})
    assert programs.output() == "a.out\n"


@pytest.mark.parametrize("key", ["src_path", "src_path_local"])
def test_src_path(programs: Programs, key: str) -> None:
    programs.add(shell(f"cat $#{key}#$in.txt"), {"in.txt": "input\n"})
    assert programs.output() == "input\n"


@pytest.mark.parametrize("key", ["dir_sep", "os_dir_separator"])
def test_dir_sep(programs: Programs, key: str) -> None:
    programs.add(shell(f"cat ..$#{key}#$in.txt"), {"in.txt": "input\n"})
    assert programs.output() == "input\n"


@pytest.mark.parametrize("key", ["up_dir", "previous_dir"])
def test_up_dir(programs: Programs, key: str) -> None:
    programs.add(shell(f"cat $#{key}#$in.txt"), {"in.txt": "input\n"})
    assert programs.output() == "input\n"


def test_script_ext(programs: Programs) -> None:
    programs.add(shell("../say$#script_ext#$"), {"say.sh": "#!/bin/sh\necho said\n"})
    assert programs.output() == "said\n"


def test_a_variable(programs: Programs) -> None:
    programs.library("tool,echo", environment={"CK_ENV_ECHO": "echo 'one word'"})
    needs = {"echo": {"tags": "tool,echo"}}
    for command in ("$<<CK_ENV_ECHO>>$ two", "$<<CK_ENV_ECHO>>$ two || true"):
        programs.add({**shell(command), "compile_deps": needs})
        assert programs.output() == "one word two\n"


def test_an_older_way_to_write_a_variable(programs: Programs) -> None:
    programs.add({**shell("$#env1#$SAY$#env2#$ x"), "run_vars": {"SAY": "echo"}})
    assert programs.output() == "x\n"


def test_dataset_path_and_filename(programs: Programs) -> None:
    programs.component("dataset", "d", {"dataset_files": ["a b.txt"]}, {"a b.txt": "input\n"})
    programs.add(shell("cat $#dataset_path#$$#dataset_filename#$"))
    assert programs.output(dataset="d") == "input\n"


def test_dataset_filename_1(programs: Programs) -> None:
    files = {"a.txt": "first\n", "b.txt": "second\n"}
    programs.component("dataset", "d", {"dataset_files": list(files)}, files)
    programs.add(shell("cat $#dataset_path#$$#dataset_filename_1#$"))
    assert programs.output(dataset="d") == "second\n"


def test_ck_take_from(programs: Programs) -> None:
    programs.component("script", "tools", {}, {"say.sh": "echo said >made.txt\n"})
    before = "sh $#ck_take_from_{script:tools}#$say.sh"
    programs.add(shell("cat made.txt", pre_process_cmd=before))
    assert programs.output() == "said\n"


@needs_gcc
@pytest.mark.parametrize("key", ["compiler", "source_file", "flags_before", "flags_after"])
def test_placeholders_of_a_build(programs: Programs, key: str) -> None:
    """Each is needed: without it the command does not build the program."""
    words = ["compiler", "flags_before", "source_file", "flags_after"]
    template = " ".join(f"$#{one}#$" for one in words)
    for command, is_right in ((template, True), (template.replace(f"$#{key}#$", "true"), False)):
        meta = program("$#BIN_FILE#$", keys={"compile_cmds": {"default": {"cmd": command}}})
        programs.add(meta, {"main.c": SAYS})
        if is_right:
            assert programs.output() == "hello\n"
        else:
            with pytest.raises(Exception, match="does not build"):
                programs.build()


@needs_gcc
@pytest.mark.parametrize("key", ["linker", "obj_files"])
def test_placeholders_of_a_link(programs: Programs, key: str) -> None:
    template = "$#linker#$ $#flags_before#$ $#obj_files#$ $#flags_after#$"
    for command, is_right in ((template, True), (template.replace(f"$#{key}#$", "true"), False)):
        meta = program("$#BIN_FILE#$", keys={"link_cmds": {"default": {"cmd": command}}})
        programs.add(meta, {"main.c": SAYS})
        if is_right:
            assert programs.output() == "hello\n"
        else:
            with pytest.raises(Exception, match="does not build"):
                programs.build()


@pytest.mark.parametrize("template", ["$#nothing#$", "$<<NOTHING>>$", "$#env1#$NOTHING$#env2#$"])
def test_what_nothing_gives_is_told(programs: Programs, template: str) -> None:
    programs.add(shell(f"echo {template}"))
    with pytest.raises(BadComponentError, match=r"(?i)asks for 'nothing'"):
        programs.run()
