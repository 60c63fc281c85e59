"""Job scripts: short enough to be read by people, who find them in the record."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core.system.files import write_atomically
from ck_plugins_hpc.launching import inside
from ck_plugins_hpc.launching.entries import Entry
from ck_plugins_hpc.launching.manager import Batch, Manager

SCRIPT, ENTRIES = "job.sh", "entries.json"
_MEASURES = Path(inside.__file__)


def write_batch(manager: Manager, batch: Batch, entries: Sequence[Entry]) -> None:
    """Its files; raises StorageError."""
    listed = [str(one.directory) for one in entries]
    write_atomically(batch.directory / ENTRIES, json.dumps(listed))
    write_atomically(batch.script, "\n".join(_lines(manager, batch)) + "\n")
    batch.script.chmod(0o700)


def _lines(manager: Manager, batch: Batch) -> Iterator[str]:
    options = batch.options
    yield "#!/bin/sh"
    yield from manager.directives(batch)
    yield f"# ckp measures {batch.name} in this job; what it is asked is not told here."
    number = f"${{{manager.number_variable}:-0}}" if batch.count > 1 else "0"
    words = [options.python or sys.executable, "-I", "-S", str(_MEASURES)]
    entries = batch.directory / ENTRIES
    yield f"exec {shlex.join(words)} {shlex.quote(str(entries))} {options.pack} {number}"
