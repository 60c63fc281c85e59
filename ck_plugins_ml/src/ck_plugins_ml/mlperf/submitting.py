"""From a run's variables to its place in a submission."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ck_core.system.machine import detect_machine
from ck_plugins_datasets.facts import plain_name
from ck_plugins_ml.mlperf.submission import Entry, write_entry

_DIVISION, _SUBMITTER = "open", "nobody-yet"


def submit(
    variables: Mapping[str, str], names: Mapping[str, str], directory: Path, accuracy: str
) -> Path:
    """Answers where its logs are.

    Args:
        names: framework, version, model and precision, as far as they are known.
        accuracy: the line of ``accuracy.txt``; empty for a run of performance.

    Raises:
        StorageError: it cannot be written.
    """
    return write_entry(_entry(variables, names, accuracy), directory)


def _entry(variables: Mapping[str, str], names: Mapping[str, str], accuracy: str) -> Entry:
    facts = _facts(variables, names)
    return Entry(
        root=Path(variables["CKP_MLPERF_SUBMISSION"]).absolute(),
        division=facts["division"],
        submitter=facts["submitter"],
        system=plain_name(f"{facts['system_name']}-{facts['framework']}"),
        benchmark=variables.get("CKP_MLPERF_MODEL") or names.get("model", "model"),
        scenario=variables["CKP_MLPERF_SCENARIO"],
        facts=facts,
        accuracy=accuracy,
    )


def _facts(variables: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """What ckp knows of the system; names are as those of directories, which checkers compare."""
    cpu = detect_machine().cpu
    processor = cpu.model or cpu.architecture
    software = (names.get("framework", ""), names.get("version", ""))
    return {
        "division": plain_name(variables.get("CKP_MLPERF_DIVISION") or _DIVISION),
        "submitter": plain_name(variables.get("CKP_MLPERF_SUBMITTER") or _SUBMITTER),
        "status": "available",
        "system_name": processor,
        "host_processor_model_name": processor,
        "host_processor_core_count": str(cpu.cores),
        "framework": "-".join(filter(None, software)),
        "precision": names.get("precision", ""),
        "model": names.get("model", ""),
        "model_source": variables.get("CKP_MODEL_SOURCE", ""),
    }
