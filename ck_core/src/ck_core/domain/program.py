"""Programs: what is built, and the commands that run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from ck_core.domain.build_plan import BuildPlan, parse_build_plan
from ck_core.domain.command import Command, parse_command
from ck_core.domain.component import Component
from ck_core.domain.conditions import Conditions, parse_conditions
from ck_core.domain.installation import Installation
from ck_core.domain.meta import Meta
from ck_core.domain.metric import WALL, is_time
from ck_core.domain.names import is_one_part
from ck_core.domain.requirement import Requirement, parse_requirements
from ck_core.errors import ComponentNotFoundError, UsageError

_LEFT_OUT = (
    "use_preprocess_compilation_scripts",
    "apk",
    "run_via_third_party",
    "required_device_access_type",
)
_LEFT_OUT_OF_COMMANDS = (
    "update_deps",
    "skip_if_deps_tags",
    "add_only_if_deps_tags",
    "skip_global_deps",
    "add_dataset_file_to_env",
)
_LEFT_OUT_OF_RUN_TIME = ("run_make_directories", "program_output_uoa")
COMPILER = "compiler"


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program component, read and checked.

    Attributes:
        requirements: what every command needs, to build and to run.
        conditions: the systems that it is for.
        component_paths: variable to the component whose path it holds.
        removed_variables: what the run's environment shall not hold.
        metric: the time that its measurements are judged by.
        unsupported: keys that ask for what ckp does not do.
    """

    component: Component
    build: BuildPlan
    requirements: tuple[Requirement, ...]
    run_environment: Mapping[str, str]
    commands: Mapping[str, Command]
    conditions: Conditions = field(default_factory=Conditions)
    component_paths: Mapping[str, str] = field(default_factory=dict)
    removed_variables: tuple[str, ...] = ()
    metric: str = WALL
    unsupported: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.component.alias

    @property
    def compiler_variable(self) -> str:
        return self.build.compiler_variable

    @property
    def compiler_key(self) -> str:
        """Of the requirement that is the compiler: ``compiler``, or the one with that tag.

        Raises:
            UsageError: several are compilers, and none is called so.
        """
        needs = self.requirements_of(None)
        keys = [one.key for one in needs if COMPILER in one.tags]
        if not keys or any(one.key == COMPILER for one in needs):
            return COMPILER
        if len(keys) == 1:
            return keys[0]
        raise UsageError(
            f"program:{self.name} needs several compilers: {', '.join(keys)}",
            hint=f"--deps.{keys[0]}=PRODUCT@VERSION names one",
        )

    def made_with(self, resolved: Mapping[str, Installation]) -> dict[str, Installation]:
        """In the order of linking, without what is only needed to run."""
        needs = (one for one in self.requirements_of(None) if one.key in resolved)
        return {one.key: resolved[one.key] for one in needs}

    def compiler_of(self, resolved: Mapping[str, Installation]) -> Installation | None:
        """What builds it: of the key ``compiler``, or the first that gives the tool."""
        made_with = self.made_with(resolved)
        givers = (one for one in made_with.values() if self.compiler_variable in one.environment)
        return made_with.get(COMPILER) or next(givers, None)

    def requirements_of(self, command: Command | None) -> tuple[Requirement, ...]:
        """What is needed to build (None), or to run a command as well, in their order."""
        common = (one for one in self.requirements if _concerns(one, command))
        found = {one.key: one for one in (*common, *(command.requirements if command else ()))}
        return tuple(sorted(found.values(), key=lambda one: one.order))

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
            hint=f"--cmd-key={near[0]}",
        )


def parse_program(component: Component) -> Program:
    """Reads a program's meta.

    Raises:
        BadComponentError: a key has a wrong type, a path leaves the component, or no
            command is there.
    """
    meta = component.meta
    return Program(
        component=component,
        build=parse_build_plan(component),
        requirements=_parse_requirements(meta),
        run_environment=meta.environment("run_vars"),
        commands=_parse_commands(component),
        conditions=parse_conditions(meta),
        component_paths=meta.environment("ck_to_env"),
        removed_variables=meta.texts("remove_env_before_run"),
        metric=_parse_metric(meta),
        unsupported=tuple(_unsupported(meta)),
    )


def _parse_commands(component: Component) -> dict[str, Command]:
    """In CK's order: by ``sort``, then as they are written."""
    meta = component.meta
    ordered = sorted(meta.mappings("run_cmds").items(), key=lambda one: one[1].number("sort"))
    commands = {key: parse_command(key, inner, meta) for key, inner in ordered}
    if bad := [key for key in commands if not is_one_part(key)]:  # names a directory of references
        raise component.wrong(f"{bad[0]!r} cannot be the name of a command")
    if not commands:
        raise component.wrong("'run_cmds' must hold at least one command")
    return commands


def _parse_metric(meta: Meta) -> str:
    name = meta.text("metric", WALL)
    if not is_time(name):
        raise meta.wrong("metric", "a time, such as latency_s", meta.raw("metric"))
    return name


def _parse_requirements(meta: Meta) -> tuple[Requirement, ...]:
    compile_key = "compile_deps" if "compile_deps" in meta else "deps"
    for_build = meta.mapping(compile_key)
    for_run = parse_requirements(meta.mapping("run_deps"))
    own = [one for one in parse_requirements(for_build) if one.key not in meta.mapping("run_deps")]
    found = (*own, *(replace(one, for_run=True) for one in for_run))
    return tuple(sorted(found, key=lambda one: one.order))


def _concerns(requirement: Requirement, command: Command | None) -> bool:
    if command is None:
        return not requirement.for_run and not requirement.only_for_commands
    return not requirement.only_for_commands or command.key in requirement.only_for_commands


def _unsupported(meta: Meta) -> Iterator[str]:
    """Keys that are neither done nor harmless to leave out silently."""
    yield from _asked(meta, _LEFT_OUT)
    for name, command in meta.mappings("run_cmds").items():
        for key in _asked(command, _LEFT_OUT_OF_COMMANDS):
            yield f"run_cmds.{name}.{key}"
        for key in _asked(command.mapping("run_time"), _LEFT_OUT_OF_RUN_TIME):
            yield f"run_cmds.{name}.run_time.{key}"


def _asked(meta: Meta, keys: Iterable[str]) -> Iterator[str]:
    return (key for key in keys if meta.raw(key) not in (None, "", "no", {}, []))
