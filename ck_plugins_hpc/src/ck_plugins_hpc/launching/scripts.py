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
HOLD, BEGUN = "hold", "begun"
_CHECKS = 180
_HOLDS = """
: >{begun}
unchanged=0
while [ -e {file} ] && [ $unchanged -lt {checks} ]; do
  sleep 1
  now=$(cat {file} 2>/dev/null)
  if [ "$now" = "$last" ]; then unchanged=$((unchanged + 1)); else unchanged=0; fi
  last=$now
done
"""


def write_batch(manager: Manager, batch: Batch, entries: Sequence[Entry]) -> None:
    """Its files; raises StorageError."""
    listed = [str(one.directory) for one in entries]
    write_atomically(batch.directory / ENTRIES, json.dumps(listed))
    write_atomically(batch.script, "\n".join(_lines(manager, batch)) + "\n")
    batch.script.chmod(0o700)


def write_hold(manager: Manager, batch: Batch) -> None:
    """A job in which others start commands: it ends when nobody changes a file beside it any more.

    So none is left behind by a ckp that was killed, whatever the clocks of the nodes say.
    """
    write_atomically(batch.directory / HOLD, "0")
    lines = ["#!/bin/sh", *manager.directives(batch), f"# ckp builds in this job: {batch.name}."]
    file, begun = (shlex.quote(str(batch.directory / one)) for one in (HOLD, BEGUN))
    text = _HOLDS.format(file=file, begun=begun, checks=_CHECKS)
    write_atomically(batch.script, "\n".join(lines) + text)
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
