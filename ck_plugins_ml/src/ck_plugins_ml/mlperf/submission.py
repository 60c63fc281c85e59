"""A run in the directory layout of MLPerf's submissions.

Source: MLPerf Inference submission guide, "Submission directory structure". ckp fills in what it
knows: systems and code need a submitter's own words before they are sent anywhere.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ck_core.system.files import storage_errors, write_atomically
from ck_plugins_datasets.facts import plain_name
from ck_plugins_ml.mlperf.metrics import LOGS

_FILES = ("mlperf_log_summary.txt", "mlperf_log_detail.txt", "mlperf_log_accuracy.json")
_USER_CONF = "user.conf"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One run.

    Attributes:
        root: of the submission.
        system: what was measured, for file names: processor and framework.
        benchmark: MLPerf's name of the model.
        facts: what ``systems/SYSTEM.json`` says.
        accuracy: the line of ``accuracy.txt``; empty for a run of performance.
    """

    root: Path
    division: str
    submitter: str
    system: str
    benchmark: str
    scenario: str
    facts: Mapping[str, str]
    accuracy: str = ""

    @property
    def place(self) -> Path:
        return self.root / plain_name(self.division) / plain_name(self.submitter)

    @property
    def _below(self) -> Path:
        return Path(plain_name(self.system), plain_name(self.benchmark), self.scenario)

    @property
    def results(self) -> Path:
        part = "accuracy" if self.accuracy else "performance/run_1"
        return self.place / "results" / self._below / part

    @property
    def measurements(self) -> Path:
        return self.place / "measurements" / self._below


def write_entry(entry: Entry, directory: Path) -> Path:
    """Copies the logs of a repetition; answers where they are.

    Raises:
        StorageError: it cannot be written.
    """
    results, measurements = entry.results, entry.measurements
    with storage_errors("write", results):
        for place in (results, measurements):
            place.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            if (directory / LOGS / name).is_file():
                shutil.copyfile(directory / LOGS / name, results / name)
        shutil.copyfile(directory / LOGS / _USER_CONF, measurements / _USER_CONF)
    if entry.accuracy:
        write_atomically(results / "accuracy.txt", f"{entry.accuracy}\n")
    _describe(entry)
    return results


def _describe(entry: Entry) -> None:
    """What nobody has written yet; a submitter's own words stay."""
    system = plain_name(entry.system)
    facts = json.dumps(dict(entry.facts), indent=2, ensure_ascii=False)
    _write_new(entry.place / "systems" / f"{system}.json", f"{facts}\n")
    name = f"{system}_ckp_{entry.scenario}.json"
    told = {
        "input_data_types": entry.facts.get("precision", ""),
        "retraining": "N",
        "starting_weights_filename": entry.facts.get("model", ""),
        "weight_data_types": entry.facts.get("precision", ""),
        "weight_transformations": entry.facts.get("model_source", ""),
    }
    _write_new(entry.measurements / name, f"{json.dumps(told, indent=2)}\n")
    readme = "Measured by ckp: ckp run program:mlperf-inference; see its experiment to replay it.\n"
    _write_new(entry.measurements / "README.md", readme)
    _write_new(entry.place / "code" / plain_name(entry.benchmark) / "ckp" / "README.md", readme)


def _write_new(file: Path, text: str) -> None:
    if not file.exists():
        write_atomically(file, text)
