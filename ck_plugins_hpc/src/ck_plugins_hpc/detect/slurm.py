"""Slurm: its version, partitions with their limits, and whether the controller answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.version import Version
from ck_core.system.processes import ToolResult
from ck_plugins_hpc.detect.asking import ask, concerns, reason_of, tool_on_path

CONFIGURATION = "SLURM_CONF"
_TELLING = frozenset({"slurm", "job-manager"})
_TAGS = _TELLING | {"hpc", "tool"}
_VERSION = re.compile(r"^slurm\S*\s+(\d+(?:\.\d+)*)", re.MULTILINE)
_SETTING = re.compile(r"^(\w+)\s*= (.*)$", re.MULTILINE)
_FIELD = re.compile(r"(\w+)=(\S*)")
_AGAIN = "then: ckp detect soft --tags=slurm"


@dataclass(frozen=True, kw_only=True)
class Partition:
    """Where jobs may go.

    Attributes:
        state: Slurm's word: ``UP``, ``DOWN``, ``DRAIN``, ``INACTIVE``.
        time_limit: as Slurm writes it: ``1-00:00:00``, ``UNLIMITED``.
        node_limit: of one job: a number, ``UNLIMITED``.
    """

    name: str
    is_default: bool
    state: str
    nodes: int
    cpus: int
    time_limit: str
    node_limit: str


def detect_slurm(requirement: Requirement) -> Iterator[Installation]:
    """The Slurm whose ``sbatch`` is on ``PATH``; a silent controller is its problem."""
    sbatch = tool_on_path("sbatch")
    if sbatch is None or not concerns(requirement, _TAGS, _TELLING):
        return
    told = _asked(sbatch, "--version")
    version = _VERSION.search(told.output)
    if version is None and not told.timed_out and told.status == 0:
        return  # something else of that name
    yield _described(sbatch, version[1]) if version else _misconfigured(sbatch, told)


def _misconfigured(sbatch: Path, told: ToolResult) -> Installation:
    """Even its version is not told then."""
    problem = f"sbatch --version gave {reason_of(told)}; correct {CONFIGURATION}, {_AGAIN}"
    return _installation(sbatch, "", problem=problem)


def _asked(tool: Path, *arguments: str) -> ToolResult:
    return ask(tool, *arguments, variables=(CONFIGURATION,))


def _described(sbatch: Path, version: str) -> Installation:
    """``ping`` tells soonest where no controller answers."""
    told = _asked(sbatch.with_name("scontrol"), "ping")
    settings = _settings(sbatch) if " is UP" in told.output else {}
    if not settings:
        return _installation(sbatch, version, problem=_controller_problem(told))
    return _installation(sbatch, version, settings, _partitions(sbatch))


def _installation(
    sbatch: Path,
    version: str,
    settings: Mapping[str, str] | None = None,
    partitions: Sequence[Partition] = (),
    *,
    problem: str = "",
) -> Installation:
    told = settings or {}
    return Installation(
        name=_name(version, told, partitions),
        product="slurm",
        version=version,
        path=sbatch,
        tags=_tags(version, told, partitions),
        environment=_environment(sbatch, told, partitions),
        soft="hpc.slurm",
        problem=problem,
    )


def _settings(sbatch: Path) -> Mapping[str, str]:
    """Of the controller."""
    told = _asked(sbatch.with_name("scontrol"), "show", "config")
    return dict(_SETTING.findall(told.output))


def _partitions(sbatch: Path) -> Sequence[Partition]:
    scontrol = sbatch.with_name("scontrol")
    return read_partitions(_asked(scontrol, "show", "partition", "--oneliner").output)


def read_partitions(text: str) -> Sequence[Partition]:
    """Of ``scontrol show partition --oneliner``; the default one first."""
    found = [_partition(dict(_FIELD.findall(line))) for line in text.splitlines()]
    named = (one for one in found if one.name)
    return tuple(sorted(named, key=lambda one: not one.is_default))


def _partition(fields: Mapping[str, str]) -> Partition:
    return Partition(
        name=fields.get("PartitionName", ""),
        is_default=fields.get("Default") == "YES",
        state=fields.get("State", ""),
        nodes=_number(fields.get("TotalNodes", "")),
        cpus=_number(fields.get("TotalCPUs", "")),
        time_limit=fields.get("MaxTime", ""),
        node_limit=fields.get("MaxNodes", ""),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _name(version: str, settings: Mapping[str, str], partitions: Sequence[Partition]) -> str:
    title = f"Slurm {version}".rstrip()
    if not settings:
        return title
    shown = ", ".join(f"{one.name} {one.nodes} nodes {one.time_limit}" for one in partitions[:4])
    return f"{title} of {settings.get('ClusterName', 'a cluster')}: {shown or 'no partition'}"


def _tags(
    version: str, settings: Mapping[str, str], partitions: Sequence[Partition]
) -> frozenset[str]:
    accounting = {"accounting"} if _accounting(settings) else set[str]()
    named = {f"partition-{one.name}" for one in partitions}
    return _TAGS | Version(version).tags | accounting | named


def _accounting(settings: Mapping[str, str]) -> str:
    """Where ``sacct`` reads from: ``accounting_storage/slurmdbd``; empty where nowhere."""
    kind = settings.get("AccountingStorageType", "")
    return "" if kind in {"(null)", "accounting_storage/none"} else kind


def _environment(
    sbatch: Path, settings: Mapping[str, str], partitions: Sequence[Partition]
) -> dict[str, str]:
    found = {
        "CK_ENV_SLURM_BIN": str(sbatch.parent),
        "CKP_SLURM_CLUSTER": settings.get("ClusterName", ""),
        "CKP_SLURM_ACCOUNTING": _accounting(settings),
        "CKP_SLURM_LARGEST_ARRAY": settings.get("MaxArraySize", ""),
        "CKP_SLURM_PARTITIONS": json.dumps([asdict(one) for one in partitions]),
        "CKP_SLURM_MPI": ",".join(_mpi_kinds(sbatch)) if settings else "",
    }
    configuration = os.environ.get(CONFIGURATION)
    return {**found, **({CONFIGURATION: configuration} if configuration else {})}


def _mpi_kinds(sbatch: Path) -> Iterator[str]:
    """What ``srun --mpi`` takes, without what stands for nothing."""
    told = _asked(sbatch.with_name("srun"), "--mpi=list")
    for line in f"{told.output}\n{told.error_output}".splitlines():
        word = line.removeprefix("srun:").strip()
        if re.fullmatch(r"[a-z][\w-]*", word) and word not in {"none", "openmpi"}:
            yield word


def _controller_problem(told: ToolResult) -> str:
    lines = [one for one in told.output.splitlines() if "Slurmctld" in one]
    said = f" ({lines[0].strip():.120})" if lines else f": {reason_of(told)}"
    remedy = f"start slurmctld or correct {CONFIGURATION}, {_AGAIN}"
    return f"the controller does not answer{said}; {remedy}"
