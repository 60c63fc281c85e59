"""Programs: what is built, and the commands that run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ck_core.domain.component import Component
from ck_core.domain.meta import Meta
from ck_core.domain.names import is_one_part, stays_below
from ck_core.domain.requirement import Requirement, parse_requirement
from ck_core.domain.run import Tolerance
from ck_core.errors import BadComponentError, ComponentNotFoundError

_BUILD_KEYS = ("use_compile_script", "compile_cmds", "link_cmds")
_PROCESSING = ("pre_process", "post_process")


@dataclass(frozen=True, kw_only=True)
class Command:
    """One entry of ``run_cmds`` (CK_FORMAT sections 1b and 1c)."""

    key: str
    template: str
    dataset_tags: frozenset[str]
    stdout_file: str
    stderr_file: str
    checked_files: tuple[str, ...]
    tolerance: Tolerance | None
    timer_file: str
    ignore_exit_status: bool


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program component, read and checked.

    ``unsupported`` names keys that ask for what ckp does not do: code of the component's own.
    """

    component: Component
    sources: tuple[Path, ...]
    include_directories: tuple[Path, ...]
    target_file: str
    compiler_variable: str
    macros: Mapping[str, str]
    link_template: str
    requirements: tuple[Requirement, ...]
    run_environment: Mapping[str, str]
    commands: Mapping[str, Command]
    unsupported: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.component.alias

    def command(self, key: str) -> Command:
        """The command of that key, or the first one when the key is empty.

        Raises:
            ComponentNotFoundError: the program has no such command.
        """
        if not key:
            return next(iter(self.commands.values()))
        if key in self.commands:
            return self.commands[key]
        near = get_close_matches(key, list(self.commands), n=1) or list(self.commands)[:1]
        raise ComponentNotFoundError(
            f"program:{self.name} has no command '{key}'; it has {', '.join(self.commands)}",
            hint=f"ckp run {self.component.full_cid} --cmd-key={near[0]}",
        )


def parse_program(component: Component) -> Program:
    """Reads a program's meta.

    Raises:
        BadComponentError: a key has a wrong type, a path leaves the component, or no
            command is there.
    """
    meta = component.meta
    commands = {k: _parse_command(k, m) for k, m in meta.mappings("run_cmds").items()}
    if bad := [key for key in commands if not is_one_part(key)]:  # names a directory of references
        raise _bad(component, f"{bad[0]!r} cannot be the name of a command")
    if not commands:
        raise _bad(component, "'run_cmds' must hold at least one command")
    return Program(
        component=component,
        sources=tuple(_inside(component, name) for name in meta.texts("source_files")),
        include_directories=tuple(_inside(component, name) for name in meta.texts("include_dirs")),
        target_file=_inside(component, meta.text("target_file") or "a").name,
        compiler_variable=meta.text("compiler_env") or "CK_CC",
        macros=meta.text_mapping("build_compiler_vars"),
        link_template=f"{meta.text('extra_ld_vars_first')} {meta.text('extra_ld_vars')}".strip(),
        requirements=_parse_requirements(meta),
        run_environment=meta.environment("run_vars"),
        commands=commands,
        unsupported=tuple(_unsupported(meta)),
    )


def _unsupported(meta: Meta) -> Iterator[str]:
    """Keys that are neither done nor harmless to leave out silently."""
    yield from (key for key in _BUILD_KEYS if meta.raw(key) not in (None, "", "no", {}))
    for name, command in meta.mappings("run_cmds").items():
        inner = command.mapping("run_time")
        yield from (f"run_cmds.{name}.run_time.{k}" for k in inner if k.startswith(_PROCESSING))


def _parse_requirements(meta: Meta) -> tuple[Requirement, ...]:
    compile_key = "compile_deps" if "compile_deps" in meta else "deps"
    found = {**meta.mappings(compile_key), **meta.mappings("run_deps")}
    ordered = sorted(found.items(), key=lambda item: item[1].number("sort"))
    return tuple(parse_requirement(key, inner) for key, inner in ordered)


def _parse_command(key: str, meta: Meta) -> Command:
    run_time = meta.mapping("run_time")
    return Command(
        key=key,
        template=run_time.text("run_cmd_main"),
        dataset_tags=frozenset(meta.texts("dataset_tags")),
        stdout_file=run_time.file_name("run_cmd_out1", "stdout.txt"),
        stderr_file=run_time.file_name("run_cmd_out2", "stderr.txt"),
        checked_files=run_time.inner_paths("run_correctness_output_files"),
        tolerance=_parse_tolerance(run_time),
        timer_file=run_time.file_name("fine_grain_timer_file", ""),
        ignore_exit_status=meta.flag("ignore_return_code"),
    )


def _parse_tolerance(run_time: Meta) -> Tolerance | None:
    if "output_tolerance" not in run_time:
        return None
    limits = run_time.mapping("output_tolerance")
    return Tolerance(
        relative=limits.number_from_zero("relative"), absolute=limits.number_from_zero("absolute")
    )


def _inside(component: Component, name: str) -> Path:
    path = Path(name)
    if not stays_below(name):
        raise _bad(component, f"'{name}' must be a path inside the component")
    return path


def _bad(component: Component, problem: str) -> BadComponentError:
    file = component.meta_file
    return BadComponentError(f"{file}: {problem}", hint=f"correct {file}")
