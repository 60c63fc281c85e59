"""Commands and functions of a component's own, in processes of their own."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.processing import Processing
from ck_core.errors import RunError
from ck_core.stages.component_paths import component_directory
from ck_core.stages.own_progress import without_progress
from ck_core.stages.scene import Scene
from ck_core.stages.script_input import script_input
from ck_core.system.ck_scripts import ScriptAnswer, ScriptCall, call_script
from ck_core.system.processes import NOT_STARTED, last_lines, run_tool

_SHOWN_LINES = 40
_PYTHON = frozenset({"python", "python3", "python2"})


def run_command(
    scene: Scene,
    template: str,
    key: str,
    directory: Path,
    *,
    timeout_s: float,
    on_errors: Callable[[str], None] = lambda _text: None,
) -> None:
    """One command of the component's; ``python`` is ckp's own where PATH has none.

    Args:
        on_errors: called with what it writes to its standard error, as it comes.
    """
    line = scene.line(template, key)
    arguments = [*_known_python(line.arguments, scene.environment)]
    result = run_tool(
        arguments,
        timeout_s=timeout_s,
        directory=directory,
        environment={**scene.environment, **line.variables},
        on_errors=on_errors,
    )
    if result.status == 0 and not result.timed_out:
        return
    words = without_progress(result.error_output).strip() or result.output.strip()
    how = f"ran past {timeout_s:g} s" if result.timed_out else f"exited with status {result.status}"
    if result.status == NOT_STARTED and not result.timed_out:
        how = "could not be started"
    limit = f"{key.removesuffix('_cmd')}_timeout" if result.timed_out else ""
    raise failed(scene, f"{key} {how}: {shlex.join(arguments)}", words, limit=limit)


def _known_python(arguments: tuple[str, ...], environment: Mapping[str, str]) -> Iterator[str]:
    first, *others = arguments
    missing = first in _PYTHON and not shutil.which(first, path=environment.get("PATH"))
    yield sys.executable if missing else first
    yield from others


def script_file(scene: Scene, steps: Processing, context: Context) -> Path:
    script = steps.script
    assert script is not None  # noqa: S101  # the callers have looked
    own = scene.program.component.path
    place = component_directory(str(script.component), context) if script.component else own
    return place / f"{script.name}.py"


def call_function(
    scene: Scene,
    script: Path,
    function: str,
    directory: Path,
    *,
    timeout_s: float,
    compared: Mapping[str, tuple[str, str]] | None = None,
) -> ScriptAnswer:
    if not script.is_file():
        raise failed(scene, f"its script {script} is missing", "")
    answer = call_script(
        ScriptCall(
            interpreter=scene.environment.get("CK_PYTHON") or sys.executable,
            script=script,
            function=function,
            given=script_input(scene),
            directory=directory,
            environment=_with_home(scene.environment),
            timeout_s=timeout_s,
            must_have=function == "ck_preprocess",
            compared=compared or {},
        )
    )
    if answer.error:
        raise failed(scene, f"{function} of {script}: {answer.error}", answer.output)
    return answer


def _with_home(environment: Mapping[str, str]) -> dict[str, str]:
    """A script may ask ckp for components, which are where ckp's own are."""
    found = {name: value for name, value in os.environ.items() if name == "CKP_HOME"}
    return {**found, **environment}


def failed(scene: Scene, problem: str, words: str, *, limit: str = "") -> RunError:
    """Args: limit: the key of the meta that allows more time, where there was too little."""
    more = f"; '{limit}' in {scene.program.component.meta_file} allows more" if limit else ""
    return RunError(
        f"program:{scene.program.name}: {problem}",
        hint=f"its files are in {scene.directory}{more}",
        details=last_lines(words, _SHOWN_LINES),
    )
