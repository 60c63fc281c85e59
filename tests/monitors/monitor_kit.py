"""A run through the real hook, and recorded machines."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ck_core.domain.run import Repetition, RunRequest, RunResult, RunSession
from ck_core.plugins.manager import Plugins


def request(directory: Path, *arguments: str, **changes: object) -> RunRequest:
    directory.mkdir(exist_ok=True)
    return RunRequest(
        arguments=arguments,
        environment=dict(os.environ),
        directory=directory,
        **changes,  # type: ignore[arg-type]  # the tests know the fields
    )


def claimed(asked: RunRequest, session: RunSession | None = None) -> RunResult:
    """As the stage *run* does, with every installed plugin."""
    plugins = Plugins(asked.directory / "plugins.json", report=print)
    one = asked.for_claim(repetitions=asked.repetitions, warmups=asked.warmups, session=session)
    result = plugins.claim("run", request=one)
    assert isinstance(result, RunResult)
    return result


def text(repetition: Repetition) -> str:
    return (repetition.directory / "stdout.txt").read_text().strip()


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{content}\n")
    return root
