"""Each mistake ends in one clear message, a documented exit code and no traceback."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.testing.namespaces import can_mount, in_namespace
from component_kit import HELLO, program_meta

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")

CRASH = "int main(void) { volatile int *p = 0; return *p; }\n"
HANG = (
    "#include <unistd.h>\nint main(void) { if (fork() == 0) for (;;) pause(); for (;;) pause(); }\n"
)
RUN = ("run", "program:it", "--compiler=gcc", "--repeat=2", "--warmup=0")


def check(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("int main(void) { return x; }\n", 7, ("does not build", "'x' undeclared")),
        (CRASH, 8, ("SIGSEGV", "its files are in")),
        ("int main(void) { return 3; }\n", 8, ("exited with status 3",)),
        (HANG, 9, ("time limit", "--timeout")),
    ],
    ids=["not compiling", "crash", "status", "hang"],
)
def test_bad_programs(
    ckp: Ckp, add_component: AddComponent, source: str, code: int, words: tuple[str, ...]
) -> None:
    add_component("program", "it", program_meta(), {"main.c": source})
    check(ckp(*RUN, "--timeout=1.5"), code, "program:it", *words)


def test_wrong_output(ckp: Ckp, add_component: AddComponent) -> None:
    files = {"main.c": HELLO, "reference/default/none/stdout.txt": "goodbye\n"}
    add_component("program", "it", program_meta(), files)
    done = ckp(*RUN)
    check(done, 10, "stdout.txt, line 1", "'goodbye'", "'hello'")
    assert "NO" in done.stdout


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        ("{ not json", ("is not JSON", "line 1")),
        ("[1]", ("JSON object",)),
        (program_meta(run_cmds=[]), ("'run_cmds' must be an object",)),
        (program_meta(run_cmds={}), ("at least one command",)),
        (program_meta(source_files=[1]), ("a list of texts",)),
        (program_meta(source_files=["../../etc/passwd"]), ("inside the component",)),
        (program_meta(source_files=["gone.c"]), ("'gone.c', which is missing",)),
        (program_meta(command="$#BIN_FILE#$ $#nowhere#$"), ("'nowhere'",)),
        (program_meta(command='$#BIN_FILE#$ "'), ("cannot be read",)),
        (program_meta(command=""), ("is empty",)),
        (program_meta(source_files=[]), ("'BIN_FILE'", "no 'source_files'")),
        (program_meta(command="$#BIN_FILE#$ $#dataset_filename#$"), ("no dataset with",)),
        (program_meta(extra_ld_vars="$<<CK_NOTHING>>$"), ("CK_NOTHING",)),
    ],
)
def test_bad_meta(
    ckp: Ckp, add_component: AddComponent, meta: object, words: tuple[str, ...]
) -> None:
    add_component("program", "it", meta, {"main.c": HELLO})
    check(ckp(*RUN), 4, "it", *words)


def test_an_output_that_was_not_written_is_wrong(ckp: Ckp, add_component: AddComponent) -> None:
    meta = program_meta()
    meta["run_cmds"]["default"]["run_time"]["run_correctness_output_files"] = ["other.txt"]
    add_component("program", "it", meta, {"main.c": HELLO})
    check(ckp(*RUN), 10, "other.txt was not written")


def test_output_that_changes_is_no_reference(ckp: Ckp, add_component: AddComponent) -> None:
    source = (
        "#include <stdio.h>\n#include <time.h>\nint main(void) {\n"
        "struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t);\n"
        'printf("%ld\\n", t.tv_nsec); }\n'
    )
    path = add_component("program", "it", program_meta(), {"main.c": source})
    check(ckp(*RUN, "--record-reference"), 8, "differs between repetitions")
    assert not (path / "reference").exists()


def test_missing_dataset(ckp: Ckp, add_component: AddComponent) -> None:
    meta = program_meta()
    meta["run_cmds"]["default"]["dataset_tags"] = ["no-such-tag"]
    add_component("program", "it", meta, {"main.c": HELLO})
    check(ckp(*RUN), 5, "needs a dataset with tags no-such-tag", "ckp ls dataset")
    check(ckp(*RUN, "--dataset=nothing"), 3, "dataset:nothing")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("rum", "program:it"), 2, ("no action 'rum'", "run")),
        (("run", "program:it", "--spedd"), 2, ("--spedd", "--speed")),
        (("run", "program:itt"), 3, ("program:it?",)),
        (("ls", "it"), 3, ("did you mean program:it?",)),
        (("run", "program:it", "--compiler=a", "--compiler=b"), 2, ("given twice",)),
        (("ls", "progran"), 3, ("progran",)),
        (("run", "program"), 2, ("needs a name",)),
        (("run", "dataset:x"), 2, ("not on 'dataset'",)),
        (("run", "program:it", "--cmd_key=defualt"), 3, ("--cmd-key=default",)),
        (("benchmark", "program:it", "--cmd-key=default,x"), 3, ("-> --cmd-key=default",)),
        (("run", "program:it", "--compiler=gcc@999"), 5, ("version 999", "not 999")),
        (("run", "program:it", "--compiler=nosuchcc"), 5, ("nosuchcc",)),
        (("run", "program:it", "--compiler=gccc"), 5, ("did you mean gcc",)),
        (("run", "program:it", "--repeat=0"), 2, ("--repeat",)),
        (("run", "program:it", "--speed", "--size"), 2, ("exclude",)),
        (("run", "program:it", "--env.X"), 0, ()),
        (("run", "program:it", "--launcher=mars"), 2, ("mars", "local")),
        (("detect", "soft", "--tags=no-such"), 5, ("no-such",)),
    ],
)
def test_bad_arguments(
    ckp: Ckp,
    add_component: AddComponent,
    arguments: tuple[str, ...],
    code: int,
    words: tuple[str, ...],
) -> None:
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    check(ckp(*arguments), code, *words)


def test_home_that_cannot_be_written(ckp: Ckp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = ckp("run", "program:sort", CKP_HOME=str(tmp_path / "file" / "home"))
    check(done, 12, "CKP_HOME")


@pytest.mark.skipif(not can_mount(), reason="needs user namespaces to mount a small disk")
@pytest.mark.parametrize("kilobytes", [4, 16, 28, 32, 64])
def test_full_disk_is_one_message(tmp_path: Path, kilobytes: int) -> None:
    """A disk that is full when compilers are noted, when one compiles, when one links."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size={kilobytes}k none {disk}"
    run = f"CKP_HOME={disk}/home {sys.executable} -m ck_core run program:sort --compiler=gcc"
    left = f"find {disk} -name '.*' -not -name .cm -not -name disk"
    command = f"{mount} && {run}; status=$?; {left}; exit $status"
    done = in_namespace(command)
    check(done, 12, "pace", "df -h")
    assert done.stdout == "", "half-written files were left"


