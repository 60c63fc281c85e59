"""``--resume``: where a search stood, with the same program, and nothing measured twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ck_core import Workspace
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.space import Space
from ck_core.errors import UsageError
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.recorded_space import recorded_space, within
from experiments.benchmark_kit import needs_gcc
from tuning.resume_kit import (
    RESUME,
    answered,
    cut,
    edit_settings,
    experiment_of,
    points_of,
    searched,
)
from tuning.tuning_kit import trials_of, tuned_program

pytestmark = needs_gcc
VARIED = tuple(f"--param=env.V{n}=0,1" for n in range(2))


def test_a_search_that_ended_is_told_again(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    first = searched(ckp, "--param=WORK=8,1")
    recorded = points_of(ckp_home)
    for options in ((), ("--evaluations=1",), ("--evaluations=9",)):  # there are two in all
        again = answered(ckp, *RESUME, *options)
        assert points_of(ckp_home) == recorded
        assert again["configuration"] == first["configuration"]
        assert again["point"] == first["point"]
        assert again["command"] == first["command"]
        assert again["gains"] == first["gains"]
        assert again["evaluations"] == 2
        assert any("had ended" in one for one in again["notes"])


def test_more_time_alone_is_no_more_evaluations(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """What is not said of the budget stays as it was."""
    add_component("program", "it", *tuned_program())
    searched(ckp, "--param=WORK=8,4,1", "--evaluations=2")
    recorded = points_of(ckp_home)
    assert answered(ckp, *RESUME, "--max-time=600")["evaluations"] == 2
    found = Workspace().resume_tuning("experiment:tune-it", max_time_s=600)
    assert len(found.findings) == 2
    assert points_of(ckp_home) == recorded


def test_a_frontier_is_told_again(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    first = searched(ckp, "--objective=wall_s,size_bytes", "--param=PADDING=9,1")
    recorded = points_of(ckp_home)
    again = answered(ckp, *RESUME)
    assert points_of(ckp_home) == recorded
    assert again["frontier"] == first["frontier"]


def test_a_smaller_budget_forgets_nothing(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    searched(ckp, *VARIED, "--evaluations=3")
    cut(ckp_home, 3)
    assert answered(ckp, *RESUME, "--evaluations=1")["evaluations"] == 3
    assert len(trials_of(ckp_home, "tune-it")) == 3


def test_no_experiment(ckp: Ckp) -> None:
    done = ckp("autotune", "--resume=program:it")
    assert done.returncode == 2
    assert "not with 'program:it'" in done.stderr
    assert "ckp autotune --resume experiment:" in done.stderr


@pytest.mark.parametrize("option", ["--strategy=random", "--seed=2", "--finals=3", "--no-install"])
def test_what_cannot_change(ckp: Ckp, option: str) -> None:
    done = ckp(*RESUME, option)
    assert done.returncode == 2
    assert f"{option.partition('=')[0]} cannot be changed" in done.stderr


def test_another_program_is_refused(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    path = add_component("program", "it", *tuned_program())
    searched(ckp, *VARIED)
    cut(ckp_home, 2)
    source = (path / "main.c").read_text(encoding="utf-8")
    (path / "main.c").write_text(source + "\n/* another */\n", encoding="utf-8")
    done = ckp(*RESUME)
    assert done.returncode == 2
    assert "the files of program:it have changed" in done.stderr
    assert "ckp autotune program:it begins a new search" in done.stderr
    assert len(points_of(ckp_home)) == 2
    (path / "main.c").write_text(source, encoding="utf-8")
    assert answered(ckp, *RESUME)["evaluations"] == 4


def test_what_was_measured_of_other_files_for_a_while(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    path = add_component("program", "it", *tuned_program())
    searched(ckp, *VARIED)
    cut(ckp_home, 2)
    text = (experiment_of(ckp_home) / "points.jsonl").read_text(encoding="utf-8")
    first, second = text.splitlines(keepends=True)
    digest = points_of(ckp_home)[1]["program"]["digest"]
    changed = second.replace(digest, f"sha256:{'0' * 64}")
    (experiment_of(ckp_home) / "points.jsonl").write_text(first + changed, encoding="utf-8")
    done = ckp(*RESUME)
    assert done.returncode == 0, done.stderr
    assert "measured again" in done.stderr
    assert sum("trial" in one for one in points_of(ckp_home)) == 5
    assert path.is_dir()


def test_twins_after_a_resume_have_metrics(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    searched(ckp, "--param=IGNORED=0,1,2")
    cut(ckp_home, 2)
    answered(ckp, *RESUME)
    trials = trials_of(ckp_home, "tune-it")
    assert len(trials) == 3
    assert trials[2].metrics["wall_s"] == trials[0].metrics["wall_s"]


@pytest.mark.slow
def test_the_time_limit_holds_after_a_resume(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Else the program would be waited for until the test's own limit."""
    add_component("program", "it", *tuned_program())
    searched(ckp, "--param=BROKEN=0,4", "--evaluations=1")
    cut(ckp_home, 1)
    found = answered(ckp, *RESUME, "--evaluations=2")
    assert found["failures"] == {"timeout": 1}


