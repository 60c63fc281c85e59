"""Slurm by its own commands: sbatch, squeue, sacct, scancel. Known from 20.11 on."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ck_core.domain.job import JobReport
from ck_core.errors import RunError
from ck_plugins_hpc.launching.manager import (
    MOST_AT_ONCE,
    Batch,
    NoAnswerError,
    ask,
    cancel_all,
    manager_words,
)
from ck_plugins_hpc.launching.options import JobOptions
from ck_plugins_hpc.slurm.reports import (
    ACCOUNTED,
    EPOCH,
    PLACED,
    QUEUED,
    parse_accounting,
    parse_places,
    parse_queue,
)

_SUBMIT_S, _QUESTION_S, _PING_S = 60.0, 30.0, 10.0
_HINT = "ckp detect soft --tags=slurm tells what is there"
_ID = re.compile(r"(\d+)(?:;[\w.-]+)?")
_SPLIT = " \t'\"\\#"
_DOWN = re.compile(r"Slurmctld\S* at \S+ is DOWN")
_UNHEARD = "Unable to contact slurm controller"


class Slurm:
    """Of the controller that ``SLURM_CONF``, or the system's own file, names."""

    name = "slurm"
    number_variable = "SLURM_ARRAY_TASK_ID"

    def __init__(self) -> None:
        self._was_there = False

    def directives(self, batch: Batch) -> list[str]:
        """``sbatch`` reads them; words of the user's come last, and win."""
        return [f"#SBATCH {line}" for line in _switches(batch)]

    def submit(self, batch: Batch) -> list[str]:
        """Answers ids; a warning of sbatch before them does no harm."""
        self._check_controller()
        words = ["sbatch", "--parsable", *batch.options.native, batch.script.name]
        try:
            number = _job_id(ask(words, timeout_s=_SUBMIT_S, directory=batch.directory))
        except RunError as problem:
            if _UNHEARD in problem.message:
                raise NoAnswerError(problem.message, hint=_HINT) from None
            raise
        self._was_there = True
        return [number] if batch.count == 1 else [f"{number}_{n}" for n in range(batch.count)]

    def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
        """The queue knows jobs for some minutes after their end; then accounting does."""
        printed = ask(["squeue", *QUEUED], timeout_s=_QUESTION_S, SLURM_TIME_FORMAT=EPOCH)
        found = {job: one for job, one in parse_queue(printed) if job in ids}
        return {**self._accounted([one for one in ids if one not in found]), **found}

    def submitted_from(self, directory: Path) -> list[str]:
        """As long as the queue knows them."""
        return parse_places(ask(["squeue", *PLACED], timeout_s=_QUESTION_S), directory)

    def cancel(self, ids: Collection[str]) -> None:
        """As ``cancel_all``."""
        cancel_all(["scancel"], ids, timeout_s=_QUESTION_S, unheard=_UNHEARD)

    def starter(self, options: JobOptions) -> list[str]:
        """``srun`` inside of the job's allocation; it says nothing of its own."""
        words = ["srun", f"--ntasks={options.tasks}"]
        words += [f"--nodes={options.nodes}"] if options.nodes else []
        words += [f"--cpus-per-task={options.threads}"] if options.threads else []
        return [*words, f"--cpu-bind={options.bind}", "--kill-on-bad-exit=1"]

    def into(self, job: str, _node: str, options: JobOptions) -> list[str]:
        """``srun`` from outside, beside the script that holds the job."""
        words = [*manager_words(), shutil.which("srun") or "srun", f"--jobid={job}", "--overlap"]
        words += ["--nodes=1", "--ntasks=1", f"--cpus-per-task={options.threads or 1}"]
        return [*words, "--mpi=none", "--quiet"]

    def _check_controller(self) -> None:
        """Before the first question: its commands try for 9 s, and a minute without a file."""
        if self._was_there:
            return
        file = os.environ.get("SLURM_CONF")
        if file and not Path(file).is_file():
            raise NoAnswerError(f"SLURM_CONF names {file}, which is no file", hint=_HINT)
        try:
            ask(["scontrol", "ping"], timeout_s=_PING_S)
        except RunError as problem:
            if down := _DOWN.search(f"{problem.details}\n{problem.message}"):
                said = f"no Slurm controller answers: {down[0]}"
                raise NoAnswerError(said, hint=_HINT) from None

    def _accounted(self, missing: Collection[str]) -> dict[str, JobReport]:
        """Nothing where there is no accounting, which many sites do without."""
        if not missing:
            return {}
        ids = ",".join(sorted(missing)[:MOST_AT_ONCE])
        try:
            words = ["sacct", *ACCOUNTED, f"--jobs={ids}"]
            printed = ask(words, timeout_s=_QUESTION_S, SLURM_TIME_FORMAT=EPOCH)
        except RunError:
            return {}
        return {job: one for job, one in parse_accounting(printed) if job in missing}


def _job_id(printed: str) -> str:
    """``123`` or ``123;cluster``, on the last line that is one."""
    found = [_ID.fullmatch(line.strip()) for line in printed.splitlines()]
    ids = [one[1] for one in found if one]
    if not ids:
        raise RunError(f"sbatch told no job id, but {printed.strip()[:200]!r}")
    return ids[-1]


def _switches(batch: Batch) -> Iterator[str]:
    """Long names, which people can read; paths are relative to where sbatch is called."""
    options = batch.options
    yield f"--job-name={batch.name}"
    yield f"--output={_output(batch)}"
    if batch.count > 1:
        yield f"--array=0-{batch.count - 1}"
    if options.nodes:
        yield f"--nodes={options.nodes}"
    yield f"--ntasks={options.tasks}"
    yield f"--cpus-per-task={options.threads or 1}"
    if options.tasks_per_node:
        yield f"--ntasks-per-node={options.tasks_per_node}"
    if options.time:
        yield f"--time={_clock(options.time)}"
    if options.memory:
        yield f"--mem={options.memory}M"
    for name in ("partition", "account", "qos", "constraint"):
        if value := getattr(options, name):
            yield f"--{name}={_quoted(value)}"
    if options.exclusive:
        yield "--exclusive"
    if options.after:
        yield f"--dependency=afterok:{':'.join(options.after)}"
    yield "--no-requeue"  # ckp itself decides what is run again


def _output(batch: Batch) -> str:
    """Beside the script; Slurm would expand a ``%`` of its directory, and knows no backslash."""
    name, place = "%A_%a.out" if batch.count > 1 else "%j.out", str(batch.directory)
    if "\\" in place:
        return "/dev/null"
    return _quoted(f"{place.replace('%', '%%')}/{name}") if "%" in place else name


def _quoted(value: str) -> str:
    """sbatch splits its lines as a shell does."""
    is_plain = not any(one in value for one in _SPLIT)
    return value if is_plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _clock(minutes: float) -> str:
    """``H:MM:SS``; Slurm itself rounds up to minutes."""
    seconds = max(1, round(minutes * 60))
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
