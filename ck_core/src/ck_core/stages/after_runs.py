"""What a component does after each repetition, and what it shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ck_core.analysis.characteristics import numbers_in
from ck_core.context import Context
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.stages.own_steps import call_function, run_command, script_file
from ck_core.stages.scene import Scene
from ck_core.system.ck_scripts import ScriptAnswer
from ck_core.system.files import read_end
from ck_core.system.json_files import StrangeFileError, read_json_object

_SHOWN_LINES = 40
_SHOWN_BYTES = 1 << 16


def after_runs(scene: Scene, request: RunRequest, result: RunResult, context: Context) -> RunResult:
    """Post-processing of each repetition's files; then what the component wants to be shown.

    Raises:
        RunError: it failed.
    """
    done: dict[Path, Repetition] = {}
    for one in result.repetitions:
        if one.directory not in done:
            done[one.directory] = _processed(scene, request, one, context)
    _tell_bad_timer(scene, request, result, context)
    if result.repetitions:
        _show(scene, result.repetitions[-1].directory, context)
    same = (done[one.directory] for one in result.repetitions)
    repetitions = tuple(
        replace(one, characteristics=processed.characteristics, judged=processed.judged)
        for one, processed in zip(result.repetitions, same, strict=True)
    )
    return replace(result, repetitions=repetitions)


def _processed(
    scene: Scene, request: RunRequest, repetition: Repetition, context: Context
) -> Repetition:
    steps, place = scene.command.after, repetition.directory
    answers: list[ScriptAnswer] = []
    if steps.script:
        script = script_file(scene, steps, context)
        answers.append(_postprocessed(scene, request, script, place))
    for template in steps.commands:
        file = _python_file(scene, template, place) if steps.functions_of_commands else None
        if file:
            answers.append(_postprocessed(scene, request, file, place))
        else:
            limit_s = _limit_s(scene, request)
            run_command(scene, template, "post_process_cmd", place, timeout_s=limit_s)
    numbers = (numbers_in(one.called.get("characteristics")) for one in answers)
    judged = (_judged(one) for one in answers)
    return replace(
        repetition,
        characteristics={key: value for found in numbers for key, value in found},
        judged={name: text for found in judged for name, text in found.items()},
    )


def _python_file(scene: Scene, template: str, directory: Path) -> Path | None:
    """FILE of ``python FILE``."""
    line = scene.line(template, "post_process_cmd")
    if len(line.arguments) < 2 or not line.arguments[0].startswith("python"):
        return None
    return directory / line.arguments[1]


def _postprocessed(scene: Scene, request: RunRequest, script: Path, place: Path) -> ScriptAnswer:
    compared = {
        name: (str(place / name), str(reference))
        for name, reference in request.references.items()
        if (place / name).is_file()
    }
    return call_function(
        scene,
        script,
        "ck_postprocess",
        place,
        timeout_s=_limit_s(scene, request),
        compared=compared,
    )


def _limit_s(scene: Scene, request: RunRequest) -> float:
    """``post_process_timeout``, else what a repetition may take."""
    return scene.command.after.timeout_s or request.timeout_s


def _judged(answer: ScriptAnswer) -> dict[str, str]:
    """By file, why the component's own comparison refuses it."""
    return {name: _refusal(one) for name, one in answer.checks.items()}


def _refusal(answer: Mapping[str, Any]) -> str:
    if answer.get("return", 0) not in (0, "0"):
        return str(answer.get("error") or "could not be compared")
    return str(answer.get("fail_reason") or "is refused") if answer.get("failed") else ""


def _tell_bad_timer(scene: Scene, request: RunRequest, result: RunResult, context: Context) -> None:
    """Once, of the first repetition whose file is of no use."""
    name, program = request.timer_file, f"program:{scene.program.name}"
    files = (one.directory / name for one in result.repetitions if name)
    for file in files:
        if not file.is_file():
            context.reporter.warn(f"{program} wrote no {name}, which 'fine_grain_timer_file' names")
            return
        if problem := _timer_problem(file):
            context.reporter.warn(f"{program}: its {name} is left out, it {problem}")
            return


def _timer_problem(file: Path) -> str:
    try:
        read_json_object(file)
    except StrangeFileError as error:
        return str(error)
    return ""


def _show(scene: Scene, directory: Path, context: Context) -> None:
    """The end of each file the component wants to be shown; of the last repetition."""
    for name in scene.command.shown_files:
        try:
            text = read_end(str(directory / name), _SHOWN_BYTES)
        except OSError as error:
            context.reporter.warn(f"{name} cannot be shown: {error.strerror}")
            continue
        lines = text.rstrip().splitlines()[-_SHOWN_LINES:]
        context.reporter.note("\n".join([f"{name}:", *(f"  {line}" for line in lines)]))
