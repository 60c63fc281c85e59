"""Static features of a program, read by the plugin of its compiler; nothing of it is run."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

from ck_core.context import Context
from ck_core.domain.build import BuildRequest
from ck_core.domain.installation import Installation
from ck_core.domain.options import BuildOptions
from ck_core.domain.tuning.session import FeatureReader, TuningSession
from ck_core.errors import CkpError, PluginError, UsageError
from ck_core.stages.build_request import build_request
from ck_core.tuning.kept_features import LateFeatures, kept_features


def program_features(
    session: TuningSession, options: BuildOptions, context: Context
) -> Mapping[str, float]:
    """By name; what the names mean is the reader's to say (docs/learning.md).

    Raises:
        UsageError: nothing is compiled, in a way of its own, or by what no plugin can read.
        BuildError: a source does not compile.
        BadComponentError: as for a build.
        PluginError: the reader is broken.
    """
    compiler = features_compiler(session)
    reader = _reader(session, compiler)
    program, resolved = session.program, session.resolved
    with TemporaryDirectory(prefix="ckp-features-") as directory:
        request = build_request(program, resolved, options, Path(directory), context)

        def read() -> Mapping[str, float]:
            with context.reporter.step(f"reading features of {program.name}"):
                return _read(reader, request)

        return kept_features(request, context, read)


def readable_features(
    session: TuningSession, options: BuildOptions, context: Context
) -> Mapping[str, float]:
    """Read when somebody looks at them; empty where they cannot be: a search goes on without."""

    def read() -> Mapping[str, float]:
        try:
            return program_features(session, options, context)
        except CkpError:
            return {}

    return LateFeatures(read)


def features_compiler(session: TuningSession) -> Installation:
    """What compiles the program; raises UsageError where that tells nothing."""
    program = session.program
    compiler = program.compiler_of(session.resolved)
    if not program.build.is_needed or compiler is None:
        raise UsageError(
            f"program:{program.name} has no features: nothing of it is compiled",
            hint="features are read from a compiler's intermediate code",
        )
    if program.build.compile_commands or program.build.as_script:
        raise UsageError(
            f"program:{program.name} compiles itself by commands of its own, whose intermediate "
            "code ckp cannot ask for",
            hint=f"compile_cmds in {program.component.meta_file} says how",
        )
    return compiler


def _reader(session: TuningSession, compiler: Installation) -> FeatureReader:
    reader = session.feature_readers.get(compiler.plugin)
    if reader is None:
        known = ", ".join(sorted(session.feature_readers))
        raise UsageError(
            f"no plugin reads features from what {compiler.label} makes of a program",
            hint=f"--compiler of one of these plugins: {known}" if known else "ckp plugins",
        )
    return reader


def _read(reader: FeatureReader, request: BuildRequest) -> Mapping[str, float]:
    try:
        found = {str(name): float(value) for name, value in reader(request).items()}
    except (CkpError, OSError):
        raise
    except Exception as error:
        raise _broken(request, f"failed: {type(error).__name__}: {error}") from error
    bad = next((name for name, value in found.items() if not isfinite(value)), "")
    if not found:
        raise _broken(request, "tells nothing")
    if bad:
        raise _broken(request, f"says that {bad} is {found[bad]}")
    return found


def _broken(request: BuildRequest, problem: str) -> PluginError:
    return PluginError(
        f"plugin {request.compiler.plugin}, reading features, {problem:.300}",
        hint="ckp plugins shows where it is from",
    )
