"""Commands of programs: what is run, on what, and how its outputs are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ck_core.domain.meta import Meta
from ck_core.domain.names import stays_below
from ck_core.domain.output_check import OutputCheck, parse_output_checks
from ck_core.domain.processing import NO_PROCESSING, Processing, parse_processing
from ck_core.domain.requirement import Requirement, parse_requirements
from ck_core.domain.run import Tolerance


@dataclass(frozen=True, kw_only=True)
class HotFunction:
    """Where a command spends its time, as its author says."""

    name: str
    percent: float


@dataclass(frozen=True, kw_only=True)
class Command:
    """One entry of ``run_cmds`` (CK_FORMAT sections 1b and 1c).

    Attributes:
        environment: variables of this command, beside the program's.
        output_checks: how some of the checked files are compared.
        requirements: what only this command needs.
        shown_files: outputs that are shown after the run.
        removed_files: outputs that must not be there before a run.
        reference_variables: variables whose values a reference belongs to.
        repeat_invariant: the outputs do not depend on ``CT_REPEAT_MAIN``.
        compute_device: ``opencl`` or ``cuda``, where one is needed.
    """

    key: str
    template: str
    dataset_tags: frozenset[str] = frozenset()
    stdout_file: str = "stdout.txt"
    stderr_file: str = "stderr.txt"
    checked_files: tuple[str, ...] = ()
    tolerance: Tolerance | None = None
    output_checks: Mapping[str, OutputCheck] = field(default_factory=dict)
    timer_file: str = ""
    ignore_exit_status: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    hot_functions: tuple[HotFunction, ...] = ()
    shown_files: tuple[str, ...] = ()
    removed_files: tuple[str, ...] = ()
    reference_variables: tuple[str, ...] = ()
    repeat_invariant: bool = False
    compute_device: str = ""
    before: Processing = NO_PROCESSING
    after: Processing = NO_PROCESSING


def parse_command(key: str, meta: Meta, program: Meta) -> Command:
    """An entry of ``run_cmds``; what it leaves out it may have from the whole program."""
    run_time = meta.mapping("run_time")
    places = (run_time, program)
    checks = parse_output_checks(run_time)
    return Command(
        key=key,
        template=run_time.text("run_cmd_main"),
        dataset_tags=frozenset(filter(None, meta.texts("dataset_tags"))),
        stdout_file=run_time.file_name("run_cmd_out1", "stdout.txt"),
        stderr_file=run_time.file_name("run_cmd_out2", "stderr.txt"),
        checked_files=_checked_files(checks, *places),
        tolerance=_parse_tolerance(run_time),
        output_checks=checks,
        timer_file=_path("fine_grain_timer_file", *places),
        ignore_exit_status=meta.flag(
            "ignore_return_code", default=program.flag("ignore_return_code")
        ),
        environment={**meta.environment("run_vars"), **run_time.environment("run_set_env2")},
        requirements=_parse_run_requirements(meta),
        hot_functions=_parse_hot_functions(meta),
        shown_files=_paths("print_files_after_run", meta, program),
        removed_files=_removed_files(run_time, program),
        reference_variables=run_time.texts("run_correctness_vars"),
        repeat_invariant=run_time.flag("output_invariant_of_repeat"),
        compute_device=run_time.text("need_compute_device").lower(),
        before=parse_processing("pre", *places),
        after=parse_processing("post", *places),
    )


def _parse_run_requirements(meta: Meta) -> tuple[Requirement, ...]:
    found = parse_requirements(meta.mapping("run_deps"))
    return tuple(replace(one, for_run=True) for one in found)


def _parse_hot_functions(meta: Meta) -> tuple[HotFunction, ...]:
    return tuple(
        HotFunction(name=one.text("name"), percent=one.number("percent"))
        for one in meta.mapping_or_mappings("hot_functions")
    )


def _paths(key: str, *places: Meta) -> tuple[str, ...]:
    """Of the first place that names some."""
    return next(filter(None, (one.inner_paths(key) for one in places)), ())


def _checked_files(checks: Mapping[str, OutputCheck], *places: Meta) -> tuple[str, ...]:
    """What a checker is named for is checked, whether or not it is listed as well."""
    return tuple(dict.fromkeys((*_paths("run_correctness_output_files", *places), *checks)))


def _path(key: str, *places: Meta) -> str:
    """One path below the run's own directory, of the first place that names it."""
    place = next((one for one in places if one.text(key)), None)
    if place and not stays_below(place.text(key)):
        raise place.wrong(key, "a path that does not leave the run's directory", place.raw(key))
    return place.text(key) if place else ""


def _removed_files(run_time: Meta, program: Meta) -> tuple[str, ...]:
    return (
        *run_time.inner_paths("run_output_files"),
        *program.inner_paths("run_output_files"),
        *run_time.inner_paths("run_delete_files"),
    )


def _parse_tolerance(run_time: Meta) -> Tolerance | None:
    if "output_tolerance" not in run_time:
        return None
    limits = run_time.mapping("output_tolerance")
    return Tolerance(
        relative=limits.number_from_zero("relative"), absolute=limits.number_from_zero("absolute")
    )
