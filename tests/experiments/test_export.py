"""ckp export and ckp import: nothing is lost where the format can hold it."""

from __future__ import annotations

import csv
import json
import shutil
import stat
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.point import Point, Scalar
from ck_core.experiments.reading.experiment import load_experiment
from ck_core.experiments.transfer.exporting import write_points
from ck_core.experiments.transfer.parquet_export import write_parquet
from ck_core.store.experiments.reading import read_points
from ck_core.testing.fixtures import Ckp
from experiments.point_kit import sample
from experiments.recorded_kit import failed, record


def points() -> list[Point]:
    large = replace(sample(7), choices={**sample(7).choices, "seed": 2**70, "mixed": "text"})
    other = replace(sample(8), choices={**sample(8).choices, "seed": 1, "mixed": 1.5})
    return [*(sample(number, 5) for number in range(4)), large, other, failed(9, 'a\nb, "c"')]


@pytest.fixture
def experiment(ckp_home: Path) -> Path:
    return record(ckp_home, "it", points())


def in_experiment(home: Path, alias: str) -> list[Point]:
    directory = home / "repos" / "local" / "experiment" / alias
    return list(read_points(directory, lambda trouble: pytest.fail(str(trouble))))


def test_json_comes_back_as_it_was(
    ckp: Ckp, ckp_home: Path, experiment: Path, tmp_path: Path
) -> None:
    file = tmp_path / "it.json"
    done = ckp("export", "experiment:it", "--to=json", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert "7 points to" in done.stdout
    assert ckp("import", "experiment:again", str(file)).returncode == 0
    assert in_experiment(ckp_home, "again") == points()
    second = ckp("import", "experiment:again", str(file), "--json")
    assert json.loads(second.stdout) == {"experiment": "experiment:again", "added": 0, "known": 7}
    assert in_experiment(ckp_home, "again") == points()


def test_cks_own_form_and_back(ckp: Ckp, ckp_home: Path, experiment: Path, tmp_path: Path) -> None:
    done = ckp("export", "experiment:it", "--to=ck", "-o", "experiment:it-of-ck")
    assert done.returncode == 0, done.stderr
    directory = experiment.parent / "it-of-ck"
    assert len(list(directory.glob("ckp-*.flat.json"))) == 7
    assert ckp("export", "experiment:it", "--to=ck", "-o", "experiment:it-of-ck").returncode == 2
    assert "ckp import" in ckp("show", "experiment:it-of-ck").stderr
    assert ckp("import", "experiment:back", "experiment:it-of-ck").returncode == 0
    assert in_experiment(ckp_home, "back") == points()
    elsewhere = shutil.copytree(directory, tmp_path / "copied")
    assert ckp("import", "experiment:copied", str(elsewhere), "--from=ck").returncode == 0
    assert in_experiment(ckp_home, "copied") == points()


def test_csv(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    file = tmp_path / "it.csv"
    assert ckp("export", "experiment:it", "--to=csv", "-o", str(file)).returncode == 0
    with file.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [one["uid"] for one in found] == [point.uid for point in points()]
    assert float(found[0]["wall_s"]) == points()[0].metrics["wall_s"].value
    assert found[4]["choices.seed"] == str(2**70)
    assert found[-1]["error"] == 'a\nb, "c"'


def test_parquet(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "it.parquet"
    done = ckp("export", "experiment:it", "--to=parquet", "-o", str(file))
    assert done.returncode == 0, done.stderr
    rows = parquet.read_table(file).to_pylist()
    assert [one["uid"] for one in rows] == [point.uid for point in points()]
    assert rows[0]["wall_s.low"] == points()[0].metrics["wall_s"].low
    assert rows[4]["choices.seed"] == float(2**70)
    assert [one["mixed"] for one in rows] == [None] * 4 + ["text", "1.5", None]
    assert rows[0]["turbo"] is False


def test_parquet_in_row_groups(tmp_path: Path) -> None:
    """A column's type fits all values, those of later groups too."""
    parquet = pytest.importorskip("pyarrow.parquet")
    late: dict[str, Scalar] = {"mixed": "text", "number": 0.5, "large": 2**70, "flag": True}
    early: dict[str, Scalar] = {"mixed": 1, "number": 1, "large": 1}
    many = [*(replace(sample(n % 3, 1), choices=early) for n in range(10_004))]
    many[-1] = replace(many[-1], choices=late)
    with (tmp_path / "it.parquet").open("wb") as stream:
        write_parquet(many, "experiment:it", stream)
    file = parquet.ParquetFile(tmp_path / "it.parquet")
    rows = file.read(columns=["mixed", "number", "large", "flag"]).to_pylist()
    assert file.num_row_groups == 2
    assert rows[0] == {"mixed": "1", "number": 1.0, "large": 1.0, "flag": None}
    assert rows[-1] == {"mixed": "text", "number": 0.5, "large": float(2**70), "flag": True}
    assert file.schema_arrow.metadata[b"ckp.experiment"] == b"experiment:it"


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_a_file_is_written_point_by_point(ckp_home: Path, tmp_path: Path, kind: str) -> None:
    """Points of 30 MB in all are never in memory together."""
    if kind == "parquet":
        pytest.importorskip("pyarrow.parquet")
    notes = ("x" * 100_000,)
    record(ckp_home, "fat", (replace(sample(n, 1), notes=notes) for n in range(300)))
    experiment = load_experiment("fat")
    assert len(experiment) == 300
    write_points(kind, experiment.filter("seed<1"), tmp_path / f"warm.{kind}")
    tracemalloc.start()
    try:
        assert write_points(kind, experiment, tmp_path / f"it.{kind}") == 300
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_nothing_is_left_of_a_file_that_could_not_be_written(
    ckp: Ckp, experiment: Path, tmp_path: Path
) -> None:
    (tmp_path / "it.json").mkdir()
    done = ckp("export", "experiment:it", "--to=json", "-o", str(tmp_path / "it.json"))
    assert done.returncode == 2
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == []


def test_what_is_no_file_stays_what_it_is(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    (tmp_path / "full.csv").symlink_to("/dev/full")
    full = ckp("export", "experiment:it", "--to=csv", "-o", str(tmp_path / "full.csv"))
    assert full.returncode == 12
    assert stat.S_ISCHR((tmp_path / "full.csv").stat().st_mode)
    shown = ckp("show", "experiment:it", "--csv")
    for name in ("-", "/dev/stdout", "/dev/fd/1"):
        done = ckp("export", "experiment:it", "--to=csv", "-o", name)
        assert (done.returncode, done.stdout) == (0, shown.stdout), name
        assert "7 points to standard output" in done.stderr
    for to in ("--to=parquet", "--json"):
        assert ckp("export", "experiment:it", "--to=csv", to, "-o", "-").returncode == 2


def test_a_directory_that_is_not_there_is_not_made(
    ckp: Ckp, experiment: Path, tmp_path: Path
) -> None:
    for words in (
        ("export", "experiment:it", "--to=csv", "-o", "no/it.csv"),
        ("plot", "experiment:it", "-o", "no/it.svg"),
        ("report", "experiment:it", "-o", "no/it.html"),
        ("pareto", "experiment:it", "--minimize=wall_s,size_bytes", "-o", "no/it.svg"),
    ):
        output = str(tmp_path / words[-1])
        done = ckp(*words[:-1], output)
        assert done.returncode == 2, words
        assert f"mkdir -p {tmp_path / 'no'}" in done.stderr
        assert not (tmp_path / "no").exists()


def test_names_and_values_that_are_no_unicode(ckp_home: Path, tmp_path: Path) -> None:
    odd: dict[str, Scalar] = {"half \ud800": "value \udc00", "plain": 1}
    record(ckp_home, "odd", [replace(sample(1), choices=odd)])
    write_points("csv", load_experiment("odd"), tmp_path / "it.csv")
    with (tmp_path / "it.csv").open(encoding="utf-8", newline="") as stream:
        (found,) = csv.DictReader(stream)
    assert found["half ?"] == "value ?"


def test_mlflow_by_its_own_client(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    tracking = pytest.importorskip("mlflow.tracking")
    store = str(tmp_path / "mlruns")
    allowed = {"MLFLOW_ALLOW_FILE_STORE": "true"}
    words = ("export", "experiment:it", "--to=mlflow", "-o", store)
    done = ckp(*words, **allowed)
    assert done.returncode == 0, done.stderr
    again = ckp(*words, "--json", **allowed)
    assert json.loads(again.stdout)["points"] == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        client = tracking.MlflowClient(tracking_uri=store)
        number = client.get_experiment_by_name("it").experiment_id
        runs = {run.data.tags["ckp.uid"]: run for run in client.search_runs([number])}
        first = runs[points()[0].uid]
        raw = client.get_metric_history(first.info.run_id, "wall_s.repetition")
    assert len(runs) == 7
    assert first.data.params["compiler"] == points()[0].choices["compiler"]
    assert first.data.metrics["wall_s"] == points()[0].metrics["wall_s"].value
    assert first.data.tags["governor"] == "performance"
    assert tuple(one.value for one in raw) == points()[0].characteristics["wall_s"]
    assert runs[points()[-1].uid].info.status == "FAILED"


def test_mlflow_refusals_are_one_sentence_and_what_to_type(
    ckp: Ckp, experiment: Path, tmp_path: Path
) -> None:
    pytest.importorskip("mlflow.tracking")
    words = ("export", "experiment:it", "--to=mlflow", "-o")
    for store, said in (
        ("nosuch://place", "this MLflow cannot write to nosuch://place"),
        (str(tmp_path / "runs"), "only where MLFLOW_ALLOW_FILE_STORE is true"),
    ):
        done = ckp(*words, store, MLFLOW_ALLOW_FILE_STORE="")
        assert done.returncode == 1
        first, second = done.stderr.splitlines()
        assert said in first
        assert "MLFLOW_ALLOW_FILE_STORE=true ckp export experiment:it --to mlflow -o" in second


def test_mlflow_is_told_of_replays_and_of_each_choice_once(
    ckp: Ckp, ckp_home: Path, tmp_path: Path
) -> None:
    tracking = pytest.importorskip("mlflow.tracking")
    choices: dict[str, Scalar] = {"program": "chosen", "dataset": "chosen", "flags": "-O2"}
    point = replace(sample(1), choices=choices, replay_of=sample(0).uid)
    record(ckp_home, "it", [point, replace(point, uid="b" * 16, dataset=None)])
    store = str(tmp_path / "mlruns")
    done = ckp("export", "experiment:it", "--to=mlflow", "-o", store, MLFLOW_ALLOW_FILE_STORE="1")
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        client = tracking.MlflowClient(tracking_uri=store)
        number = client.get_experiment_by_name("it").experiment_id
        runs = {run.data.tags["ckp.uid"]: run.data for run in client.search_runs([number])}
    assert runs[point.uid].tags["ckp.replay_of"] == sample(0).uid
    assert runs[point.uid].params["program"] == "sample"
    assert runs[point.uid].params["dataset"] == "image-1"
    assert runs["b" * 16].params["dataset"] == "chosen"


@pytest.mark.parametrize(("library", "to"), [("mlflow", "mlflow"), ("pyarrow", "parquet")])
def test_what_is_not_installed_says_what_to_type(
    ckp: Ckp, experiment: Path, tmp_path: Path, library: str, to: str
) -> None:
    """A module of that name that cannot be imported stands in front of the real one."""
    (tmp_path / "hides" / library).mkdir(parents=True)
    text = f"raise ImportError('no {library} here')\n"
    (tmp_path / "hides" / library / "__init__.py").write_text(text)
    done = ckp("export", "experiment:it", f"--to={to}", PYTHONPATH=str(tmp_path / "hides"))
    assert done.returncode == 2
    assert f'pip install "ck-core[{to}]"' in done.stderr


def test_mistakes_are_named(ckp: Ckp, experiment: Path, tmp_path: Path) -> None:
    file = tmp_path / "it.json"
    for text, code, said in (
        ("nonsense", 4, "is not JSON"),
        ('{"points": 1}', 4, "holds no list of points"),
        ('[{"uid": "x"}]', 2, "point 1 "),
        ("[]", 2, "has no points"),
    ):
        file.write_text(text)
        done = ckp("import", "experiment:new", str(file))
        assert done.returncode == code, text
        assert said in done.stderr
    assert not (experiment.parent / "new").exists()
    assert ckp("import", "experiment:new", str(tmp_path / "no.json")).returncode == 2
    assert ckp("import", "experiment:new", "experiment:no").returncode == 3
    assert ckp("export", "experiment:it", "--to=csv", "-o", "x.json").returncode == 2
    assert ckp("export", "experiment:it", "--to=csv", "-o", "/proc/no/it.csv").returncode == 2
