"""Jobs that nobody has taken the results of: a file each, so that a later ckp finds them.

Its name tells which process waits for the job; where that has gone, another may take it over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ck_core.domain.job import JobRecord
from ck_core.system.files import is_abandoned, owned_name, storage_errors, write_atomically
from ck_core.system.home import home_directory

_LARGEST = 1 << 20
_PREFIX = "job-"


@dataclass(frozen=True, kw_only=True)
class KeptJob:
    """Attributes: file: removed when its results are taken."""

    record: JobRecord
    file: Path

    @property
    def is_waited_for(self) -> bool:
        return not is_abandoned(self.file)


def keep_job(record: JobRecord) -> KeptJob:
    """This process waits for it; raises StorageError."""
    return _written(KeptJob(record=record, file=new_job_file()))


def name_job(job: KeptJob, number: str) -> KeptJob:
    """When its manager has told an id; raises StorageError."""
    return _written(replace(job, record=replace(job.record, id=number)))


def _written(job: KeptJob) -> KeptJob:
    write_atomically(job.file, json.dumps(asdict(job.record)))
    return job


def new_job_file() -> Path:
    """Where a record of this process's may be written, by a program that it runs, for one.

    Raises:
        StorageError: the directory cannot be made.
    """
    file = _directory() / owned_name(_PREFIX)
    with storage_errors("create", file.parent):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what was typed is private
    return file


def own_jobs() -> list[KeptJob]:
    """Those that this process waits for."""
    own = owned_name(_PREFIX).rpartition("-")[0]
    return _kept(one for one in _files() if one.name.rpartition("-")[0] == own)


def kept_jobs() -> list[KeptJob]:
    """The oldest first; a file that is no job's is left out."""
    return _kept(_files())


def _kept(files: Iterable[Path]) -> list[KeptJob]:
    found = [KeptJob(record=record, file=file) for file in files if (record := _read(file))]
    return sorted(found, key=lambda one: (one.record.submitted_at, one.record.id))


def has_job_in(directory: Path) -> bool:
    """Whether a job that is still to be waited for runs, or will, in a run's directory."""
    return any(directory in Path(one.record.directory).parents for one in kept_jobs())


def take_over(manager: str, key: str) -> KeptJob | None:
    """One that computes the same and that nobody waits for: it is this process's now.

    The name is looked at first: a thousand runs of this process do not read each other's files.
    """
    for one in _kept(filter(is_abandoned, _files())):
        is_same = (one.record.manager, one.record.key) == (manager, key)
        if is_same and (file := _renamed(one.file)):
            return KeptJob(record=one.record, file=file)
    return None


def forget_job(job: KeptJob) -> None:
    """Its results were taken, or there will be none."""
    with suppress(OSError):
        job.file.unlink()


def _directory() -> Path:
    return home_directory() / "jobs"


def _files() -> Iterator[Path]:
    with suppress(OSError):
        yield from sorted(_directory().glob(f"{_PREFIX}*"))


def _renamed(file: Path) -> Path | None:
    """None where another process was quicker."""
    new = file.with_name(owned_name(_PREFIX))
    try:
        file.rename(new)
    except OSError:
        return None
    return new


def _read(file: Path) -> JobRecord | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        if file.stat().st_size > _LARGEST:
            return None
        values = json.loads(file.read_text(encoding="utf-8"))
        line = tuple(map(str, values.pop("command_line")))
        return JobRecord(**values, command_line=line)
    return None
