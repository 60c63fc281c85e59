"""Static features of a program, from what GCC makes of its sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ck_core.domain.build import BuildRequest
from ck_plugins_compilers.features_code import Function
from ck_plugins_compilers.features_compiling import compiled, lines_of
from ck_plugins_compilers.features_counts import features
from ck_plugins_compilers.features_gimple import read_gimple

# What is inlined and simplified, with loops as they were written; where a version knows no such
# pass, the end of all passes.
_PASSES = ("fre3", "optimized")
_FORM = "raw-blocks-asmname"
_FLAGS = ("-O1", "-fno-lto", "-g0")


def read_features(request: BuildRequest) -> Mapping[str, float]:
    """Raises BuildError."""
    functions: list[Function] = []
    for at, source in enumerate(request.sources):
        dumps = [request.directory / f"{at}.{name}" for name in _PASSES]
        asked = (
            f"-fdump-tree-{name}-{_FORM}={file}" for name, file in zip(_PASSES, dumps, strict=True)
        )
        compiled(request, source, (*_FLAGS, *asked, "-S", "-o", "/dev/null"))
        functions += read_gimple(lines_of(_written(dumps)))
    return features(functions)


def _written(dumps: list[Path]) -> Path:
    return next((one for one in dumps if one.is_file() and one.stat().st_size), dumps[-1])
