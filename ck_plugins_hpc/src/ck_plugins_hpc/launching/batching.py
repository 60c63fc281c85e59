"""Runs whose jobs need the same are submitted together, as one array."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core.domain.run import RunRequest
from ck_core.system.files import owned_name, storage_errors
from ck_core.system.home import cache_directory
from ck_core.system.trees import remove_older
from ck_plugins_hpc.launching.manager import Batch, Manager
from ck_plugins_hpc.launching.options import JobOptions
from ck_plugins_hpc.launching.scripts import SCRIPT, write_batch
from ck_plugins_hpc.launching.waiting import Waiting

MOST_TOGETHER = 1000
"""Jobs of one array: Slurm's usual limit (``MaxArraySize``)."""
_KEPT_S = 7 * 24 * 3600.0
"""Scripts and what jobs said, as long as directories of failed runs."""
_UNUSUAL = re.compile(r"[^A-Za-z0-9_.+-]+")


def alike(gathered: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """As many as one array takes, of one program with one set of options."""
    groups: dict[tuple[JobOptions, str], list[Waiting]] = {}
    for one in gathered:
        groups.setdefault((one.options, _name(one.entry.request)), []).append(one)
    for group in groups.values():
        most = MOST_TOGETHER * group[0].options.pack
        for start in range(0, len(group), most):
            yield group[start : start + most]


def written_batch(manager: Manager, together: Sequence[Waiting]) -> Batch:
    """Its directory and script; raises StorageError."""
    options = together[0].options
    directory = batch_directory()
    batch = Batch(
        name=_name(together[0].entry.request),
        directory=directory,
        script=directory / SCRIPT,
        count=-(-len(together) // options.pack),
        options=options,
    )
    write_batch(manager, batch, [one.entry for one in together])
    return batch


def batch_directory() -> Path:
    """A new one, empty; raises StorageError."""
    place = cache_directory() / "jobs"
    remove_older(place, _KEPT_S)
    directory = place / owned_name("batch-")
    with storage_errors("create", directory):
        directory.mkdir(parents=True, mode=0o700)
    return directory


def _name(request: RunRequest) -> str:
    """The run's directory begins with the program's name."""
    return job_name(request.directory.name.rsplit("-", 3)[0])


def job_name(program: str) -> str:
    """For the manager's lists."""
    return f"ckp-{_UNUSUAL.sub('_', program)[:50]}"
