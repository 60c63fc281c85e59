"""What a search found can be built without ckp, by the compiler's own command lines."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ck_core.analysis.build_commands import build_commands, lines_of
from ck_core.context import Context, SilentReporter
from ck_core.domain.build import BuildResult
from ck_core.domain.cid import Cid
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.pipeline import build_command
from ck_core.stages.typed_commands import behind_link, typed_in, with_files_as, with_variables
from ck_core.system.code_hash import code_hash
from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from tuning.ended_kit import last_runs, told
from tuning.test_pgo import RUN, SKEWED

HERE = Path("/tmp/x/build-1")  # noqa: S108  # only a name
SEARCH = ("--strategy=exhaustive", "--seed=1", "--repeat=1", "--finals=8", "--no-reduction")
PADDED = 'char padding[PADDING] = {1};\n#include "part/it.h"\n'


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        (f"{HERE}/a.out", "./a.out"),
        (f"-fprofile-use={HERE}/profile", "-fprofile-use=profile"),
        (f"{HERE}", "."),
        (f"{HERE}2/a.out", f"{HERE}2/a.out"),
        ("/usr/bin/gcc", "/usr/bin/gcc"),
    ],
)
def test_paths_of_the_build_are_names(word: str, typed: str) -> None:
    assert typed_in(HERE, [[word], []]) == ((typed,), ())


def test_files_of_chance_names_are_their_directory() -> None:
    files = {f"{HERE}/1.profraw", f"{HERE}/2.profraw"}
    command = ["merge", "-o", f"{HERE}/all", *sorted(files), "-v"]
    assert with_files_as(HERE, files, [command]) == (
        ("merge", "-o", f"{HERE}/all", f"{HERE}", "-v"),
    )


@pytest.mark.parametrize("value", [None, 3, [[]], [3, ["x", 4]], {"a": 1}, "gcc"])
def test_nonsense_is_left_out(value: Any) -> None:
    (point, *_) = last_runs(0, {"winner": 1.0}, "a" * 16)
    assert build_commands(told(point, "a" * 16, role="winner", commands=value)) == []


def test_what_is_linked_is_named(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "link").symlink_to(tmp_path / "file")
    link, other = str(tmp_path / "run" / "link"), str(tmp_path / "link")
    assert behind_link(link, tmp_path / "run") == str((tmp_path / "file").resolve())
    assert behind_link(other, tmp_path / "run") == other  # e.g. an interpreter on PATH
    assert behind_link("-O3", tmp_path / "run") == "-O3"
    assert with_variables({"A": "1"}, ["x"]) == ("env", "A=1", "x")


def test_directories_of_outputs_are_made_first() -> None:
    (point, *_) = last_runs(0, {"winner": 1.0}, "a" * 16)
    commands = [["cc", "-c", "/s/a b.c", "-o", "./objects/a b.o"], ["cc", "-o", "./a.out"]]
    found = lines_of(told(point, "a" * 16, role="winner", commands=commands))
    assert found[0] == "mkdir -p objects"
    assert shlex.split(found[1]) == commands[0]


MANY = [f"-DX{at}=a b" for at in range(30)]


def test_long_flags_are_said_once(tmp_path: Path) -> None:
    """The shell calls each with all of them."""
    (tmp_path / "cc").write_text('#!/bin/sh\nfor one; do echo "$one" >>log; done\n')
    (tmp_path / "cc").chmod(0o755)
    cc = str(tmp_path / "cc")
    commands = [
        [cc, "-I.", *MANY, "-c", "a b.c", "-o", "./objects/a.o"],
        [cc, "-I.", *MANY, "-c", "b.c", "-o", "./objects/b.o"],
        ["true", "-o", "./x"],
        [cc, *MANY, "./objects/a.o", "./objects/b.o", "-o", "./a.out"],
    ]
    (point, *_) = last_runs(0, {"winner": 1.0}, "a" * 16)
    lines = lines_of(told(point, "a" * 16, role="winner", commands=commands))
    assert [line for line in lines if MANY[3] in line] == [lines[1]]
    rebuilt(lines, tmp_path / "empty")
    called = (tmp_path / "empty" / "log").read_text().splitlines()
    assert called == [word for one in commands if one[0] == cc for word in one[1:]]


def searched(ckp: Ckp, *options: str) -> dict[str, Any]:
    done = ckp("autotune", "program:it", *SEARCH, *options, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["proved"], found
    return found


def rebuilt(lines: list[str], directory: Path) -> Path:
    """By a shell, where nothing else is."""
    directory.mkdir()
    script = "set -e\n" + "\n".join(lines)
    subprocess.run(["/bin/sh", "-c", script], cwd=directory, check=True, timeout=60)
    return directory / "a.out"


def shown_lines(text: str) -> list[str]:
    _, _, rest = text.partition("winner without ckp, in an empty directory:\n")
    return [line.strip() for line in rest.splitlines() if line.startswith("    ")]


@needs_gcc
def test_the_winner_is_built_by_hand(ckp: Ckp, add_component: AddComponent, tmp_path: Path) -> None:
    """The smaller one, so that no speed decides; a source lies in a directory of its own."""
    files = {"part/it.h": "", "part/x.c": "int x(void) { return 1; }\n"}
    source = f"{PADDED}int x(void); int main(void) {{ return x() - 1; }}\n"
    meta = program_meta(source_files=["main.c", "part/x.c"])
    add_component("program", "it", meta, {"main.c": source, **files})
    options = ("--compiler=gcc", "--tune=own", "--param=PADDING=90000,10", "--objective=size_bytes")
    found = searched(ckp, *options)
    lines = [shlex.join(one) for one in found["build_commands"]]
    assert "-DPADDING=10" in lines[1]
    assert "/.ckp-" not in "\n".join(lines)
    binary = rebuilt(lines, tmp_path / "empty")
    again = ckp(*shlex.split(found["command"])[1:], "--repeat=1", "--json")
    assert again.returncode == 0, again.stderr
    built = json.loads(again.stdout)["build"]["artifact"]
    assert code_hash(binary) == code_hash(Path(built))
    for words in (("show", "experiment:tune-it"), ("autotune", "--resume=experiment:tune-it")):
        assert shown_lines(ckp(*words).stdout) == lines


@pytest.mark.parametrize(
    "compiler",
    [
        pytest.param(one, marks=pytest.mark.skipif(not shutil.which(tool), reason=f"needs {tool}"))
        for one, tool in {"gcc": "gcc", "clang@19": "clang-19"}.items()
    ],
)
def test_a_guided_winner_is_built_by_hand(
    add_component: AddComponent, tmp_path: Path, compiler: str
) -> None:
    add_component("program", "it", program_meta(run_cmds=RUN), {"main.c": SKEWED})
    meta = {"tags": ["dataset", "share"], "dataset_files": ["share.txt"]}
    add_component("dataset", "few", meta, {"share.txt": "0\n"})
    build = built(compiler, profiled=True)
    (point, *_) = last_runs(0, {"winner": 1.0}, "a" * 16)
    recorded = [list(one) for one in build.commands]
    lines = lines_of(told(point, "a" * 16, role="winner", commands=recorded))
    assert not [one for one in lines if "/.ckp-" in one or "/runs/" in one]
    assert build.artifact
    guided = code_hash(rebuilt(lines, tmp_path / "empty"))
    assert guided == code_hash(build.artifact)
    unguided = built(compiler, profiled=False).artifact
    assert unguided
    assert code_hash(unguided) != guided


def built(compiler: str, *, profiled: bool) -> BuildResult:
    program = Cid("program", "it")
    options = BuildOptions(program=program, compiler=compiler, profiled=profiled)
    return build_command(RunOptions(build=options), Context(SilentReporter())).built.build
