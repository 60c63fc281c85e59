"""Python interpreters, for programs whose build is a check of their syntax."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.system.files import storage_errors
from ck_plugins_compilers import own_commands
from ck_plugins_compilers.build_session import CommandSession
from ck_plugins_compilers.drivers import Identity, concerns, installation_tags
from ck_plugins_compilers.interpreters import find_interpreters

PLUGIN = "python"
_VARIABLES = ("CK_PYTHON", "CK_PYC", "CK_ENV_COMPILER_PYTHON_FILE")
_IDENTITY = Identity(
    product="python",
    title="Python",
    tags=frozenset({"lang-python"}),
    plugin=PLUGIN,
    priority=40,
    soft="compiler.python",
)


@hookimpl
def detect(requirement: Requirement, places: Sequence[Path]) -> Sequence[Installation]:
    """Python runs anywhere: what binaries are for does not matter."""
    if not concerns(requirement, _IDENTITY.tags | {"python"}):
        return ()
    return tuple(_describe(*one) for one in find_interpreters(places).items())


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    """A copy of the sources, byte-compiled; the artefact is the first source's copy."""
    if request.compiler.plugin != PLUGIN:
        return None
    if request.commands:
        return own_commands.build(request)
    session = CommandSession(request)
    copies = [_copy(request, source) for source in request.sources]
    interpreter = request.compiler.environment["CK_PYTHON"]
    if session.run([interpreter, "-m", "compileall", "-b", "-q", *map(str, copies)]):
        return session.success(copies[0])
    return session.failure()


def _copy(request: BuildRequest, source: Path) -> Path:
    target = request.directory / (source.name if source.is_absolute() else source)
    with storage_errors("copy to", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy2(request.source_root / source, target))


def _describe(path: Path, version: str) -> Installation:
    return Installation(
        name=f"{_IDENTITY.title} {version}",
        product=_IDENTITY.product,
        version=version,
        path=path,
        tags=installation_tags(_IDENTITY, version),
        environment=dict.fromkeys(_VARIABLES, str(path)),
        plugin=PLUGIN,
        priority=_IDENTITY.priority,
        soft=_IDENTITY.soft,
    )
