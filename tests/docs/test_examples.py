"""What README and docs tell people to type or to copy works as it stands."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PLUGINS = (ROOT / "docs" / "plugins.md").read_text("utf-8")
PROGRAMS = (ROOT / "docs" / "programs.md").read_text("utf-8")
COMPONENTS = (ROOT / "docs" / "components.md").read_text("utf-8")
TOOLS = {"clang@19": "clang-19", "program:jacobi": "gfortran"}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def typed_commands() -> list[str]:
    lines = "".join(blocks(README, "sh")).splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.startswith("ckp ")]


def test_there_are_commands_to_try() -> None:
    assert len(typed_commands()) > 8


@pytest.fixture(scope="module")
def home_of_readers(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Who tries the commands of README one after the other has one home."""
    return str(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("line", typed_commands())
def test_a_command_of_the_readme(ckp: Ckp, line: str, home_of_readers: str) -> None:
    for words, tool in {"": "gcc", **TOOLS}.items():
        if words in line and shutil.which(tool) is None:
            pytest.skip(f"needs a real {tool}")
    done = ckp(*shlex.split(line)[1:], CKP_HOME=home_of_readers)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_component_guide_from_top_to_bottom(
    ckp: Ckp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for line in "".join(blocks(COMPONENTS, "sh")).splitlines():
        if words := shlex.split(line, comments=True):
            done = ckp(*words[1:])
            assert done.returncode == 0, f"{line}: {done.stderr}"
            assert done.stdout.strip(), line
    (script,) = blocks(COMPONENTS, "python")
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "image-landscape" in done.stdout
    assert "dataset_files" in done.stdout


def test_the_program_of_the_docs(ckp: Ckp, add_component: AddComponent) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("needs a real gcc")
    meta, python, dataset = blocks(PROGRAMS, "json")
    source = '#include <stdio.h>\nint main(void) { puts("hello"); }\n'
    path = add_component("program", "hello", meta, {"hello.c": source})
    done = ckp("run", "program:hello", "--record_reference")
    assert done.returncode == 0, done.stderr
    assert (path / "reference/default/none/stdout.txt").read_text() == "hello\n"
    add_component("dataset", "my-seeds", dataset, {"seeds.txt": "1\n"})
    assert ckp("run", "program:hello", "--dataset=my-seeds").returncode == 0
    add_component("program", "sums", python, {"sums.py": "import numpy\nprint(numpy.ones(3))\n"})
    done = ckp("run", "program:sums", "--repeat=1")
    assert done.returncode == 0, done.stderr


def test_the_plugin_of_the_docs_passes_its_tests(tmp_path: Path) -> None:
    write_blocks(tmp_path)
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir=.", "-p", "no:cacheprovider"]
    command += ["-o", "pythonpath=."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


TCC = shutil.which("tcc")


@pytest.mark.slow
@pytest.mark.skipif(TCC is None, reason="needs a real tcc")
def test_the_plugin_of_the_docs_builds(gcc_only: None, ckp: Ckp, tmp_path: Path) -> None:
    write_blocks(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tcc").symlink_to(str(TCC))
    path = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(tmp_path)}
    information = tmp_path / "my_pack-0.1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: my-pack\nVersion: 0.1.0\n")
    (information / "entry_points.txt").write_text("[ckp]\ntcc = my_pack.tcc\n")
    for program in ("sha256", "fft"):
        run = ("run", f"program:{program}", "--compiler=tcc", "--repeat=1")
        done = ckp(*run, **path)
        assert done.returncode == 0, done.stderr
        assert "Tiny C" in done.stdout


def write_blocks(directory: Path) -> None:
    """The files of the plugin guide, each under the name its first line gives."""
    for language in ("python", "toml"):
        for block in blocks(PLUGINS, language):
            name = block.partition("\n")[0].removeprefix("# ")
            (directory / name).parent.mkdir(exist_ok=True)
            (directory / name).write_text(block)