def test_interrupt_in_the_middle_of_a_build(ckp_home: Path, add_component: AddComponent) -> None:
    slow = '#!/bin/sh\ncase $1 in *version*|-dump*) exec /usr/bin/gcc "$@";; esac\n/bin/sleep 60\n'
    tools = ckp_home.parent / "bin"
    tools.mkdir()
    (tools / "gcc-77").write_text(slow)
    (tools / "gcc-77").chmod(0o755)
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    environment = {
        "CKP_HOME": str(ckp_home),
        "PATH": str(tools),
        "CKP_COMPILER_DIRS": str(tools),
    }
    arguments = [sys.executable, "-m", "ck_core", "run", "program:it"]
    child = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=environment)
    assert child.stderr is not None
    while "building" not in (line := child.stderr.readline()):
        assert line, "ckp ended before it built"
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    rest = child.communicate(timeout=20)[1]
    assert child.returncode == 130, rest
    assert "Traceback" not in rest
    assert "interrupted" in rest
    builds = ckp_home / "cache" / "builds"
    assert [path for path in builds.rglob("*") if path.is_file()] == []


def test_a_file_named_as_ck_names_formats_is_not_lost(ckp: Ckp) -> None:
    check(ckp("lock", "program:sort", "--out=locked.json"), 2, "none of CK's", "--output=FILE")
    assert ckp("ls", "program", "--out=con").returncode == 0
