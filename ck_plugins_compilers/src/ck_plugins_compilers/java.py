"""Java development kits: javac, java and jar of one directory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform
from ck_plugins_compilers import own_commands
from ck_plugins_compilers.build_session import CommandSession
from ck_plugins_compilers.drivers import Identity, ask, concerns, installation_tags
from ck_plugins_compilers.search import find_executables

PLUGIN = "java"
_IDENTITY = Identity(
    product="java",
    title="Java",
    tags=frozenset({"lang-java", "jdk", "javac"}),
    plugin=PLUGIN,
    priority=40,
    soft="compiler.java",
)
_VERSION = re.compile(r"javac (\d[\w.+-]*)")
_MAIN = re.compile(r"public\s+static\s+void\s+main\b|static\s+public\s+void\s+main\b")
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:  # noqa: ARG001  # Java runs anywhere
    if not concerns(requirement, _IDENTITY.tags | {"java"}):
        return ()
    return tuple(_detected())


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    """Classes, then one jar that starts the class with the ``main`` method."""
    if request.compiler.plugin != PLUGIN:
        return None
    if request.commands:
        return own_commands.build(request)
    session = CommandSession(request)
    variables = request.compiler.environment
    classes, artifact = (
        request.directory / "classes",
        request.directory / f"{request.target_file}.jar",
    )
    sources = [str(request.source_root / source) for source in request.sources]
    compile_command = [variables["CK_JAVAC"], *request.flags, "-d", str(classes), *sources]
    pack = [variables["CK_JAR"], "cfe", str(artifact), main_class(request), "-C", str(classes), "."]
    if session.run(compile_command) and session.run(pack):
        return session.success(artifact, request.flags)
    return session.failure()


def main_class(request: BuildRequest) -> str:
    """The qualified name of the first source's class that has a ``main`` method."""
    texts = {
        source: (request.source_root / source).read_text(encoding="utf-8", errors="replace")
        for source in request.sources
    }
    source = next((path for path, text in texts.items() if _MAIN.search(text)), request.sources[0])
    package = _PACKAGE.search(texts[source])
    return f"{package[1]}.{source.stem}" if package else source.stem


def _detected() -> Iterator[Installation]:
    """One for each real directory; the javac on PATH may be a chain of links to it."""
    for javac in find_executables(r"javac(\.exe)?"):
        tools = _tools(javac.resolve().parent) or _tools(javac.parent)
        version = _VERSION.search(ask(javac, "-version"))
        if version and tools:
            yield _describe(javac, version[1], tools)


def _tools(place: Path) -> dict[str, str]:
    names = {"CK_JAVAC": "javac", "CK_JAVA": "java", "CK_JAVA_RT": "java", "CK_JAR": "jar"}
    paths = {variable: place / name for variable, name in names.items()}
    complete = all(path.is_file() for path in paths.values())
    return {variable: str(path) for variable, path in paths.items()} if complete else {}


def _describe(javac: Path, version: str, tools: dict[str, str]) -> Installation:
    return Installation(
        name=f"{_IDENTITY.title} {version}",
        product=_IDENTITY.product,
        version=version,
        path=javac,
        tags=installation_tags(_IDENTITY, version),
        environment=tools,
        plugin=PLUGIN,
        priority=_IDENTITY.priority,
        soft=_IDENTITY.soft,
    )
