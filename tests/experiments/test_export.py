"""ckp export and ckp import: nothing is lost where the format can hold it."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.point import Point
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
    file = tmp_path / "new" / "it.json"
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


def test_mlflow_refusals_are_explained(ckp: Ckp, experiment: Path) -> None:
    pytest.importorskip("mlflow.tracking")
    done = ckp("export", "experiment:it", "--to=mlflow", "-o", "nosuch://place")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "tracking URI" in done.stderr


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
    assert ckp("export", "experiment:it", "--to=csv", "-o", "/proc/no/it.csv").returncode == 12
