"""From source files to an installation: CMake, configure, make, a script, or a copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ck_core.builtin.packages.order import Order
from ck_core.builtin.packages.sources import Sources
from ck_core.builtin.packages.toolchain import Toolchain
from ck_core.builtin.packages.tools import run_step
from ck_core.domain.recipe import Build
from ck_core.errors import BadComponentError
from ck_core.system.trees import copy_tree

_VARIABLE = re.compile(r"\$<<(\w+)>>\$")
_CMAKE_SYSTEMS = {
    "linux": "Linux",
    "windows": "Windows",
    "darwin": "Darwin",
    "android": "Android",
    "freebsd": "FreeBSD",
    "wasi": "WASI",
}


@dataclass(frozen=True, kw_only=True)
class Work:
    """One build; ``scratch`` is a directory for what it makes on the way."""

    build: Build
    sources: Sources
    toolchain: Toolchain
    order: Order
    scratch: Path

    @property
    def directory(self) -> Path:
        return self.sources.directory / self.build.directory

    @property
    def jobs(self) -> str:
        return f"-j{self.toolchain.jobs}"

    @property
    def variables(self) -> dict[str, str]:
        """What scripts find in their environment, and options as ``$<<NAME>>$``."""
        package, platform = self.order.package, self.order.request.platform
        return {
            **self.toolchain.environment,
            **package.environment,
            "INSTALL_DIR": str(self.order.directory),
            "SOURCE_DIR": str(self.sources.directory),
            "BUILD_DIR": str(self.scratch),
            "PACKAGE_DIR": str(package.component.path),
            "PACKAGE_VERSION": package.version,
            "PARALLEL": str(self.toolchain.jobs),
            "TARGET": platform.target.name,
            "TARGET_TRIPLE": self.toolchain.triple,
        }

    def run(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        run_step(
            f"build {self.order.package.label}",
            command,
            self.order,
            directory=self.directory,
            environment=self.toolchain.environment if environment is None else environment,
        )

    def options(self) -> list[str]:
        """Each stays one word, whatever its variables hold."""
        return [_expanded(option, self.variables, self.order) for option in self.build.options]


def run_build(work: Work) -> None:
    """Fills the package's directory.

    Raises:
        InstallError: a tool is missing or fails.
        BadComponentError: the recipe names what is not there.
    """
    if not work.directory.is_dir():
        raise _bad(work.order, f"its source has no directory {work.build.directory!r}")
    _BUILDS[work.build.tool](work)


def _cmake(work: Work) -> None:
    cmake, tree = work.toolchain.tool("cmake"), str(work.scratch)
    work.run([cmake, "-S", str(work.directory), "-B", tree, *_cmake_settings(work)])
    targets = [word for target in work.build.targets for word in ("--target", target)]
    work.run([cmake, "--build", tree, "--parallel", str(work.toolchain.jobs), *targets])
    work.run([cmake, "--install", tree])


def _cmake_settings(work: Work) -> Iterator[str]:
    toolchain = work.toolchain
    if "ninja" in toolchain.tools:
        yield from ("-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={toolchain.tool('ninja')}")
    yield from (
        f"-DCMAKE_INSTALL_PREFIX={work.order.directory}",
        "-DCMAKE_INSTALL_LIBDIR=lib",
        "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
    )
    for language, variable in (("C", "CC"), ("CXX", "CXX"), ("Fortran", "FC")):
        if words := toolchain.command(variable):
            yield f"-DCMAKE_{language}_COMPILER={';'.join(words)}"
    # Without it Release adds -O3 behind the level that all packages are built with.
    yield from ("-DCMAKE_C_FLAGS_RELEASE=-DNDEBUG", "-DCMAKE_CXX_FLAGS_RELEASE=-DNDEBUG")
    if toolchain.prefixes:
        yield f"-DCMAKE_PREFIX_PATH={';'.join(map(str, toolchain.prefixes))}"
    if toolchain.target:
        system = toolchain.target.system
        yield f"-DCMAKE_SYSTEM_NAME={_CMAKE_SYSTEMS.get(system, system)}"
        yield f"-DCMAKE_SYSTEM_PROCESSOR={toolchain.target.architecture}"
    yield from work.options()


def _autotools(work: Work) -> None:
    configure = work.directory / "configure"
    if not configure.is_file():
        raise _bad(work.order, "its source has no 'configure'")
    host = [f"--host={work.toolchain.triple}"] if work.toolchain.triple else []
    prefix = f"--prefix={work.order.directory}"
    work.run(["sh", str(configure), prefix, *host, *work.options()])
    make = work.toolchain.tool("make")
    work.run([make, work.jobs, *work.build.targets])
    work.run([make, "install"])


def _make(work: Work) -> None:
    """What makefiles set themselves is overridden, but for the flags, to which they add."""
    place, toolchain = work.order.directory, work.toolchain
    named = ("CC", "CXX", "FC", "AR", "RANLIB")
    tools = [f"{name}={toolchain.environment[name]}" for name in named if _has(toolchain, name)]
    prefixes = (f"PREFIX={place}", f"prefix={place}")
    targets = work.build.targets or ("install",)
    make = toolchain.tool("make")
    work.run([make, work.jobs, *tools, *prefixes, *work.options(), *targets])


def _has(toolchain: Toolchain, name: str) -> bool:
    return bool(toolchain.environment.get(name))


def _script(work: Work) -> None:
    script = work.order.package.component.path / work.build.script
    if not script.is_file():
        raise _bad(work.order, f"it has no file {work.build.script!r}")
    work.run(["sh", str(script), *work.options()], work.variables)


def _copy(work: Work) -> None:
    copy_tree(work.directory, work.order.directory)


_BUILDS: Mapping[str, Callable[[Work], None]] = {
    "cmake": _cmake,
    "autotools": _autotools,
    "make": _make,
    "script": _script,
    "copy": _copy,
}


def _expanded(option: str, variables: Mapping[str, str], order: Order) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in variables:
            raise _bad(order, f"nothing sets {match[1]}, which an option of its build asks for")
        return variables[match[1]]

    return _VARIABLE.sub(value, option)


def _bad(order: Order, problem: str) -> BadComponentError:
    file = order.package.component.meta_file
    return BadComponentError(f"package:{order.package.name}: {problem}", hint=f"correct {file}")
