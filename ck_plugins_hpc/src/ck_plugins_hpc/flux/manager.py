"""Flux by its own commands: submit, batch, jobs, cancel. Written against flux-core 0.88."""

from __future__ import annotations

import platform
import shlex
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ck_core.domain.job import JobReport
from ck_core.errors import RunError
from ck_plugins_hpc.flux.ids import decimal_id
from ck_plugins_hpc.flux.reports import parse_jobs, parse_places
from ck_plugins_hpc.launching.manager import Batch, ask, cancel_all, manager_words
from ck_plugins_hpc.launching.options import JobOptions

_SUBMIT_S, _QUESTION_S = 120.0, 30.0
_UNHEARD = "Unable to connect to Flux"
_LISTED = ("-a", "--json", "--count=0")


class Flux:
    """Of the instance that ``FLUX_URI`` names, or the system's.

    Jobs of several tasks, and those that are built in, are instances of their own (``flux
    batch``), in which ``flux run`` starts tasks; others are plain jobs, which start sooner.
    """

    name = "flux"
    number_variable = "FLUX_JOB_CC"

    def directives(self, batch: Batch) -> list[str]:
        """What it was submitted with: ``flux batch`` reads it, people do."""
        words = (*_needs(batch), *batch.options.native)
        return [f"#flux: {shlex.quote(word)}" for word in words]

    def submit(self, batch: Batch) -> list[str]:
        """Raises RunError where Flux refuses, or there is none."""
        if _is_instance(batch):
            return self._instances(batch)
        numbers = [f"--cc=0-{batch.count - 1}"] if batch.count > 1 else []
        words = [*_needs(batch), *numbers, *batch.options.native]
        printed = self._ask(batch, "submit", *words, f"./{batch.script.name}")
        ids = [decimal_id(line) for line in printed.split()]
        if len(ids) != batch.count:
            raise RunError(f"flux told {len(ids)} job ids for {batch.count} jobs")
        return ids

    def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
        """Flux knows jobs as long as its instance lives."""
        printed = ask(["flux", "jobs", *_LISTED], timeout_s=_QUESTION_S)
        return {job: one for job, one in parse_jobs(printed) if job in ids}

    def submitted_from(self, directory: Path) -> list[str]:
        """By their working directory, which is the script's."""
        return parse_places(ask(["flux", "jobs", *_LISTED], timeout_s=_QUESTION_S), directory)

    def cancel(self, ids: Collection[str]) -> None:
        """As ``cancel_all``."""
        cancel_all(["flux", "cancel"], ids, timeout_s=_QUESTION_S, unheard=_UNHEARD)

    def starter(self, options: JobOptions) -> list[str]:
        """``flux run`` inside of the job's own instance."""
        words = ["flux", "run", f"--ntasks={options.tasks}"]
        words += [f"--nodes={options.nodes}"] if options.nodes else []
        words += [f"--cores-per-task={options.threads}"] if options.threads else []
        bound = {"cores": "per-task", "threads": "per-task", "sockets": "on"}.get(
            options.bind, "off"
        )
        return [*words, f"--setopt=cpu-affinity={bound}"]

    def into(self, job: str, node: str, options: JobOptions) -> list[str]:
        """``flux run`` in the instance that the job is: by ssh where that is on another machine."""
        flux = shutil.which("flux") or "flux"
        here = {"FLUX_URI_RESOLVE_LOCAL": "1"} if node == platform.node() else {}
        words = [*manager_words(**here), flux, "proxy", job, flux, "run", "--ntasks=1"]
        return [*words, f"--cores-per-task={options.threads or 1}", "--setopt=cpu-affinity=off"]

    def _instances(self, batch: Batch) -> list[str]:
        """All of them, or none."""
        found: list[str] = []
        try:
            for number in range(batch.count):
                found.append(self._submitted(batch, *_instance(batch, number)))
        except BaseException:
            self.cancel(found)
            raise
        return found

    def _submitted(self, batch: Batch, *words: str) -> str:
        printed = self._ask(batch, "batch", *words, batch.script.name).split()
        if not printed:
            raise RunError("flux batch told no job id")
        return decimal_id(printed[-1])

    def _ask(self, batch: Batch, *words: str) -> str:
        return ask(["flux", *words], timeout_s=_SUBMIT_S, directory=batch.directory)


def _needs(batch: Batch) -> Iterator[str]:
    options = batch.options
    yield f"--job-name={batch.name}"
    yield "--output={{id.dec}}.out"
    is_instance = _is_instance(batch)
    slots = "--nslots" if is_instance else "--ntasks"
    cores = "--cores-per-slot" if is_instance else "--cores-per-task"
    if options.nodes or options.exclusive:
        yield f"--nodes={options.nodes or 1}"
    yield f"{slots}={options.tasks if is_instance else 1}"
    yield f"{cores}={options.threads or 1}"
    if options.time:
        yield f"--time-limit={options.time:.4g}m"
    if options.exclusive:
        yield "--exclusive"
    yield from (f"--dependency=afterok:{job}" for job in options.after)
    for switch, value in _names(options).items():
        if value:
            yield f"{switch}={value}"


def _is_instance(batch: Batch) -> bool:
    """Others start tasks in it: a Flux of its own."""
    return batch.options.is_parallel or batch.is_held


def _names(options: JobOptions) -> dict[str, str]:
    """Flux's own words; it knows neither memory nor QOS."""
    return {
        "--queue": options.partition,
        "--bank": options.account,
        "--requires": options.constraint,
    }


def _instance(batch: Batch, number: int) -> list[str]:
    return [f"--env={Flux.number_variable}={number}"] if batch.count > 1 else []
