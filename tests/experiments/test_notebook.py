"""A real notebook, run by a real kernel: what its cells show of an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments.point_kit import sample
from experiments.recorded_kit import record

nbclient = pytest.importorskip("nbclient", reason="needs nbclient: it runs notebooks")
nbformat = pytest.importorskip("nbformat", reason="needs nbformat: it comes with nbclient")
pytest.importorskip("ipykernel", reason="needs ipykernel: it runs a notebook's cells")
pytestmark = pytest.mark.slow

CELLS = (
    'import ck_core\ne = ck_core.experiment("corners")\ne',
    "e[3]",
    'e.filter("flags=-O0")',
    'ck_core.experiment("nosuch")',
)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter keeps histories and connections in the user's home otherwise."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def test_a_notebook_shows_experiments_and_points(ckp_home: Path, tmp_path: Path) -> None:
    record(ckp_home, "corners", map(sample, range(12)))
    whole, point, few, missing = outputs(tmp_path)
    html, text = whole["data"]["text/html"], whole["data"]["text/plain"]
    assert "experiment:corners: 12 points" in html
    assert all(sample(number).uid in html for number in range(12))
    assert "-O3" in html
    assert "corners" in text
    assert sample(3).uid in point["data"]["text/html"]
    assert "gcc@12.2.0" in point["data"]["text/html"]
    assert "3 points" in few["data"]["text/html"]
    assert missing["ename"] == "ComponentNotFoundError"
    assert "nosuch" in missing["evalue"]


def outputs(directory: Path) -> list[dict[str, Any]]:
    """The one output of each cell; the kernel is of the Python that runs the tests."""
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    place = {"metadata": {"path": str(directory)}}
    client = nbclient.NotebookClient(notebook, timeout=120, allow_errors=True, resources=place)
    client.execute()
    assert all(len(cell["outputs"]) == 1 for cell in notebook.cells), notebook.cells
    return [cell["outputs"][0] for cell in notebook.cells]
