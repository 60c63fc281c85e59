"""Programs of a test's own, run in this process on compilers that were looked for once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.install import Progress
from ck_core.domain.installation import Installation
from ck_core.domain.metric import Metric
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.outcome import BuildOutcome, RunOutcome
from ck_core.pipeline import build_program, run_program

CHECKED = {"run_correctness_output_files": ["stdout.txt"]}


class Listener(SilentReporter):
    """Keeps what ckp says."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)

    def warn(self, text: str) -> None:
        self.said.append(f"warning: {text}")

    def step(self, text: str) -> AbstractContextManager[object]:
        self.said.append(text)
        return nullcontext()

    def progress(self, text: str) -> AbstractContextManager[Progress]:
        self.said.append(text)
        return super().progress(text)


@dataclass
class Programs:
    """``add`` makes program:it; ``run`` and ``build`` do what ``ckp`` does with it."""

    home: Path
    said: list[str] = field(default_factory=list)

    def add(
        self, meta: Mapping[str, Any], files: Mapping[str, str] | None = None, name: str = "it"
    ) -> Path:
        return self.component("program", name, meta, files)

    def component(
        self, kind: str, name: str, meta: Mapping[str, Any], files: Mapping[str, str] | None = None
    ) -> Path:
        path = self.home / "repos" / "local" / kind / name
        for file, text in {".cm/meta.json": json.dumps(meta), **(files or {})}.items():
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            (path / file).write_text(text, encoding="utf-8")
            if text.startswith("#!"):
                (path / file).chmod(0o755)
        return path

    def library(self, tags: str, **values: Any) -> Installation:
        """Registers something that needs no looking for."""
        place = self.home / "libraries" / tags
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(tags)
        made = Installation(
            name=tags,
            product=tags.rpartition(",")[2],
            version=values.pop("version", "1.0"),
            path=place,
            tags=frozenset(tags.split(",")),
            plugin="softs",
            **values,
        )
        self._context().environments.register(made)
        return made

    def run(
        self, name: str = "it", *, build: Mapping[str, Any] | None = None, **options: Any
    ) -> RunOutcome:
        chosen = BuildOptions(program=Cid("program", name), **(build or {}))
        values = {"repetitions": 1, "warmups": 0, "timeout_s": 60.0, **options}
        return run_program(RunOptions(build=chosen, **values), self._context())

    def build(self, name: str = "it", **options: Any) -> BuildOutcome:
        chosen = BuildOptions(program=Cid("program", name), **options)
        return build_program(chosen, self._context())

    def output(self, name: str = "it", **options: Any) -> str:
        """What the program printed, by way of the reference that is recorded of it."""
        outcome = self.run(name, record_reference=True, **options)
        dataset = outcome.dataset or "none"
        place = self.home / "repos/local/program" / name / "reference" / outcome.command_key
        return (place / dataset / "stdout.txt").read_text()

    def _context(self) -> Context:
        listener = Listener()
        self.said = listener.said
        return Context(listener)


def numbers(metrics: Mapping[str, Metric]) -> dict[str, float]:
    """The values of those that have one."""
    return {name: one.value for name, one in metrics.items() if one.value is not None}


def shell(command: str, **run_time: Any) -> dict[str, Any]:
    """A program without sources."""
    return program(command, sources=(), **run_time)


def program(
    command: str = "$#BIN_FILE#$",
    *,
    sources: Sequence[str] = ("main.c",),
    keys: Mapping[str, Any] | None = None,
    deps: Mapping[str, Any] | None = None,
    of_command: Mapping[str, Any] | None = None,
    **run_time: Any,
) -> dict[str, Any]:
    """A meta. Args: keys: of the program; of_command: beside ``run_time``."""
    needs = {"compiler": {"tags": "compiler,lang-c,gcc"}} if sources else {}
    entry = {"run_time": {"run_cmd_main": command, **CHECKED, **run_time}, **(of_command or {})}
    return {
        "source_files": list(sources),
        "compile_deps": {**needs, **(deps or {})},
        "run_cmds": {"default": entry},
        **(keys or {}),
    }


def copy_found(found: Path, home: Path) -> None:
    shutil.copytree(found, home / "repos" / "local" / "env", dirs_exist_ok=True)
