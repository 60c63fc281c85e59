"""Environment modules: what ``module avail`` offers, and what loading one changes.

Both Lmod and Environment Modules print the shell's commands that load a module; they are carried
out in a subshell, and what its variables are then is read.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ck_core.domain.variables import is_list
from ck_core.domain.version import Version
from ck_core.system.processes import run_tool
from ck_plugins_hpc.detect.offers import Offer

_AVAIL_LIMIT_S, _LOAD_LIMIT_S, _KEPT_S = 30.0, 60.0, 60.0
_MOST = 24
"""So many modules are loaded to see what is in them, the newest first."""
_LOAD = """
number=0
for name in "${@:3}"; do
  ( eval "$("$1" bash load "$name" 2>/dev/null)" >/dev/null 2>&1 && env -0 > "$2/$number" )
  number=$((number + 1))
done
"""
_OWN = re.compile(
    r"_LMFILES_.*|LOADEDMODULES.*|MODULE\w*|_*LMOD_\w*|_ModuleTable\w*|__MODULES_\w*"
    r"|MANPATH|INFOPATH|SHLVL|PWD|OLDPWD|_|BASH_FUNC_.*"
)
"""Variables of the module system itself and of the shell; manuals are for people."""
_COMMANDS = (
    "/usr/share/lmod/lmod/libexec/lmod",
    "/usr/lib/x86_64-linux-gnu/modulecmd.tcl",
    "/usr/libexec/modulecmd.tcl",
    "/usr/share/Modules/libexec/modulecmd.tcl",
)
_REMARK = re.compile(r"\s*(?:\([^()]*\)|<[^<>]*>)\s*$|\s+->.*$|@$")


def module_offers(words: frozenset[str]) -> Iterator[Offer]:
    """Modules with one of the words in their name, as they change the environment.

    Nothing where the session has no ``MODULEPATH``: then no module system is set up.
    """
    command = _command()
    if command is None or not words or not os.environ.get("MODULEPATH"):
        return
    moment = int(time.monotonic() / _KEPT_S)
    available = _available(command, os.environ["MODULEPATH"], moment)
    names = [one for one in available if name_words(one) & words]
    yield from _loaded(command, sorted(names, key=_version, reverse=True)[:_MOST])


def name_words(module: str) -> frozenset[str]:
    """``mpi``, ``openmpi`` of ``mpi/OpenMPI/4.1.5-GCC-12.3.0``: what stands before the version."""
    parts = module.lower().split("/")
    named = [one for one in parts if not one[:1].isdigit()]
    before = named if len(named) < len(parts) or len(parts) == 1 else named[:-1]
    return frozenset(before)


def listed(text: str) -> Iterator[str]:
    """Names in what ``module -t avail`` prints; headings and folders have none."""
    for line in text.splitlines():
        name = _REMARK.sub("", line.strip())
        if name and not name.endswith((":", "/")) and not re.search(r"\s", name):
            yield name


def changes(before: Mapping[str, str], after: Mapping[str, str], module: str) -> Offer:
    """What loading a module has changed; what it has removed is left out."""
    changed = {
        name: value
        for name, value in after.items()
        if before.get(name) != value and not _OWN.fullmatch(name)
    }
    lists = {
        name: _new_entries(before.get(name, ""), value)
        for name, value in changed.items()
        if is_list(name)
    }
    return Offer(
        origin=f"module {module}",
        added={name: entries for name, entries in lists.items() if entries},
        variables={name: value for name, value in changed.items() if name not in lists},
    )


def _new_entries(before: str, after: str) -> tuple[str, ...]:
    known = set(before.split(os.pathsep))
    return tuple(one for one in dict.fromkeys(after.split(os.pathsep)) if one not in known)


def _command() -> Path | None:
    """As the shell's set-up has exported it, else where systems put it."""
    exported = (os.environ.get(name) for name in ("LMOD_CMD", "MODULES_CMD"))
    old = os.environ.get("MODULESHOME")
    beside = (f"{old}/bin/modulecmd", f"{old}/libexec/modulecmd.tcl") if old else ()
    places = (*filter(None, exported), shutil.which("modulecmd"), *beside, *_COMMANDS)
    return next((Path(one) for one in places if one and os.access(one, os.X_OK)), None)


@lru_cache(maxsize=2)
def _available(command: Path, _path: str, _moment: int) -> tuple[str, ...]:
    """They print it for people, on the standard error; large sites take seconds for it."""
    told = run_tool(
        [str(command), "bash", "-t", "avail"], timeout_s=_AVAIL_LIMIT_S, environment=os.environ
    )
    return tuple(dict.fromkeys(listed(told.error_output)))


def _version(module: str) -> tuple[Version, str]:
    return Version(module.rpartition("/")[2]), module


def _loaded(command: Path, names: Sequence[str]) -> Iterator[Offer]:
    """Each in a subshell of its own; one that cannot be loaded here is left out."""
    before = {**os.environ}
    with TemporaryDirectory(prefix="ckp-modules-") as directory:
        run_tool(
            ["bash", "--norc", "-c", _LOAD, "ckp", str(command), directory, *names],
            timeout_s=_LOAD_LIMIT_S,
            environment=before,
        )
        for number, name in enumerate(names):
            after = _variables(Path(directory, str(number)))
            if after:
                yield changes(before, after, name)


def _variables(file: Path) -> dict[str, str]:
    try:
        text = file.read_bytes().decode(errors="surrogateescape")
    except OSError:
        return {}
    pairs: Iterable[tuple[str, str, str]] = (one.partition("=") for one in text.split("\0") if one)
    return {name: value for name, _, value in pairs}
