"""``ckp autotune --predict``, and searches that begin with what suited similar programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import UsageError
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.workspace.workspace import Workspace
from experiments.benchmark_kit import needs_gcc, recorded
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

pytestmark = needs_gcc
TUNE = ("--compiler=gcc", "--tune=own", "--seed=1")
OPTIONS = (*TUNE, "--param=WORK=16,8,4,2,1", "--json")
FAR_APART = (*TUNE, "--param=WORK=16,4,1", "--json")  # a busy machine tells them apart as well
FLOATS = """
double sum(const double *values, int count) {
  double found = 0;
  for (int n = 0; n < count; n++) found += values[n] * values[n];
  return found;
}
"""


def add_program(add_component: AddComponent, name: str, uid: int, source: str = "") -> None:
    meta, files = tuned_program(backup_data_uid=f"{uid:016x}")
    add_component("program", name, meta, {**files, "main.c": source + files["main.c"]})


def add_search(
    add_component: AddComponent, uid: int, configuration: dict[str, str], **result: Any
) -> Path:
    """What a search of another program left behind: ``tuned-...`` alone, without its trials."""
    values = {
        "schema": 1,
        "program": f"{uid:016x}",
        "compiler": "gcc@12.2.0",
        "objective": "wall_s",
        "configuration": configuration,
        "gain": 1.5,
        **result,
    }
    files = {f"tuned-{uid:016x}.json": json.dumps(values)}
    return add_component(
        "experiment", f"tune-{uid}", {"backup_data_uid": f"{99 + uid:016x}"}, files
    )


def features_of(ckp: Ckp, name: str) -> dict[str, float]:
    done = ckp("features", f"program:{name}", "--compiler=gcc", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout)["features"]
    return found


def predicted(
    ckp: Ckp, name: str, *options: str, common: tuple[str, ...] = OPTIONS
) -> dict[str, Any]:
    done = ckp("autotune", f"program:{name}", "--predict", "--finals=8", *common, *options)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("model", ["nearest", "forest"])
def test_searches_of_other_programs_predict(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, model: str
) -> None:
    for uid, source in enumerate(["", "", FLOATS, FLOATS], start=1):
        add_program(add_component, f"p{uid}", uid, source)
    for name in ("p1", "p2", "p3"):
        search = ("--strategy=exhaustive", "--finals=8", "--no-reduction")
        done = ckp("autotune", f"program:{name}", *search, *FAR_APART)
        assert done.returncode == 0, done.stderr
    if model == "forest":
        pytest.importorskip("sklearn")
    options = (f"--model={model}", "--record-uoa=prediction")
    found = predicted(ckp, "p4", *options, common=FAR_APART)
    assert found["configuration"] == {"WORK": "1"}
    assert found["evaluations"] == 0
    assert found["strategy"] == f"predict-{model}"
    assert found["gains"][0]["verdict"] == "faster"
    assert "3 other programs" in found["notes"][0]
    assert "--flags=-DWORK=1" in found["command"]
    assert not trials_of(ckp_home, "prediction")


def test_what_suited_the_most_similar_is_measured(ckp: Ckp, add_component: AddComponent) -> None:
    add_program(add_component, "it", 1)
    own = features_of(ckp, "it")
    other = {name: value + 0.5 for name, value in own.items()}
    add_search(add_component, 2, {"WORK": "8"}, features=other, gain=9.0)
    add_search(add_component, 3, {"WORK": "1"}, features=own)
    add_search(add_component, 4, {"WORK": "16"}, features=other, gain=9.0)
    found = predicted(ckp, "it")
    assert found["configuration"] == {"WORK": "1"}
    assert found["gains"][0]["verdict"] == "faster"
    assert found["gains"][0]["low"] > 1.5


def test_the_program_as_it_is_is_no_winner_over_itself(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_program(add_component, "it", 1)
    own = features_of(ckp, "it")
    for uid in (2, 3, 4):
        add_search(add_component, uid, {}, features=own, gain=1.0)
    found = predicted(ckp, "it")
    assert found["configuration"] is None
    assert (found["gains"], found["command"], found["proved"]) == ([], "", False)
    said = " ".join(found["notes"])
    assert "nothing better was found for program:" in said
    assert "expected" not in said
    assert trials_of(ckp_home, "tune-it") == []


def test_the_program_as_it_is_is_measured_and_recorded_where_nothing_is_better(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_program(add_component, "it", 1)
    own = features_of(ckp, "it")
    for uid in (2, 3, 4):
        add_search(add_component, uid, {}, features=own, gain=1.0)
    done = ckp("autotune", "program:it", "--predict", "--finals=2", *OPTIONS[:-1])
    assert done.returncode == 0, done.stderr
    head, as_it_is, lower, *notes = done.stdout.splitlines()
    assert head.split() == ["measured", "in", "turn", "wall_s"]
    assert as_it_is.startswith("as it is (-O3 -DWORK=16)")
    assert lower.startswith("-O2")
    base = as_it_is.partition(")")[0]
    assert f"- nothing better than the program {base}) was predicted: keep it" in notes
    assert "- recorded in local:experiment:tune-it: ckp show experiment:tune-it" in notes
    assert "evaluations" not in done.stdout
    roles = [one.extra["tuning"]["role"] for one in recorded(ckp_home, "tune-it")]
    assert roles == ["as it is", "-O2"]
    assert ckp("show", "experiment:tune-it").stdout.splitlines()[:3] == [head, as_it_is, lower]


@pytest.mark.slow
def test_predictions_are_evaluated_program_by_program(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Three of the same features won by WORK=1; the fourth, unlike them, by nothing."""
    for uid in (1, 2, 3, 4):
        add_program(add_component, f"p{uid}", uid, FLOATS if uid == 4 else "")
    alike = features_of(ckp, "p1")
    for uid in (1, 2, 3):
        add_search(add_component, uid, {"WORK": "1"}, features=alike)
    add_search(add_component, 4, {}, features=features_of(ckp, "p4"), gain=1.0)
    command = ("autotune", "--predict", "--evaluate", "--model=nearest", "--finals=8", *OPTIONS)
    done = ckp(*command)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [one["program"] for one in rows] == ["p1", "p2", "p3", "p4"]
    assert all(one["nearest"]["gain"] > 1.5 for one in rows)
    assert all(one["nearest"]["verdict"] == "faster" for one in rows)
    assert rows[3]["search"]["as_it_is"]
    assert rows[0]["search"]["error"] == "its last runs are not recorded"
    table = ckp("autotune", "program:p4", *command[1:-1])
    assert table.returncode == 0, table.stderr
    head, row, mean, *notes = table.stdout.splitlines()
    assert head.split() == ["program", "search", "nearest"]
    assert row.split()[:3] == ["p4", "as", "it"]
    assert row.endswith("+")
    assert mean.split()[:3] == ["geometric", "mean", "1.000"]
    assert len(notes) == 2
    (again,) = Workspace().evaluate_predictions(
        "program:p4",
        compiler="gcc",
        groups=["own"],
        own={"WORK": [16, 8, 4, 2, 1]},
        seed=1,
        final_repetitions=8,
    )
    assert again.program == "p4"
    assert (again.answers["nearest"].ratio or 0) > 1.5


