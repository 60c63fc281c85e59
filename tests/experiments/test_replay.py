"""Replays of points: what is rebuilt, what is said of it, and how the command ends."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.replay_kit import (
    EXPERIMENT,
    add_program,
    change_point,
    names,
    only,
    points,
    points_file,
    recorded,
    replayed,
    verdicts,
)
from programs.kit import shell


@pytest.fixture
def program(add_component: AddComponent, ckp: Ckp) -> Path:
    """``program:it``, which says one thing."""
    return add_program(add_component, ckp)


def test_the_same_is_reproduced(ckp: Ckp, program: Path) -> None:
    uid = recorded(ckp)
    point = only(replayed(ckp, 0))
    assert (point["point"], point["verdict"], point["cause"]) == (uid, "reproduced", None)
    assert point["substitutions"] == []
    assert point["same_machine"] is True
    assert verdicts(point)["correct"] == "reproduced"
    assert set(names(point)) <= {"load"}


def test_the_table_and_the_other_name(ckp: Ckp, program: Path) -> None:
    uid = recorded(ckp)
    done = ckp("reproduce", EXPERIMENT, "--metrics=correct", "--warmup=0")
    assert done.returncode == 0, done.stderr
    assert f"point {uid} (program:it): reproduced" in done.stdout
    assert "yes, both times" in done.stdout


def test_another_script_is_named_as_the_cause(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    slower = (
        "n=0; while [ $n -lt 300000 ]; do n=$((n+1)); done"  # time on a core, whatever else runs
    )
    (program / "run.sh").write_text(f"{slower}\necho same\n")
    point = only(replayed(ckp, 13, "--repeat=4", metrics="user_s"))
    assert verdicts(point)["user_s"] == "changed"
    assert point["cause"]["name"] == "source files"
    done = ckp("replay", EXPERIMENT, "--metrics=user_s")
    assert done.returncode == 13
    assert "is not reproduced: user_s: outside" in done.stderr
    assert "likeliest because of: source files (sha256:" in done.stderr
    assert f"ckp replay {EXPERIMENT} --point=" in done.stderr


@pytest.mark.parametrize(
    ("script", "said"),
    [("echo other", "gave a wrong result"), ("exit 3", "exit"), ("sleep 60", "--timeout")],
)
def test_what_fails_now_has_changed(ckp: Ckp, program: Path, script: str, said: str) -> None:
    recorded(ckp)
    (program / "run.sh").write_text(f"{script}\n")
    point = only(replayed(ckp, 13, "--timeout=2"))
    assert point["reason"]
    assert said in point["reason"] or script == "sleep 60"
    assert point["cause"]["name"] == "source files"


def test_noise_leaves_it_open(ckp: Ckp, program: Path) -> None:
    """Four values of a time cannot tell three percent."""
    recorded(ckp)
    point = only(replayed(ckp, 14, "--repeat=1", metrics="wall_s"))
    assert verdicts(point)["wall_s"] == "cannot tell"
    done = ckp("replay", EXPERIMENT, "--metrics=wall_s", "--repeat=1")
    assert done.returncode == 14
    assert "nobody can tell" in done.stderr
    assert "--precision" in done.stderr


def test_a_program_that_is_gone(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    shutil.rmtree(program)
    point = only(replayed(ckp, 14))
    assert point["reason"].startswith("program:it is not here")
    assert "repository local" in point["reason"]


def test_a_renamed_program_is_found_by_its_uid(ckp: Ckp, add_component: AddComponent) -> None:
    add_program(add_component, ckp, keys={"backup_data_uid": "0123456789abcdef"})
    recorded(ckp)
    assert ckp("mv", "program:it", "::renamed").returncode == 0
    point = only(replayed(ckp, 0))
    assert point["verdict"] == "reproduced"


def test_a_command_that_is_gone(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    meta = json.loads((program / ".cm/meta.json").read_text())
    meta["run_cmds"] = {"another": meta["run_cmds"]["default"]}
    (program / ".cm/meta.json").write_text(json.dumps(meta))
    assert "default" in only(replayed(ckp, 14))["reason"]


def test_variables_and_repetitions_are_the_recorded(ckp: Ckp, add_component: AddComponent) -> None:
    keys = {"run_vars": {"CT_REPEAT_MAIN": "2", "N": "1"}}
    add_program(add_component, ckp, 'echo "$N $CT_REPEAT_MAIN" >>"$SEEN"; echo same', keys=keys)
    seen = str(points_file_place(add_component))
    recorded(ckp, "program:it", "--env.N=7", f"--env.SEEN={seen}", "--env.CT_REPEAT_MAIN=3")
    before = len(Path(seen).read_text().splitlines())
    replayed(ckp, 14, "--trust")  # of another number of repetitions there is no reference
    lines = Path(seen).read_text().splitlines()
    assert len(lines) == 2 * before
    assert set(lines) == {"7 3"}


def points_file_place(add_component: AddComponent) -> Path:
    place = add_component("script", "place", {})
    return place / "seen.txt"


def test_a_dataset_that_changed_and_one_that_is_gone(ckp: Ckp, add_component: AddComponent) -> None:
    meta = shell("cat $#dataset_path#$/$#dataset_filename#$", run_correctness_output_files=[])
    meta["run_cmds"]["default"]["dataset_tags"] = ["words"]
    add_component("program", "it", meta)
    described = {"tags": ["words"], "dataset_files": ["words.txt"]}
    first = add_component("dataset", "first", described, {"words.txt": "a\n"})
    recorded(ckp)
    (first / "words.txt").write_text("b\n")
    point = only(replayed(ckp, 14))
    assert "dataset hash" in names(point)
    add_component("dataset", "second", described, {"words.txt": "a\n"})
    shutil.rmtree(first)
    point = only(replayed(ckp, 14))
    (said,) = point["substitutions"]
    assert said == "dataset:first is not here: local:dataset:second takes its place"
    assert "dataset" in names(point)


def test_replays_are_recorded_and_not_replayed_themselves(ckp: Ckp, program: Path) -> None:
    uid = recorded(ckp)
    point = only(replayed(ckp, 0, "--record"))
    kept = points(ckp)[-1]
    assert kept["uid"] == point["recorded_as"] != uid
    assert kept["replay_of"] == uid
    assert f"replay of {uid}" in kept["notes"]  # for programs that read it there
    assert kept["command_line"][:3] == ["ckp", "replay", EXPERIMENT]
    assert only(replayed(ckp, 0))["point"] == uid
    assert only(replayed(ckp, 0, f"--point={kept['uid']}"))["point"] == kept["uid"]
    done = ckp("show", EXPERIMENT, "--filter", f"replay_of={uid}", "--json")
    assert [one["uid"] for one in json.loads(done.stdout)] == [kept["uid"]]


def test_a_replay_of_an_earlier_version_is_known_by_its_note(ckp: Ckp, program: Path) -> None:
    uid = recorded(ckp)
    replayed(ckp, 0, "--record")
    first, second = points(ckp)
    del second["replay_of"]
    points_file(ckp).write_text("".join(json.dumps(one) + "\n" for one in (first, second)))
    assert only(replayed(ckp, 0))["point"] == uid


def test_which_points(ckp: Ckp, program: Path) -> None:
    first = recorded(ckp)
    recorded(ckp, "program:it", "--env.N=1,2")
    second, third = (one["uid"] for one in points(ckp)[-2:])
    found = [one["point"] for one in replayed(ckp, 0)["points"]]
    assert found == [first, second, third]
    last = [one["point"] for one in replayed(ckp, 0, "--last")["points"]]
    assert last == [second, third]
    assert only(replayed(ckp, 0, f"--point={first[:10]}"))["point"] == first


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--point=ffffffffffff",), 3, "has no point 'ffffffffffff'"),
        (("--point=",), 2, "--point needs a UID"),
        (("--metrics=wal_s",), 2, "did you mean wall_s?"),
        (("--repeat=1", "--precision=1%"), 2, "exclude each other"),
        (("--last", "--point=a"), 2, "exclude each other"),
        (("--tolerance=7",), 2, "write 1% or 0.01"),
    ],
)
def test_impossible_wishes(
    ckp: Ckp, program: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    recorded(ckp)
    recorded(ckp)
    done = ckp("replay", EXPERIMENT, *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_beginning_of_two_uids(ckp: Ckp, program: Path) -> None:
    recorded(ckp, "program:it", "--env.N=1,2")
    found = [{**one, "uid": f"abc{number:013}"} for number, one in enumerate(points(ckp))]
    points_file(ckp).write_text("".join(json.dumps(one) + "\n" for one in found))
    done = ckp("replay", EXPERIMENT, "--point=ABC")
    assert done.returncode == 2
    assert "2 points begin with ABC" in done.stderr


def test_nothing_to_replay(ckp: Ckp, add_component: AddComponent) -> None:
    assert ckp("replay", EXPERIMENT).returncode == 3
    assert ckp("replay", "program:it").returncode == 2
    add_component("experiment", "of-test", {})
    done = ckp("replay", EXPERIMENT)
    assert done.returncode == 3
    assert "has no point that ended well (0 in all)" in done.stderr


def test_a_failed_point_is_refused(ckp: Ckp, program: Path) -> None:
    (program / "run.sh").write_text("exit 3\n")
    ckp("benchmark", "program:it", "--repeat=1", "--record", "--record-uoa=of-test")
    uid = points(ckp)[-1]["uid"]
    done = ckp("replay", EXPERIMENT, f"--point={uid}")
    assert done.returncode == 2
    assert "failed when it was recorded (run)" in done.stderr


def test_another_machine_is_said(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    other = {"fingerprint": "0" * 16, "cpu": "Imaginary 9000", "kernel": "2.6.18"}
    change_point(ckp, {"features": other})
    point = only(replayed(ckp, 0))
    assert point["same_machine"] is False
    assert names(point)[:2] == ["cpu", "kernel"]
    done = ckp("replay", EXPERIMENT, "--metrics=correct")
    assert "it was recorded on another machine" in done.stdout


def test_another_architecture_is_built_for_this_one(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    change_point(ckp, {"choices": {"target": "linux-s390x"}})
    (said,) = only(replayed(ckp, 0))["substitutions"]
    assert said.startswith("it ran on a machine of linux-s390x")


def test_it_is_pinned_as_it_was(ckp: Ckp, program: Path) -> None:
    cpu = str(min(os.sched_getaffinity(0)))
    recorded(ckp, "program:it", f"--pin={cpu}")
    assert points(ckp)[-1]["features"]["pinned"] == cpu
    point = only(replayed(ckp, 0, "--record"))
    assert points(ckp)[-1]["features"]["pinned"] == cpu
    assert "pinned" not in names(point)


def test_what_is_not_told_is_no_cause(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    found = points(ckp)
    found[-1]["features"] = {}
    points_file(ckp).write_text(json.dumps(found[-1]) + "\n")
    point = only(replayed(ckp, 0))
    assert "kernel" in point["unknown"]
    assert "kernel" not in names(point)


def test_a_line_that_is_nonsense_is_told_and_left_out(ckp: Ckp, program: Path) -> None:
    uid = recorded(ckp)
    with points_file(ckp).open("a") as stream:
        stream.write('{"schema": 99}\n{"uid": \n')
    done = ckp("replay", EXPERIMENT, "--metrics=correct", "--json")
    assert done.returncode == 0
    assert done.stderr.count("points.jsonl:") == 2
    assert json.loads(done.stdout)["points"][0]["point"] == uid


@pytest.mark.parametrize(
    ("group", "values", "said"),
    [
        ("choices", {"flags": "-O2 '"}, "flags of point"),
        ("choices", {"flags": "-O2 \0"}, "flags of point"),
        ("choices", {"env.A=B": "1"}, "environment variable"),
        ("choices", {"env.A": "\0"}, "environment variable"),
        ("program", {"cid": "program:../../x", "uid": ""}, "is not here"),
        ("program", {"cid": "program:*", "uid": ""}, "is not here"),
        ("program", {"cid": "", "uid": ""}, "is not here"),
    ],
)
def test_a_point_edited_into_nonsense(
    ckp: Ckp, program: Path, group: str, values: dict[str, str], said: str
) -> None:
    recorded(ckp)
    change_point(ckp, {group: values})
    assert said in only(replayed(ckp, 14))["reason"]


def add_compiled(add_component: AddComponent) -> None:
    """``program:it``, for which any C compiler will do."""
    needs = {"compiler": {"tags": "compiler,lang-c"}}
    meta = {**shell("$#BIN_FILE#$"), "source_files": ["main.c"], "compile_deps": needs}
    add_component("program", "it", meta, {"main.c": f"{WORK} return 0; }}\n"})


def test_a_point_of_ck(ckp: Ckp, add_component: AddComponent) -> None:
    """CK noted the program, choices and characteristics, but not what it was resolved to."""
    add_compiled(add_component)
    noted = {"program_uoa": "it", "cmd_key": "default"}
    place = add_component("experiment", "of-test", {"meta": noted})
    start = place / "ckp-0123456789abcdef"
    features = {"choices": {"env": {"N": "1"}}, "features": {}}
    Path(f"{start}.features.json").write_text(json.dumps(features))
    flat = {"##characteristics#run#execution_time#all": [0.1, 0.1, 0.1, 0.1]}
    Path(f"{start}.flat.json").write_text(json.dumps(flat))
    done = ckp("replay", EXPERIMENT, "--json", "--warmup=0")
    assert done.returncode in {13, 14}, done.stderr
    point = only(json.loads(done.stdout))
    assert point["point"] == "0123456789abcdef"
    assert "does not hold what it was resolved to" in point["substitutions"][0]


def test_until_it_is_known_well_enough(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    answer = replayed(ckp, 0, "--precision=50%", "--max-time=5")
    assert answer["verdict"] == "reproduced"


TOOLS = ("as", "ld", "objdump", "ar", "nm", "sh")
WORK = "int main(void) { volatile double x = 1; for (long i = 0; i < 5000000; i++) x *= 1.0000001;"


@pytest.fixture
def only_gcc_11(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has no other compiler."""
    place = tmp_path / "only-gcc-11"
    place.mkdir()
    for name in ("gcc-11", *TOOLS):
        if (found := shutil.which(name)) is None:
            pytest.skip(f"{name} is not on this machine")
        (place / name).symlink_to(found)
    return {"PATH": str(place), "CKP_COMPILER_DIRS": ""}


def test_another_compiler_version_is_named_first(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, only_gcc_11: dict[str, str]
) -> None:
    """GCC 12 recorded it, only GCC 11 is here now."""
    if shutil.which("gcc-12") is None:
        pytest.skip("gcc-12 is not on this machine")
    add_compiled(add_component)
    recorded(ckp, "program:it", "--compiler=gcc@12", "--flags=-O1 -g")
    assert points(ckp)[-1]["choices"]["compiler"].startswith("gcc@12")
    shutil.rmtree(ckp_home / "repos/local/env")
    answer = replayed(ckp, 13, metrics="size_bytes", **only_gcc_11)
    point = only(answer)
    assert names(point)[0] == "compiler"
    assert point["cause"]["recorded"].startswith("gcc@12")
    assert point["cause"]["now"].startswith("gcc@11")
    assert next(one["name"] for one in point["metrics"][0]["causes"]) == "compiler"
    assert "cannot be had here, the nearest is gcc@11" in point["substitutions"][0]
    again = only(replayed(ckp, 0, metrics="size_bytes"))
    assert again["substitutions"] == []
    assert os.environ["PATH"] != only_gcc_11["PATH"]
