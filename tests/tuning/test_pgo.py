"""``--pgo``: real compilers build by the profile of a real run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import HELLO, program_meta
from experiments.benchmark_kit import recorded

COMPILERS = [
    pytest.param(
        compiler,
        marks=pytest.mark.skipif(shutil.which(tool) is None, reason=f"needs a real {tool}"),
    )
    for compiler, tool in {"gcc": "gcc", "clang@14": "clang-14", "clang@19": "clang-19"}.items()
]
# Which of two branches is taken is in the dataset alone.
SKEWED = r"""
#include <stdio.h>
#include <stdlib.h>

static unsigned long state = 1;

static unsigned long drawn(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 33 & 127;
}

static unsigned long left(unsigned long n) {
  for (unsigned long i = 0; i < (n & 15) + 7; i++) n = n * 31 + (n >> 7);
  return n | 1;
}

static unsigned long right(unsigned long n) {
  for (unsigned long i = 0; i < (n & 31) + 9; i++) n = n * 17 ^ (n >> 5);
  return n | 1;
}

int main(int count, char **arguments) {
  FILE *file = fopen(arguments[count - 1], "r");
  unsigned long percent, sum = 1;
  if (!file || fscanf(file, "%lu", &percent) != 1) return 1;
  for (long n = 0; n < 200000; n++) sum += drawn() < percent ? left(sum) : right(sum);
  printf("%lu\n", sum);
  return 0;
}
"""
RUN = {
    "default": {
        "dataset_tags": ["share"],
        "run_time": {"run_cmd_main": "$#BIN_FILE#$ $#dataset_path#$$#dataset_filename#$"},
    }
}


@pytest.fixture
def skewed(add_component: AddComponent) -> None:
    add_component("program", "it", program_meta(run_cmds=RUN), {"main.c": SKEWED})
    for name, percent in {"few": 0, "many": 128}.items():
        meta = {"tags": ["dataset", "share"], "dataset_files": ["share.txt"]}
        add_component("dataset", name, meta, {"share.txt": f"{percent}\n"})


def built(ckp: Ckp, *options: str) -> dict[str, Any]:
    done = ckp("run", "program:it", "--repeat=1", "--warmup=0", "--json", *options)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["build"]
    return found


@pytest.mark.usefixtures("skewed")
@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_second_build_is_made_by_the_profile_of_its_dataset(ckp: Ckp, compiler: str) -> None:
    use = "-fprofile-use=" if compiler == "gcc" else "-fprofile-instr-use="
    options = (f"--compiler={compiler}", "--dataset=few")
    plain, guided = built(ckp, *options), built(ckp, *options, "--pgo")
    assert not plain["profiled"]
    assert guided["profiled"]
    assert not [word for line in plain["commands"] for word in line if "profile" in word]
    assert any(word.startswith(use) for line in guided["commands"] for word in line)
    other = built(ckp, f"--compiler={compiler}", "--dataset=many", "--pgo")
    assert other["artifact"] != guided["artifact"]
    assert len({one["disassembly_md5"] for one in (plain, guided, other)}) == 3
    again = built(ckp, *options, "--pgo")
    assert again["cached"]
    assert again["profiled"]
    assert again["artifact"] == guided["artifact"]


@pytest.mark.usefixtures("skewed")
def test_a_dataset_that_was_changed_makes_another_profile(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    first = built(ckp, "--compiler=gcc", "--dataset=few", "--pgo")
    (ckp_home / "repos/local/dataset/few/share.txt").write_text("127\n", encoding="utf-8")
    second = built(ckp, "--compiler=gcc", "--dataset=few", "--pgo")
    assert not second["cached"]
    assert second["disassembly_md5"] != first["disassembly_md5"]


@pytest.mark.usefixtures("skewed")
def test_points_say_so_and_a_replay_builds_so(ckp: Ckp, ckp_home: Path) -> None:
    words = ("benchmark", "program:it", "--compiler=gcc", "--dataset=few,many", "--repeat=2")
    assert ckp(*words, "--record", "--record_uoa=with", "--pgo").returncode == 0
    assert ckp(*words, "--record", "--record_uoa=without").returncode == 0
    assert [one.choices["pgo"] for one in recorded(ckp_home, "with")] == ["yes", "yes"]
    assert all("pgo" not in one.choices for one in recorded(ckp_home, "without"))
    done = ckp("replay", "experiment:with", "--record", "--metrics=size_bytes")
    assert done.returncode == 0, done.stderr
    first, _, again, _ = recorded(ckp_home, "with")
    assert again.choices["pgo"] == "yes"
    assert first.build
    assert again.build
    assert again.build.size_bytes == first.build.size_bytes
    shown = ckp("show", "experiment:with", "--columns=choices.pgo,dataset")
    assert "yes" in shown.stdout, shown.stderr


@pytest.mark.usefixtures("skewed")
def test_people_see_it(ckp: Ckp) -> None:
    done = ckp("run", "program:it", "--compiler=gcc", "--repeat=1", "--pgo")
    assert "of a training run" in done.stdout
    assert "of a training run" not in ckp("run", "program:it", "--repeat=1").stdout


def test_the_training_run_repeats_as_the_program_says(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """However often a measured run repeats: the profile stays the same, and so does the build."""
    meta = program_meta(run_vars={"CT_REPEAT_MAIN": "1"})
    add_component("program", "it", meta, {"main.c": HELLO})
    first = built(ckp, "--compiler=gcc", "--pgo")
    second = built(ckp, "--compiler=gcc", "--pgo", "--env.CT_REPEAT_MAIN=9")
    assert second["cached"]
    assert second["artifact"] == first["artifact"]
    assert not built(ckp, "--compiler=gcc", "--pgo", "--env.OTHER=9")["cached"]


def refused(ckp: Ckp, *options: str) -> str:
    done = ckp("run", "program:it", "--repeat=1", "--pgo", *options)
    assert done.returncode not in (0, 1), done.stdout
    assert "Traceback" not in done.stderr
    said: str = done.stderr
    return said


QUICK = HELLO.replace("return 0;", "_Exit(0);").replace(
    "#include", "#include <stdlib.h>\n#include", 1
)


def test_a_program_that_does_not_end_by_itself(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", program_meta(), {"main.c": QUICK})
    said = refused(ckp, "--compiler=gcc")
    assert "wrote no profile with gcc@" in said
    assert "leave --pgo out" in said
    assert ckp("run", "program:it", "--compiler=gcc", "--repeat=1").returncode == 0


def test_a_training_run_that_fails(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", program_meta(), {"main.c": "int main(void) { return 3; }\n"})
    assert "exited with status 3" in refused(ckp, "--compiler=gcc")


@pytest.mark.parametrize(
    "changes",
    [
        {"compile_cmds": {"default": {"cmd": "$#compiler#$ -c $#source_file#$"}}},
        {"link_cmds": {"default": {"cmd": "$#linker#$ $#obj_files#$ $#flags_after#$"}}},
    ],
)
def test_commands_of_the_programs_own(
    ckp: Ckp, add_component: AddComponent, changes: dict[str, Any]
) -> None:
    add_component("program", "it", program_meta(**changes), {"main.c": HELLO})
    assert "by commands of its own" in refused(ckp, "--compiler=gcc")


def test_a_program_that_builds_nothing(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", program_meta("echo hello", source_files=[]))
    assert "builds nothing" in refused(ckp)


def test_an_interpreter(ckp: Ckp, add_component: AddComponent) -> None:
    changes = {
        "source_files": ["it.py"],
        "compiler_env": "CK_PYTHON",
        "compile_deps": {"compiler": {"tags": "compiler,lang-python"}},
    }
    meta = program_meta("$<<CK_PYTHON>>$ $#BIN_FILE#$", **changes)
    add_component("program", "it", meta, {"it.py": "print('hello')\n"})
    assert "makes no builds that a profile guides" in refused(ckp)


def test_another_machine_without_an_emulator(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = shutil.which("aarch64-linux-gnu-gcc")
    if compiler is None:
        pytest.skip("needs a gcc for another machine")
    write_executable(tmp_path / "bin", "aarch64-linux-gnu-gcc", f'exec {compiler} "$@"\n')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    said = refused(ckp, "--target=linux-arm64", "--no-install")
    assert "an emulator of linux-arm64" in said


@pytest.mark.parametrize("compiler", COMPILERS[:1])
def test_an_emulator_trains_as_well(ckp: Ckp, add_component: AddComponent, compiler: str) -> None:
    if not (shutil.which("aarch64-linux-gnu-gcc") and shutil.which("qemu-aarch64")):
        pytest.skip("needs a gcc and an emulator of another machine")
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    assert built(ckp, f"--compiler={compiler}", "--target=linux-arm64", "--pgo")["profiled"]