def evaluated_in_vain(ckp: Ckp, *options: str) -> str:
    """What is said before it turns out that too few searches are recorded."""
    done = ckp("autotune", "--predict", "--evaluate", "--compiler=gcc", "--model=nearest", *options)
    assert done.returncode == 2, done.stderr
    return done.stderr


def test_each_program_is_evaluated_by_its_own_metric(ckp: Ckp, add_component: AddComponent) -> None:
    """Its searches are those that predictions of the same learn from."""
    add_component("program", "it", *tuned_program(backup_data_uid=f"{1:016x}", metric="cpu_s"))
    add_search(add_component, 1, {"WORK": "1"}, features={"a_share": 1.0})
    assert "no searches are recorded" in evaluated_in_vain(ckp)
    assert "it: a prediction needs" in evaluated_in_vain(ckp, "--objective=wall_s")
    own = {"program": f"{1:016x}", "objective": "cpu_s", "features": {"a_share": 1.0}}
    add_search(add_component, 2, {"WORK": "1"}, **own)
    assert "it: a prediction needs" in evaluated_in_vain(ckp)


def test_searches_that_may_know_the_answer_are_told_of(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_program(add_component, "it", 1)
    search = ("autotune", "program:it", *OPTIONS, "--evaluations=1", "--finals=2")
    assert ckp(*search, "--from-scratch", "--record-uoa=scratch").returncode == 0
    assert "may have begun" not in evaluated_in_vain(ckp)
    assert ckp(*search).returncode == 0
    told = evaluated_in_vain(ckp)
    assert "1 of 2 recorded searches may have begun with what won for" in told
    assert "--from-scratch" in told


def test_what_cannot_be_evaluated_from_python(ckp_home: Path) -> None:
    with pytest.raises(UsageError, match="no searches are recorded"):
        Workspace().evaluate_predictions()
    with pytest.raises(UsageError, match="no searches for cpu_s are recorded"):
        Workspace().evaluate_predictions(objectives=["cpu_s"])
    with pytest.raises(UsageError, match="measures one at a time"):
        Workspace().evaluate_predictions(jobs=2)
    with pytest.raises(UsageError, match="there is no model 'oracle'"):
        Workspace().evaluate_predictions(models=["oracle"])
    with pytest.raises(UsageError, match="for one objective"):
        Workspace().evaluate_predictions(objectives=["wall_s", "size_bytes"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--evaluate",), "--evaluate is of predictions"),
        (("--evaluate", "--predict", "--objective=wall_s,size_bytes"), "for one objective"),
        (("--evaluate", "--predict"), "no searches are recorded"),
        (("--evaluate", "--predict", "--jobs=2"), "measures one at a time"),
    ],
    ids=["no prediction", "two objectives", "nothing recorded", "side by side"],
)
def test_what_cannot_be_evaluated(ckp: Ckp, options: tuple[str, ...], said: str) -> None:
    done = ckp("autotune", *options)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "->" in done.stderr


@pytest.mark.slow
def test_a_prediction_that_does_not_work_is_told_and_passed_over(
    ckp: Ckp, add_component: AddComponent
) -> None:
    meta, files = tuned_program()
    source = '#if WORK == 1\n#error "too little"\n#endif\n' + files["main.c"]
    add_component("program", "it", meta, {**files, "main.c": source})
    own = features_of(ckp, "it")
    other = {name: value + 0.5 for name, value in own.items()}
    add_search(add_component, 2, {"WORK": "1"}, features=own)
    for uid in (3, 4):
        add_search(add_component, uid, {"WORK": "2"}, features=other)
    found = predicted(ckp, "it")
    assert found["configuration"] == {"WORK": "2"}
    assert any("fails here (build)" in note for note in found["notes"])


@pytest.mark.slow
def test_a_prediction_that_breaks_a_constraint_is_passed_over(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_program(add_component, "it", 1, "#if WORK == 1\n#define PADDING 4\n#endif\n")
    own = features_of(ckp, "it")
    other = {name: value + 0.5 for name, value in own.items()}
    add_search(add_component, 2, {"WORK": "1"}, features=own)
    for uid in (3, 4):
        add_search(add_component, uid, {"WORK": "2"}, features=other)
    found = predicted(ckp, "it", "--constraint=size_bytes<300kB")
    assert found["configuration"] == {"WORK": "2"}
    assert any("breaks size_bytes<300kB" in note for note in found["notes"])
    nothing = ("--predict", "--finals=2", "--constraint=size_bytes<1kB")
    done = ckp("autotune", "program:it", *nothing, *OPTIONS)
    assert done.returncode == 15, done.stderr
    assert "breaks size_bytes<1kB" in done.stderr


@pytest.mark.parametrize(
    ("others", "options", "said"),
    [
        (2, (), "at least 3 other programs with gcc; there are 2"),
        (3, ("--objective=wall_s,size_bytes",), "for one objective"),
        (3, ("--objective=size_bytes",), "there are 0"),
        (3, ("--model=tree",), "pip install 'ck-core[learning]'"),
        (3, ("--resume=experiment:it",), "exclude each other"),
    ],
    ids=["too few", "two objectives", "another objective", "no library", "resume"],
)
def test_what_cannot_be_predicted(
    ckp: Ckp,
    add_component: AddComponent,
    tmp_path: Path,
    *,
    others: int,
    options: tuple[str, ...],
    said: str,
) -> None:
    (tmp_path / "sklearn.py").write_text("raise ImportError('not here')\n")
    add_program(add_component, "it", 1)
    for uid in range(1, others + 2):  # its own do not count
        add_search(add_component, uid, {"WORK": "1"}, features={"a_share": uid / 10})
    command = ("autotune", "program:it", "--predict", *OPTIONS, *options)
    done = ckp(*command, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_search_begins_with_what_suited_similar_programs(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_program(add_component, "it", 1)
    own = features_of(ckp, "it")
    other = {name: value + 0.5 for name, value in own.items()}
    add_search(add_component, 2, {"WORK": "8"}, features=other, gain=9.0)
    add_search(add_component, 3, {"WORK": "1"}, features=own, gain=1.1)
    add_search(add_component, 4, {"WORK": "2"}, gain=10.0)  # by a ckp that kept no features
    search = ("--evaluations=4", "--no-reduction", "--finals=2", "--repeat=2")
    done = ckp("autotune", "program:it", *search, *OPTIONS)
    assert done.returncode == 0, done.stderr
    begun = [configuration_of(one) for one in trials_of(ckp_home, "tune-it")]
    assert begun == [{}, {"WORK": "1"}, {"WORK": "8"}, {"WORK": "2"}]
    (result,) = (ckp_home / "repos/local/experiment/tune-it").glob("tuned-*.json")
    assert json.loads(result.read_text())["features"] == own


def test_what_won_for_the_opposite_is_no_start(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """A search before there was a direction made its metric small."""
    add_program(add_component, "it", 1)
    of_size = {"program": f"{1:016x}", "objective": "size_bytes"}
    add_search(add_component, 2, {"PADDING": "3"}, **of_size, maximize=True)
    add_search(add_component, 3, {"PADDING": "1"}, **of_size)
    options = (*OPTIONS[:3], "--param=PADDING=2,1,3", "--evaluations=2", "--no-reduction", "--json")
    for name, begun in (("objective", "1"), ("maximize", "3")):
        asked = (f"--{name}=size_bytes", f"--record-uoa={name}")
        done = ckp("autotune", "program:it", *options, *asked)
        assert done.returncode == 0, done.stderr
        _, first = [configuration_of(one) for one in trials_of(ckp_home, name)]
        assert first == {"PADDING": begun}
        (result,) = (ckp_home / f"repos/local/experiment/{name}").glob("tuned-*.json")
        assert json.loads(result.read_text())["maximize"] is (begun == "3")
        result.unlink()


def test_what_won_for_the_same_program_comes_first_whatever_its_features(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Its source has changed since, or its features are not known; others gained more."""
    add_program(add_component, "it", 1)
    own = features_of(ckp, "it")
    other = {name: value + 0.5 for name, value in own.items()}
    for uid in range(2, 6):
        add_search(add_component, uid, {"WORK": "1", "IGNORED": str(uid)}, features=own, gain=9.0)
    add_search(add_component, 21, {"WORK": "8"}, features=other, gain=1.1, program=f"{1:016x}")
    add_search(add_component, 22, {"WORK": "2"}, gain=1.01, program=f"{1:016x}")
    search = ("--evaluations=4", "--no-reduction", "--finals=2", "--repeat=1")
    done = ckp("autotune", "program:it", *search, *OPTIONS, "--param=IGNORED=0,2,3,4,5")
    assert done.returncode == 0, done.stderr
    begun = [configuration_of(one) for one in trials_of(ckp_home, "tune-it")]
    assert begun[:3] == [{}, {"WORK": "8"}, {"WORK": "2"}]
