"""Static features of a program, from what clang or flang makes of its sources."""

from __future__ import annotations

from collections.abc import Mapping

from ck_core.domain.build import BuildRequest
from ck_plugins_compilers.features_code import Function
from ck_plugins_compilers.features_compiling import compiled, lines_of
from ck_plugins_compilers.features_counts import features
from ck_plugins_compilers.features_llvm_ir import read_llvm_ir

_FLAGS = ("-O1", "-g0")


def read_features(request: BuildRequest) -> Mapping[str, float]:
    """Raises BuildError."""
    functions: list[Function] = []
    for at, source in enumerate(request.sources):
        file = request.directory / f"{at}.ll"
        compiled(request, source, (*_FLAGS, "-S", "-emit-llvm", "-o", str(file)))
        functions += read_llvm_ir(lines_of(file))
    return features(functions)
