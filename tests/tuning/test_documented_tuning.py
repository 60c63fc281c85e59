"""What docs/tuning.md and docs/plugins.md show of tuning works as it stands there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.domain.component import Component
from ck_core.domain.program import parse_program
from ck_core.domain.tuning.choices_reading import GROUP, read_choices
from ck_core.store.schemas import check_meta
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.workspace.tunings import Tuning
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

DOCS = Path(__file__).resolve().parents[2] / "docs"
TUNING, PLUGINS = ((DOCS / name).read_text("utf-8") for name in ("tuning.md", "plugins.md"))
QUICK = ("--finals=2", "--repeat=2", "--no-reduction", "--compiler=gcc", "--json")


def block(text: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def transpose(add_component: AddComponent) -> Path:
    meta, source = json.loads(block(TUNING, "json")), block(TUNING, "c")
    return add_component("program", "transpose", meta, {"transpose.c": source})


@pytest.mark.slow
@needs_gcc
def test_the_program_of_the_page_from_top_to_bottom(
    ckp: Ckp, ckp_home: Path, transpose: Path
) -> None:
    assert check_meta("program", block(TUNING, "json"), "meta.json") == []
    run, listed, search = block(TUNING, "sh").splitlines()
    for line in (run, listed):
        done = ckp(*shlex.split(line)[1:])
        assert done.returncode == 0, done.stderr
    assert (transpose / "reference/default/none/stdout.txt").is_file()
    assert "BLOCK_ROWS" in done.stdout
    fewer = search.replace("--evaluations 20", "--evaluations 8")
    done = ckp(*shlex.split(fewer)[1:], *QUICK)
    assert done.returncode == 0, done.stderr
    assert not json.loads(done.stdout)["failures"]
    tried = [configuration_of(one) for one in trials_of(ckp_home, "tune-transpose")]
    assert len(tried) == 8
    assert tried[0] == {}
    assert len({name for one in tried for name in one}) > 2
    assert all("AHEAD" not in one or one["PREFETCH"] == "1" for one in tried)


@pytest.mark.slow
@needs_gcc
def test_the_script_of_the_page(ckp: Ckp, ckp_home: Path, transpose: Path) -> None:
    """As it stands there, with fewer trials and runs."""
    assert ckp("run", "program:transpose", "--record_reference").returncode == 0
    script = block(TUNING.split("## From Python")[1], "python")
    few = "evaluations=2, final_repetitions=2, repetitions=2, reduce=False"
    script = script.replace("evaluations=20", few).replace("evaluations=30", "evaluations=3")
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "as it is" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("3 ")
    assert len(trials_of(ckp_home, "my-search")) == 3


def test_the_names_of_the_page() -> None:
    section = TUNING.split("## From Python")[1]
    assert all(re.search(rf"`{name}\b", section) for name in Tuning.__annotations__)


def test_the_choices_of_the_page() -> None:
    values = json.loads(block(TUNING, "json"))
    component = Component(
        repository="l", kind="program", alias="it", uid="", path=Path("/it"), values=values
    )
    program = parse_program(component)
    found = {one.name: one for one in read_choices(program, program.command("")).parameters}
    assert found["BLOCK_ROWS"].values == ("4", "8", "16", "32", "64", "128", "256")
    assert found["STRIPES"].default == "1"
    assert found["PREFETCH"].default == "0"
    assert {one.group for one in found.values()} == {GROUP}


@needs_gcc
@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("--param=-O=-O1,-Os", ["", "-O1", "-Os"]),
        ("--param=TILE=8,16,32", ["8", "16", "32"]),
        ("--param=env.NAME=1,2", ["1", "2"]),
        ("--param=-falign-loops=16,32", ["", "-falign-loops=16", "-falign-loops=32"]),
    ],
)
def test_what_the_user_names(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, option: str, values: list[str]
) -> None:
    add_component("program", "it", *tuned_program())
    words = ("autotune", "program:it", "--tune=own", "--strategy=exhaustive", option)
    done = ckp(*words, *QUICK)
    assert done.returncode == 0, done.stderr
    assert not json.loads(done.stdout)["failures"]
    trials = trials_of(ckp_home, "tune-it")
    told = [{**one.choices, **configuration_of(one)} for one in trials]
    name = option.split("=")[1].removeprefix("env.")
    assert sorted(str(one.get(name, values[0])) for one in told) == sorted(values)


@pytest.mark.slow
@needs_gcc
def test_the_plugin_of_the_guide(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, tmp_path: Path
) -> None:
    announced(tmp_path)
    add_component("program", "it", *tuned_program())
    listed = ckp("autotune", "program:it", "--list", PYTHONPATH=str(tmp_path))
    assert "MALLOC_TRIM_THRESHOLD_" in listed.stdout, listed.stderr
    words = ("autotune", "program:it", "--tune=memory", "--strategy=stepwise", "--evaluations=8")
    done = ckp(*words, "--seed=1", *QUICK, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["strategy"] == "stepwise"
    tried = [configuration_of(one) for one in trials_of(ckp_home, "tune-it")]
    mapped, kept = "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"
    assert tried[:2] == [{}, {mapped: "33554432", kept: "33554432"}]
    assert 3 <= len(tried) <= 8  # it ends where nothing near the best is left
    assert len({json.dumps(one, sort_keys=True) for one in tried}) == len(tried)
    assert all(int(one[kept]) >= int(one[mapped]) for one in tried if {mapped, kept} <= {*one})


def announced(place: Path) -> None:
    """As if it were installed."""
    code = re.search(r"```python\n# my_pack/memory.py\n(.*?)```", PLUGINS, re.DOTALL)
    assert code
    (place / "my_pack").mkdir()
    (place / "my_pack" / "memory.py").write_text(code[1], encoding="utf-8")
    information = place / "my_pack-0.1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: my-pack\nVersion: 0.1.0\n")
    (information / "entry_points.txt").write_text("[ckp]\nmemory = my_pack.memory\n")


@pytest.mark.slow
def test_profile_guided_builds_of_the_page(ckp: Ckp) -> None:
    if not (shutil.which("g++") and shutil.which("clang-19")):
        pytest.skip("needs real compilers")
    (first, second) = (
        line.replace("clang", "clang@19")
        for line in block(TUNING.split("## Profile-guided")[1], "").splitlines()
    )
    for line in (first, second):
        done = ckp(*shlex.split(line)[1:], "--repeat=2")
        assert done.returncode == 0, done.stderr
