"""What a component does before its runs: files, variables, further steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from ck_core.context import Context
from ck_core.stages.own_progress import told_progress
from ck_core.stages.own_steps import call_function, failed, run_command, script_file
from ck_core.stages.scene import Scene
from ck_core.system.ck_scripts import ScriptAnswer
from ck_core.system.processes import run_tool
from ck_core.system.trees import remove_entry

PREPARING_S = 3600.0
"""What preparing may take at the most, where the component does not say ``pre_process_timeout``:
it may convert ten thousand images once, which has nothing to do with how long a run takes."""
_SHELLS_OWN = frozenset({"_", "SHLVL", "OLDPWD", "PWD"})


def before_runs(scene: Scene, context: Context) -> Scene:
    """Pre-processing, in the directory whose files each repetition begins with.

    What its commands tell of their progress is shown.

    Raises:
        RunError: it failed.
    """
    steps = scene.command.before
    timeout_s = steps.timeout_s or PREPARING_S
    for template in steps.commands:
        with told_progress(context.reporter, f"preparing {scene.program.name}") as lines:
            run_command(
                *(scene, template, "pre_process_cmd", scene.inputs),
                timeout_s=timeout_s,
                on_errors=lines,
            )
    if steps.script:
        script = script_file(scene, steps, context)
        answer = call_function(scene, script, "ck_preprocess", scene.inputs, timeout_s=timeout_s)
        scene = _with_answer(scene, answer, timeout_s)
    for name in (*scene.command.removed_files, *_own_outputs(scene)):
        with suppress(OSError):  # an output of before must not pass for a new one
            remove_entry(scene.inputs / name)
    return scene


def _with_answer(scene: Scene, answer: ScriptAnswer, timeout_s: float) -> Scene:
    """With the variables, commands and outputs that ``ck_preprocess`` adds."""
    called = answer.called
    new = called.get("new_env", {})
    added = {str(name): str(value) for name, value in new.items()} if isinstance(new, dict) else {}
    environment = {**scene.environment, **added}
    if text := str(called.get("bat") or ""):
        environment = _environment_after(scene, text, environment, timeout_s)
    command = scene.command
    further = str(called.get("extra_post_process_cmd") or "")
    after = replace(command.after, commands=(*command.after.commands, *filter(None, [further])))
    return replace(scene, environment=environment, command=replace(command, after=after))


def _environment_after(
    scene: Scene, script: str, environment: Mapping[str, str], timeout_s: float
) -> dict[str, str]:
    """What the script's shell lines make of the environment: they are the component's own."""
    file = scene.directory / ".preprocessed.sh"
    file.write_text(script, encoding="utf-8")
    lines = '. "$0" >&2 && exec env -0'
    result = run_tool(
        ["/bin/sh", "-c", lines, str(file)],
        timeout_s=timeout_s,
        directory=scene.inputs,
        environment=environment,
    )
    if result.status != 0 or result.timed_out:
        raise failed(scene, "the shell lines of its ck_preprocess failed", result.error_output)
    pairs = (one.partition("=") for one in result.output.split("\0") if "=" in one)
    return {name: value for name, _, value in pairs if name not in _SHELLS_OWN}


def _own_outputs(scene: Scene) -> Iterator[str]:
    command = scene.command
    yield from (command.stdout_file, command.stderr_file, *command.checked_files)
    if command.timer_file:
        yield command.timer_file
