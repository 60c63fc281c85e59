"""What the machine code of a binary is, whatever else is in the file."""

from __future__ import annotations

import shlex
import shutil
from hashlib import md5
from pathlib import Path

from ck_core.domain.build import BuildRequest
from ck_core.system.processes import clean_environment, run_tool

_TIMEOUT_S = 60.0
# An argument list whose one shell text is ours: the disassembly of a large program is larger
# than what a tool may answer.
_INTO_FILE = ("/bin/sh", "-c", 'exec "$0" -d "$1" >"$2"')
_PART_BYTES = 1 << 20


def disassembly_md5(request: BuildRequest, artifact: Path) -> str:
    """MD5 of ``objdump -d``, as CK identifies binaries; empty where nothing disassembles it."""
    tool = _objdump(request)
    if not tool:
        return ""
    dump = artifact.with_name(f".{artifact.name}.dump")
    # From its own directory: the name is part of the text.
    result = run_tool(
        [*_INTO_FILE, tool, artifact.name, dump.name],
        timeout_s=_TIMEOUT_S,
        directory=artifact.parent,
    )
    try:
        return _md5_of(dump) if result.status == 0 else ""
    finally:
        dump.unlink(missing_ok=True)


def _objdump(request: BuildRequest) -> str:
    """The one the compiler names, as it is of the same target; else what PATH has."""
    variables = request.compiler.environment
    if named := variables.get("CK_OBJDUMP", ""):
        return shlex.split(named)[0]
    command = shlex.split(variables.get(request.compiler_variable, ""))
    asked = run_tool(
        [*command, "-print-prog-name=objdump"],
        timeout_s=_TIMEOUT_S,
        environment={**clean_environment(), **variables},
    )
    answer = asked.output.strip() if asked.status == 0 else ""
    return shutil.which(answer or "objdump") or shutil.which("llvm-objdump") or ""


def _md5_of(path: Path) -> str:
    digest = md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while part := stream.read(_PART_BYTES):
            digest.update(part)
    return digest.hexdigest()
