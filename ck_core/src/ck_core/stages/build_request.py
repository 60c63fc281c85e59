"""A program's keys and what was found become a request to build."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.build import BuildRequest, OwnCommands
from ck_core.domain.build_plan import BuildPlan, for_platform, leads_elsewhere
from ck_core.domain.installation import Installation
from ck_core.domain.options import BuildOptions
from ck_core.domain.program import Program
from ck_core.domain.target import Platform, Target
from ck_core.domain.template import UnknownPlaceholderError, Values, expand_text, expand_words
from ck_core.domain.variables import compiler_last, with_installations
from ck_core.errors import BadComponentError
from ck_core.stages.component_paths import path_variables, taken_directories
from ck_core.stages.linking import library_flags


def build_request(
    program: Program,
    resolved: Mapping[str, Installation],
    options: BuildOptions,
    directory: Path,
    context: Context,
) -> BuildRequest:
    """With every template expanded but those of the commands.

    Raises:
        BadComponentError: a source is missing, a placeholder has no value, no compiler is named.
    """
    plan, root = program.build, program.component.path
    made_with, compiler = program.made_with(resolved), program.compiler_of(resolved)
    if compiler is None:
        raise bad(program, "has something to build but no 'compiler' in compile_deps")
    found = with_installations({}, compiler_last(made_with.values(), compiler))
    environment = _environment(program, found, context)
    taken = taken_directories((*plan.sources, *plan.include_directories), context)
    expand = _Expander(program, made_with, {**environment, **taken})
    return BuildRequest(
        compiler=compiler,
        compiler_variable=plan.compiler_variable,
        linker_variable=plan.linker_variable,
        source_root=root,
        sources=tuple(expand.source(one) for one in plan.sources),
        directory=directory,
        target_file=plan.target_file,
        include_directories=tuple(_include_directories(plan, made_with, expand)),
        local_include=plan.local_include,
        macros=_macros(plan, context.platform),
        program_flags=expand.words("compiler_flags_as_env", plan.flags),
        level=options.level,
        flags=options.flags,
        link_flags=_link_flags(program, made_with, expand),
        dependencies=made_with,
        environment=environment,
        commands=_own_commands(plan, context.platform),
        other_roots=tuple(Path(one) for one in taken.values()),
        bare_name=plan.bare_name,
        no_artifact=plan.no_artifact,
        identified=plan.identified,
        timeout_s=options.timeout_s,
    )


def bad(program: Program, problem: str) -> BadComponentError:
    file = program.component.meta_file
    return BadComponentError(f"program:{program.name} {problem}", hint=f"correct {file}")


class _Expander:
    """Templates of one program with the values its dependencies give."""

    def __init__(
        self, program: Program, made_with: Mapping[str, Installation], values: Values
    ) -> None:
        self._program = program
        self._given_by = ", ".join(sorted(one.label for one in made_with.values()))
        self.values = values

    def words(self, key: str, template: str) -> tuple[str, ...]:
        try:
            return expand_words(template, self.values)
        except UnknownPlaceholderError as missing:
            raise self._unknown(key, missing) from None
        except ValueError as error:
            raise bad(self._program, f"has an '{key}' that cannot be read: {error}") from None

    def path(self, key: str, template: str) -> Path:
        """Inside the component, or where its placeholder leads."""
        try:
            path = expand_text(template, self.values) if leads_elsewhere(template) else template
        except UnknownPlaceholderError as missing:
            raise self._unknown(key, missing) from None
        return Path(path)

    def source(self, template: str) -> Path:
        path = self.path("source_files", template)
        if not (self._program.component.path / path).is_file():
            raise bad(self._program, f"names the source file '{template}', which is missing")
        return path

    def _unknown(self, key: str, missing: UnknownPlaceholderError) -> BadComponentError:
        return bad(
            self._program,
            f"asks for $<<{missing}>>$ in {key}, which {self._given_by or 'nothing'} does not "
            "give (the plugin or soft that detects it says what it gives)",
        )


def _environment(program: Program, found: Mapping[str, str], context: Context) -> dict[str, str]:
    """What dependencies set, then what the program does, whose values may name theirs."""
    own = program.build.environment
    values: Values = {**found, "src_path": f"{program.component.path}{os.sep}"}
    try:
        expanded = {name: expand_text(value, values) for name, value in own.items()}
    except UnknownPlaceholderError as missing:
        raise bad(program, f"asks for '{missing}' in compile_vars, which nothing gives") from None
    return {**found, **path_variables(program.component_paths, context), **expanded}


def _include_directories(
    plan: BuildPlan, made_with: Mapping[str, Installation], expand: _Expander
) -> Iterable[Path]:
    """In CK's order: libraries', the program's, those that variables hold."""
    for one in made_with.values():
        yield from one.include_directories
    for name in plan.include_directories:
        yield expand.path("include_dirs", name)
    for name in plan.include_variables:
        template = name if "$<<" in name else f"$<<{name}>>$"
        text = expand_text(template, _EmptyWhereMissing(expand.values))
        if text.strip():
            yield Path(text)


def _link_flags(
    program: Program, made_with: Mapping[str, Installation], expand: _Expander
) -> tuple[str, ...]:
    """In CK's order: the first, libraries by the order of dependencies, the last, variables."""
    plan = program.build
    needs = {one.key: one for one in program.requirements_of(None)}
    libraries: list[str] = []
    for key, one in made_with.items():
        if not needs[key].skip_linking:
            libraries += library_flags(needs[key], one)
            libraries += expand.words(f"{key}.extra_ld_vars", needs[key].extra_link_template)
    optional = _EmptyWhereMissing(expand.values)
    variables = (expand_words(f"$<<{name}>>$", optional) for name in plan.library_variables)
    return (
        *expand.words("extra_ld_vars_first", plan.link_first),
        *libraries,
        *expand.words("extra_ld_vars", plan.link_last),
        *(word for words in variables for word in words),
    )


class _EmptyWhereMissing(dict[str, "str | tuple[str, ...]"]):
    """A variable that no dependency sets is none, as in a shell."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return ""


def _macros(plan: BuildPlan, platform: Platform) -> dict[str, str]:
    """The program's, and those that tell which systems it is built on and for; sorted as CK's."""
    if plan.macros is None:
        return {}
    told = {**_told("HOST", platform.host), **_told("TARGET", platform.target)}
    return dict(sorted({**plan.macros, **told}.items()))


def _told(side: str, target: Target) -> dict[str, str]:
    """CK calls Android and macOS a Linux first, and Windows ``win``."""
    second = {"windows": "WIN", "darwin": "MACOS"}.get(target.system, target.system.upper())
    first = "WIN" if target.system == "windows" else "LINUX"
    return {f"CK_{side}_OS_NAME_{first}": "1", f"CK_{side}_OS_NAME2_{second}": "1"}


def _own_commands(plan: BuildPlan, platform: Platform) -> OwnCommands:
    names = sorted(platform.host.platform_names)
    compile_command = for_platform(plan.compile_commands, names) or ""
    link = for_platform(plan.link_commands, names)
    return OwnCommands(compile=compile_command, link=link, as_script=plan.as_script)
