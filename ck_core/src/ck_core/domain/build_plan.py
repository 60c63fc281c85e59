"""What a program says of its build (CK_FORMAT section 1a)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ck_core.domain.component import Component
from ck_core.domain.meta import Meta
from ck_core.domain.names import stays_below

_ELSEWHERE = ("$<<", "$#ck_take_from_{")
"""How a path begins that belongs to an installation or to another component."""


@dataclass(frozen=True, kw_only=True)
class BuildPlan:
    """A program's keys, with placeholders as they stand.

    Attributes:
        sources, include_directories: inside the component, or templates that lead elsewhere.
        target_file: base name of the artefact.
        bare_name: the artefact has no suffix.
        bare_command: commands name the artefact by its name alone, without a directory.
        no_artifact: nothing is linked.
        linker_variable: as ``compiler_variable``; empty is the same tool.
        macros: None gives none, not even those that tell the platform.
        flags: a template of flags behind the macros.
        include_variables, library_variables: names of variables, or templates, that hold a
            directory of headers, or words of the link line.
        link_first, link_last: templates before and behind the libraries.
        compile_commands, link_commands: templates by platform, instead of the usual ones.
        as_script: one command builds everything.
        local_include: the component's directory is one of headers.
        identified: the artefact gets an identity: the hash of its disassembly.
        environment: variables for the build's commands.
    """

    sources: tuple[str, ...] = ()
    include_directories: tuple[str, ...] = ()
    target_file: str = "a"
    bare_name: bool = False
    bare_command: bool = False
    no_artifact: bool = False
    compiler_variable: str = "CK_CC"
    linker_variable: str = ""
    macros: Mapping[str, str] | None = field(default_factory=dict)
    flags: str = ""
    include_variables: tuple[str, ...] = ()
    library_variables: tuple[str, ...] = ()
    link_first: str = ""
    link_last: str = ""
    compile_commands: Mapping[str, str] = field(default_factory=dict)
    link_commands: Mapping[str, str] = field(default_factory=dict)
    as_script: bool = False
    local_include: bool = True
    identified: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_needed(self) -> bool:
        return bool(self.sources) or self.as_script


def parse_build_plan(component: Component) -> BuildPlan:
    """Raises BadComponentError where a path leaves the component."""
    meta = component.meta
    if meta.flag("no_compile"):
        return BuildPlan()
    return BuildPlan(
        sources=tuple(_checked(component, meta.texts("source_files"))),
        include_directories=tuple(_checked(component, meta.texts("include_dirs"))),
        target_file=_target_file(component),
        bare_name=meta.flag("skip_bin_ext"),
        bare_command=meta.flag("skip_add_prefix_for_target_file"),
        no_artifact=meta.flag("no_target_file"),
        compiler_variable=meta.text("compiler_env") or "CK_CC",
        linker_variable=meta.text("linker_env"),
        macros=_macros(meta),
        flags=meta.text("compiler_flags_as_env"),
        include_variables=meta.texts("compiler_add_include_as_env_from_deps"),
        library_variables=meta.texts("linker_add_lib_as_env"),
        link_first=meta.text("extra_ld_vars_first"),
        link_last=meta.text("extra_ld_vars"),
        compile_commands=_commands(component, "compile_cmds"),
        link_commands=_commands(component, "link_cmds"),
        as_script=meta.flag("use_compile_script"),
        local_include=not meta.flag("skip_local_include"),
        identified=not (meta.flag("skip_objdump") or meta.flag("skip_md5sum")),
        environment={
            **meta.environment("compile_vars"),
            **meta.environment("extra_env_for_compilation"),
        },
    )


def leads_elsewhere(path: str) -> bool:
    """Whether a placeholder says where it begins."""
    return path.startswith(_ELSEWHERE)


def for_platform(templates: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The template of a platform, else the default; None where there is neither."""
    return next((templates[one] for one in (*names, "default") if one in templates), None)


def _macros(meta: Meta) -> Mapping[str, str] | None:
    macros = meta.text_mapping("build_compiler_vars")
    return None if meta.flag("skip_compiler_vars") else macros


def _commands(component: Component, key: str) -> dict[str, str]:
    """An empty object leaves the choice to the default, as CK does; an empty text is one."""
    found = component.meta.mappings(key)
    commands = {platform: one.text("cmd") for platform, one in found.items() if "cmd" in one}
    if key == "compile_cmds" and "" in commands.values():
        raise component.wrong("a command in 'compile_cmds' is empty")
    return commands


def _target_file(component: Component) -> str:
    name = component.meta.text("target_file") or "a"
    return PurePosixPath(next(iter(_checked(component, [name])))).name


def _checked(component: Component, paths: Iterable[str]) -> Iterable[str]:
    for path in paths:
        rest = path.partition(">>$" if path.startswith("$<<") else "}#$")[2]
        inside = rest.lstrip("/") if leads_elsewhere(path) else path
        if not stays_below(inside or "x"):
            raise component.wrong(f"'{path}' must be a path inside the component")
        yield path.strip()
