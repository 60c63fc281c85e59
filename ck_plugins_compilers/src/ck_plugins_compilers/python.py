"""Python interpreters, for programs whose build is a check of their syntax."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform
from ck_core.system.files import storage_errors
from ck_plugins_compilers.drivers import Identity, ask, concerns, installation_tags
from ck_plugins_compilers.native_build import CommandSession
from ck_plugins_compilers.search import find_executables

PLUGIN = "python"
_IDENTITY = Identity(
    product="python",
    title="Python",
    tags=frozenset({"lang-python"}),
    plugin=PLUGIN,
    priority=40,
    soft="compiler.python",
)
# The interpreter itself knows where it is; a shim on PATH (pyenv) only leads to it.
_QUESTION = "import platform, sys; print(platform.python_version()); print(sys.executable)"
_ANSWER = re.compile(r"(?P<version>3[\w.+]*)\n(?P<path>\S.*)")


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:  # noqa: ARG001  # Python runs anywhere
    if not concerns(requirement, _IDENTITY.tags | {"python"}):
        return ()
    return tuple(_detected())


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    """A copy of the sources, byte-compiled; the artefact is the first source's copy."""
    if request.compiler.plugin != PLUGIN:
        return None
    session = CommandSession(request)
    copies = [_copy(request, source) for source in request.sources]
    interpreter = request.compiler.environment["CK_PYTHON"]
    if session.run([interpreter, "-m", "compileall", "-b", "-q", *map(str, copies)]):
        return session.success(copies[0])
    return session.failure()


def _copy(request: BuildRequest, source: Path) -> Path:
    target = request.directory / source
    with storage_errors("copy to", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy2(request.source_root / source, target))


def _detected() -> Iterator[Installation]:
    """Those on PATH and the one ckp runs in; a shim without a version behind it fails."""
    paths = (Path(sys.executable), *find_executables(r"python3(\.\d+)?"))
    answers = (_ANSWER.fullmatch(ask(path, "-c", _QUESTION)) for path in paths)
    interpreters = {answer["path"]: answer["version"] for answer in answers if answer}
    for path, version in interpreters.items():
        yield _describe(Path(path), version)


def _describe(path: Path, version: str) -> Installation:
    return Installation(
        name=f"{_IDENTITY.title} {version}",
        product=_IDENTITY.product,
        version=version,
        path=path,
        tags=installation_tags(_IDENTITY, version),
        environment={"CK_PYTHON": str(path), "CK_ENV_COMPILER_PYTHON_FILE": str(path)},
        plugin=PLUGIN,
        priority=_IDENTITY.priority,
        soft=_IDENTITY.soft,
    )
