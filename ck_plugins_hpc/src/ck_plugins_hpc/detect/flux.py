"""Flux: its version, and the resources and queues of the instance that this shell is in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.version import Version
from ck_core.system.processes import ToolResult
from ck_plugins_hpc.detect.asking import ask, concerns, reason_of, tool_on_path

_TELLING = frozenset({"flux", "job-manager"})
_TAGS = _TELLING | {"hpc", "tool"}
_VERSION = re.compile(r"^(?:commands|libflux-core):\s+(\d+(?:\.\d+)*)", re.MULTILINE)
_OF_AN_INSTANCE = ("FLUX_URI", "FLUX_HANDLE_TRACE", "XDG_RUNTIME_DIR")
_RESOURCES = "{nnodes}|{ncores}|{ngpus}|{nodelist}"
_QUEUES = "{queuem}|{submission}|{scheduling}|{limits.timelimit!F}|{limits.max.nnodes}"


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What is up in an instance."""

    nodes: int = 0
    cores: int = 0
    gpus: int = 0


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Where jobs may go; an instance without queues has one without a name.

    Attributes:
        time_limit: as Flux writes it: ``30m``, ``inf``.
        node_limit: of one job: a number, ``inf``.
    """

    name: str
    is_default: bool
    is_open: bool
    is_started: bool
    time_limit: str
    node_limit: str


def detect_flux(requirement: Requirement) -> Iterator[Installation]:
    """The Flux on ``PATH``; that no instance answers is its problem."""
    flux = tool_on_path("flux")
    if flux is None or not concerns(requirement, _TAGS, _TELLING):
        return
    version = _VERSION.search(_asked(flux, "version").output)
    if version is None:
        return  # something else of that name
    listed = _asked(flux, "resource", "list", "-n", "-s", "up", "-o", _RESOURCES)
    resources = _resources(listed.output) if listed.status == 0 else None
    queues = tuple(_queues(flux)) if resources else ()
    yield Installation(
        name=_name(version[1], resources),
        product="flux",
        version=version[1],
        path=flux,
        tags=_TAGS | Version(version[1]).tags | {f"queue-{one.name}" for one in queues if one.name},
        environment=_environment(flux, resources or Resources(), queues),
        soft="hpc.flux",
        problem="" if resources else _problem(listed),
    )


def _asked(flux: Path, *arguments: str) -> ToolResult:
    return ask(flux, *arguments, variables=_OF_AN_INSTANCE)


def _resources(text: str) -> Resources:
    """Sums over lines: nodes with different properties have their own."""
    rows = [line.split("|") for line in text.splitlines()]
    numbers = [tuple(map(_number, row[:3])) for row in rows if len(row) == 4]
    nodes, cores, gpus = map(sum, zip((0, 0, 0), *numbers, strict=True))
    return Resources(nodes=nodes, cores=cores, gpus=gpus)


def _number(text: str) -> int:
    word = text.strip()
    return int(word) if word.isascii() and word.isdigit() else 0


def _queues(flux: Path) -> Iterator[Queue]:
    for line in _asked(flux, "queue", "list", "-n", "-o", _QUEUES).output.splitlines():
        words = [one.strip() for one in line.split("|")]
        if len(words) == 5:
            name, submission, scheduling, time_limit, node_limit = words
            yield Queue(
                name=name.removesuffix("*"),
                is_default=name.endswith("*") or not name,
                is_open=submission == "enabled",
                is_started=scheduling == "started",
                time_limit=time_limit,
                node_limit=node_limit,
            )


def _name(version: str, resources: Resources | None) -> str:
    if resources is None:
        return f"Flux {version}"
    return f"Flux {version}: {resources.nodes} nodes with {resources.cores} cores"


def _environment(flux: Path, resources: Resources, queues: Sequence[Queue]) -> dict[str, str]:
    """Without the instance's address, which ends with it."""
    return {
        "CK_ENV_FLUX_BIN": str(flux.parent),
        "CKP_FLUX_NODES": str(resources.nodes),
        "CKP_FLUX_CORES": str(resources.cores),
        "CKP_FLUX_GPUS": str(resources.gpus),
        "CKP_FLUX_QUEUES": json.dumps([asdict(one) for one in queues]),
    }


def _problem(listed: ToolResult) -> str:
    return (
        f"no Flux instance answers here: {reason_of(listed)}; "
        "start a shell in one: flux start, then: ckp detect soft --tags=flux"
    )
