"""The solution of docs/solutions.md, as it stands there."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "solutions.md").read_text("utf-8")
PROGRAM = {
    "tags": ["demo"],
    "source_files": ["it.c"],
    "compile_deps": {"compiler": {"tags": "compiler,lang-c"}},
    "compiler_env": "CK_CC",
    "run_cmds": {"default": {"run_time": {"run_cmd_main": "$#BIN_FILE#$"}}},
}


@pytest.mark.usefixtures("whole_machine")
def test_it_runs_by_its_own_words(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (meta,) = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    add_component("solution", "which-compiler", meta)
    add_component("program", "it", PROGRAM, {"it.c": "int main(void) { return 0; }\n"})
    if not shutil.which("clang-19"):
        pytest.skip("it compares two compilers, and there is no clang here")
    words = ("--program=it", "--runs=6")
    done = ckp("run", "solution:which-compiler", *words)
    assert done.returncode == 0, done.stderr
    kept = tmp_path / "which-compiler-results" / "which.csv"
    assert "wall_s" in kept.read_text(encoding="utf-8").splitlines()[0]
    assert done.stdout.endswith(f"- {kept}\n")
