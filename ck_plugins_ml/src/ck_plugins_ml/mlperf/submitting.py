"""From a run's variables to its place in a submission."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ck_core.system.machine import detect_machine
from ck_plugins_datasets.facts import plain_name
from ck_plugins_ml.metrics.documents import read_latencies
from ck_plugins_ml.mlperf.submission import Entry, write_entry

_DIVISION, _SUBMITTER = "open", "nobody-yet"


def submit(variables: Mapping[str, str], directory: Path, accuracy: str) -> Path:
    """Raises StorageError; StrangeFileError where the run has written nonsense."""
    names = dict(
        zip(
            ("framework", "version", "model", "precision"),
            read_latencies(directory).names,
            strict=False,
        )
    )
    machine = detect_machine()
    framework = f"{names.get('framework', '')}-{names.get('version', '')}"
    processor = machine.cpu.model or machine.cpu.architecture
    entry = Entry(
        root=Path(variables["CKP_MLPERF_SUBMISSION"]).absolute(),
        division=variables.get("CKP_MLPERF_DIVISION") or _DIVISION,
        submitter=variables.get("CKP_MLPERF_SUBMITTER") or _SUBMITTER,
        system=plain_name(f"{processor}-{framework}"),
        benchmark=variables.get("CKP_MLPERF_MODEL") or names.get("model", "model"),
        scenario=variables["CKP_MLPERF_SCENARIO"],
        facts={
            "division": variables.get("CKP_MLPERF_DIVISION") or _DIVISION,
            "submitter": variables.get("CKP_MLPERF_SUBMITTER") or _SUBMITTER,
            "status": "available",
            "system_name": processor,
            "host_processor_model_name": processor,
            "host_processor_core_count": str(machine.cpu.cores),
            "framework": framework,
            "precision": names.get("precision", ""),
            "model": names.get("model", ""),
            "model_source": variables.get("CKP_MODEL_SOURCE", ""),
        },
        accuracy=accuracy,
    )
    return write_entry(entry, directory)
