"""Builds guided by profiles, in the words of GCC and of clang."""

from __future__ import annotations

from pathlib import Path

from ck_core.domain.build import BuildRequest, Profile
from ck_plugins_compilers.build_session import CommandSession
from ck_plugins_compilers.drivers import ask

_MERGED = "merged.profdata"


def profile_flags(request: BuildRequest) -> tuple[str, ...]:
    """For compiling and for linking."""
    if request.profile is None:
        return ()
    words = _clang if _is_clang(request) else _gcc
    return words(request.profile)


def merge(session: CommandSession) -> bool:
    """Clang reads one file, made of what each process wrote; whether that went well."""
    request = session.request
    profile = request.profile
    if profile is None or not profile.is_used or not _is_clang(request):
        return True
    written = sorted(map(str, profile.directory.glob("*.profraw")))
    tool = ask(request.compiler.path, "-print-prog-name=llvm-profdata").strip()
    return session.run([tool, "merge", "-o", str(profile.directory / _MERGED), *written])


def _is_clang(request: BuildRequest) -> bool:
    return request.compiler.plugin != "gcc"


def _gcc(profile: Profile) -> tuple[str, ...]:
    """A profile that misses a function, or threads that raced, are no reason to fail.

    GCC counts atomically, seven times slower, by itself where it is told -pthread or -fopenmp.
    """
    if profile.is_used:
        return (
            f"-fprofile-use={profile.directory}",
            "-fprofile-correction",
            "-fprofile-partial-training",
            "-Wno-missing-profile",
            "-Wno-coverage-mismatch",
        )
    return (f"-fprofile-generate={profile.directory}",)


def _clang(profile: Profile) -> tuple[str, ...]:
    if profile.is_used:
        return (
            f"-fprofile-instr-use={profile.directory / _MERGED}",
            "-Wno-profile-instr-unprofiled",
        )
    return (f"-fprofile-instr-generate={profile.directory / '%m-%p.profraw'}",)


def knows_profiles(compiler: Path) -> bool:
    """Whether clang's tool for them is there."""
    tool = ask(compiler, "-print-prog-name=llvm-profdata").strip()
    return Path(tool).is_absolute()