def test_interrupted_before_its_first_new_trial(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "begun"
    meta, files = tuned_program()
    sleeps = f'#if SLEEPS\n  fclose(fopen("{mark}", "w")); for (;;);\n#endif\n'
    source = files["main.c"].replace("int main(void) {\n", f"int main(void) {{\n{sleeps}")
    add_component("program", "it", meta, {**files, "main.c": source})
    searched(ckp, "--param=SLEEPS=0,1", "--evaluations=1")
    cut(ckp_home, 1)
    command = [sys.executable, "-m", "ck_core", *RESUME[:2], "--evaluations=2"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not mark.exists():
        assert child.poll() is None, child.communicate()
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGINT)
    told, errors = child.communicate()
    assert child.returncode == 130, errors
    assert "Traceback" not in errors
    assert "goes on with: ckp autotune --resume experiment:tune-it" in told
    assert len(points_of(ckp_home)) == 1


@pytest.mark.skipif(
    not (shutil.which("aarch64-linux-gnu-gcc") and shutil.which("qemu-aarch64")),
    reason="needs a compiler and an emulator for arm64",
)
def test_the_target_is_kept(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    target = "--target=linux-arm64"
    found = answered(
        ckp,
        *("autotune", "program:it", target, "--tune=own", "--param=PADDING=4,2,1", "--json"),
        *("--objective=size_bytes", "--no-reduction", "--evaluations=2"),
    )
    assert target in found["command"]
    again = answered(ckp, *RESUME, "--evaluations=3")
    assert target in again["command"]
    assert {one["choices"]["target"] for one in points_of(ckp_home)} == {"linux-arm64"}


def test_what_is_offered_besides_is_left_out(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """As after a plugin was installed."""
    add_component("program", "it", *tuned_program())
    searched(ckp, "--param=env.V0=0,1", "--evaluations=1")
    cut(ckp_home, 1)

    def offer_more(values: dict[str, Any]) -> None:
        values["options"]["own"] = {"env.NEW": ["0", "1"], "env.V0": ["0", "1", "2"]}

    edit_settings(ckp_home, offer_more)
    assert answered(ckp, *RESUME, "--evaluations=9")["evaluations"] == 2


def test_what_is_no_longer_offered_is_named(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    searched(ckp, *VARIED, "--evaluations=1")
    cut(ckp_home, 1)
    edit_settings(ckp_home, lambda values: values["options"]["own"].pop("env.V1"))
    done = ckp(*RESUME)
    assert done.returncode == 2
    assert "V1 is no longer offered" in done.stderr


def space(*values: str, default: str = "0", place: Place = Place.MACRO, text: str = "") -> Space:
    one = Parameter(name="A", values=values, default=default, group="own", place=place)
    return Space((one,), (Expression(text),) if text else ())


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (space("0", "1"), "no longer has '2'"),
        (space("0", "1", "2", default="1"), "the default of A is '1', not '0'"),
        (space("0", "1", "2", place=Place.VARIABLE), "A is a variable, not a macro"),
    ],
)
def test_differences_are_named(now: Space, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        within(recorded_space(space("0", "1", "2")), now, "program:it")


def test_constraints_of_then() -> None:
    then, now = space("0", "1", text="A < 2"), space("0", "1", "3", text="A < 2")
    assert within(recorded_space(then), now, "program:it") == then
    with pytest.raises(UsageError, match="A < 2 no longer constrains"):
        within(recorded_space(then), space("0", "1"), "program:it")
