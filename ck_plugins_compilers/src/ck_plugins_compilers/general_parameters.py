"""What every compiler can be asked for: a level, a machine, the whole program, a profile."""

from __future__ import annotations

import platform
from collections.abc import Iterator

from ck_core.domain.installation import Installation
from ck_core.domain.target import parse_target
from ck_core.domain.tuning.parameter import Configuration, Parameter, Place
from ck_core.domain.tuning.session import TuningSession
from ck_plugins_compilers.flag_probe import takes
from ck_plugins_compilers.profiles import knows_profiles

GROUP = "flags"
_LEVEL = "-O"
_SMALL = ("-Os", "-Oz")
"""For whom size is an objective; plugins do not know who that is."""
_MACHINE = "-march"
_NATIVE = "-march=native"
_UNFUSED = "-march=native -ffp-contract=off"
"""A fused multiply-add rounds once instead of twice: compilers form it unless told otherwise."""
_TUNED_FOR = ("native", "generic", "haswell", "skylake-avx512", "znver2")
"""Machines whose costs a compiler reckons with; the code runs on any."""
_X86 = ("x86_64", "i686")
_WIDTHS = ("128", "256", "512")
_LTO = "-flto"
_PROFILE = "--pgo"


def add_general_parameters(session: TuningSession, compiler: Installation) -> None:
    """And the configurations that people try first."""
    variable = session.program.compiler_variable
    level = _level(compiler, variable)
    session.add_parameters(level)
    starts: list[Configuration] = [{_LEVEL: "-O2"}]
    if _is_for_here(compiler) and takes(compiler, _UNFUSED, variable):
        session.add_parameters(_machine())
        starts += [{_MACHINE: _UNFUSED}, {_MACHINE: _NATIVE}]
    if takes(compiler, _LTO, variable):
        session.add_parameters(_choice(_LTO, _LTO))
        starts.append({_LTO: _LTO, _MACHINE: _UNFUSED})
    if _can_be_trained(session, compiler):
        session.add_parameters(_profile())
        starts.append({_PROFILE: "yes", _MACHINE: _UNFUSED})
    starts += [{_LEVEL: one} for one in _SMALL if one in level.values]
    for start in starts:
        session.add_start(start)


def machine_parameters(compiler: Installation) -> Iterator[Parameter]:
    """Candidates: what code for this machine shall be like; ``-march`` says what it may use."""
    if not _is_for_here(compiler):
        return
    is_x86 = parse_target(compiler.target).architecture in _X86
    yield _choice("-mtune", *(f"-mtune={one}" for one in _TUNED_FOR if is_x86 or one == "native"))
    if is_x86:
        name = "-mprefer-vector-width"
        yield _choice(name, *(f"{name}={one}" for one in _WIDTHS))


def _level(compiler: Installation, variable: str) -> Parameter:
    small = tuple(one for one in _SMALL if takes(compiler, one, variable))
    return Parameter(
        name=_LEVEL,
        values=("-O3", "-O2", "-O1", *small, "-Ofast"),
        default="-O3",
        group=GROUP,
        inexact=frozenset({"-Ofast"}),
        source=compiler.label,
    )


def _machine() -> Parameter:
    values = ("", _UNFUSED, _NATIVE)
    return Parameter(name=_MACHINE, values=values, group=GROUP, inexact=frozenset({_NATIVE}))


def _choice(name: str, *values: str) -> Parameter:
    return Parameter(name=name, values=("", *values), group=GROUP)


def _profile() -> Parameter:
    return Parameter(
        name=_PROFILE, values=("no", "yes"), default="no", group=GROUP, place=Place.PROFILE
    )


def _is_for_here(compiler: Installation) -> bool:
    return parse_target(compiler.target).architecture == platform.machine()


def _can_be_trained(session: TuningSession, compiler: Installation) -> bool:
    """Commands of a program's own take no profile."""
    plan = session.program.build
    if plan.compile_commands or plan.link_commands or plan.as_script or not _is_for_here(compiler):
        return False
    if compiler.plugin == "gcc":
        return True
    variable = session.program.compiler_variable
    is_taken = takes(compiler, "-fprofile-instr-generate", variable)  # not by flang
    return is_taken and knows_profiles(compiler.path)
