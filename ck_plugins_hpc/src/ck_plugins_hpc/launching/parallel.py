"""How several tasks of a program are started and bound inside of a job, or on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ck_core.domain.run import RunRequest
from ck_plugins_hpc.launching.manager import Manager
from ck_plugins_hpc.launching.options import JobOptions

MPIRUN = "CKP_MPIRUN"
"""Set by an MPI that a program needs: the command that starts its ranks."""
_PLACES = {"none": "", "cores": "cores", "sockets": "sockets", "threads": "threads"}


def for_tasks(request: RunRequest, options: JobOptions, manager: Manager | None) -> RunRequest:
    """The same request, with what starts its tasks before the program; threads as variables."""
    words = _starter(request, options, manager) if options.is_parallel else []
    own = _own_places(request.directory) if words and manager is None else {}
    environment = {**own, **_thread_variables(options), **request.environment}
    return replace(request, arguments=(*words, *request.arguments), environment=environment)


def _starter(request: RunRequest, options: JobOptions, manager: Manager | None) -> list[str]:
    mpirun = request.environment.get(MPIRUN, "")
    if options.start == "mpirun" or (options.start == "auto" and (mpirun or manager is None)):
        return mpirun_words(mpirun or "mpirun", options, request.environment)
    return manager.starter(options) if manager else []


def mpirun_words(mpirun: str, options: JobOptions, environment: Mapping[str, str]) -> list[str]:
    """Of Open MPI or MPICH (Hydra), by their own switches."""
    words = [mpirun, "-n", str(options.tasks)]
    if is_open_mpi(mpirun, environment):
        words += ["--bind-to", _OPEN_MPI[options.bind]]
        if options.tasks_per_node:
            words += ["--map-by", f"ppr:{options.tasks_per_node}:node:pe={options.threads or 1}"]
        elif options.threads > 1:
            words += ["--map-by", f"slot:pe={options.threads}"] if options.bind != "none" else []
        as_root = ["--allow-run-as-root"] if os.geteuid() == 0 else []  # who is root has chosen so
        return [*words, "--oversubscribe", *as_root]
    words += ["-bind-to", _HYDRA[options.bind]] if options.bind != "none" else []
    return [*words, "-ppn", str(options.tasks_per_node)] if options.tasks_per_node else words


_OPEN_MPI = {"none": "none", "cores": "core", "sockets": "socket", "threads": "hwthread"}
_HYDRA = {"cores": "core", "sockets": "socket", "threads": "hwthread"}


def is_open_mpi(mpirun: str, environment: Mapping[str, str]) -> bool:
    """By what is beside it: asking it would take a tenth of a second a run."""
    path = shutil.which(mpirun, path=environment.get("PATH"))
    where = shutil.which("ompi_info", path=_beside(path)) if path else None
    return where is not None


def _beside(path: str) -> str:
    return path.rpartition("/")[0]


def _own_places(directory: Path) -> dict[str, str]:
    """Open MPI leaves megabytes where its mpirun is killed: in the run's directory, then.

    Not on a cluster, where that is a shared file system.
    """
    return {"OMPI_MCA_orte_tmpdir_base": str(directory)}


def _thread_variables(options: JobOptions) -> dict[str, str]:
    """OpenMP 5.2, 21 "Environment Variables"; the user's own win."""
    if not options.threads:
        return {}
    found = {"OMP_NUM_THREADS": str(options.threads)}
    if options.bind != "none":
        found |= {"OMP_PROC_BIND": "close", "OMP_PLACES": _PLACES[options.bind]}
    return found
