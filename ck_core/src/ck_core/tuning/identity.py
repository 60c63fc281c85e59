"""By which two configurations are known to execute the same."""

from __future__ import annotations

from ck_core.domain.options import RunOptions
from ck_core.domain.outcome import BuiltCommand
from ck_core.system.code_hash import code_hash


def identity_of(ready: BuiltCommand, options: RunOptions, *, of_file: bool = False) -> str:
    """Code, variables, launcher options; empty where not all that is executed is known.

    Args:
        of_file: the size of the file counts as well, which may differ where the code does not.
    """
    build = ready.built.build
    if build.artifact is None or build.products is not None:
        return ""
    try:
        code = code_hash(build.artifact)
        size = [build.artifact.stat().st_size] if of_file else []
    except OSError:
        return ""
    told = [sorted(options.launcher_options.items())] if options.launcher_options else []
    return repr((code, sorted(options.environment.items()), *told, *size)) if code else ""
