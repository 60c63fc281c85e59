"""Packages of tests' own, and installing them through the real stage."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.target import Target
from ck_core.stages.install_package import install_package
from ck_core.stages.looking import packages
from ck_core.testing.samples import requirement

UID = "0123456789abcdef"

ADDER = {
    "adder.h": "int add(int, int);\n",
    "adder.c": '#include "adder.h"\nint add(int a, int b) { return a + b; }\n',
}
MAKEFILE = """\
libadder.a: adder.o
\t$(AR) rcs $@ adder.o
install: libadder.a
\tmkdir -p $(PREFIX)/lib $(prefix)/include
\tcp libadder.a $(PREFIX)/lib && cp adder.h $(prefix)/include
"""
CMAKE_LISTS = """\
cmake_minimum_required(VERSION 3.16)
project(adder C)
add_library(adder STATIC adder.c)
option(WITH_EXTRA "one more file" OFF)
if(WITH_EXTRA)
  install(FILES adder.c DESTINATION extra)
endif()
install(TARGETS adder)
install(FILES adder.h DESTINATION include)
"""
CONFIGURE = """\
for word in "$@"; do
  case "$word" in
    --prefix=*) prefix=${word#--prefix=} ;;
    --host=*) host=${word#--host=} ;;
    --with-name=*) name=${word#--with-name=} ;;
  esac
done
cat > Makefile <<END
all: lib$name.a
lib$name.a: adder.c
	$CC $CPPFLAGS $CFLAGS -c adder.c -o adder.o
	${AR:-ar} rcs lib$name.a adder.o
install: all
	mkdir -p $prefix/lib $prefix/include
	cp lib$name.a $prefix/lib && cp adder.h $prefix/include
	echo "$host" > $prefix/host
END
"""


def meta(recipe: Any, *, version: str = "1.0", **more: Any) -> dict[str, Any]:
    """Of a package that installs ``thing``."""
    return {
        "backup_data_uid": UID,
        "tags": ["lib", "thing"],
        "product": "thing",
        "customize": {"version": version},
        "recipe": recipe,
        **more,
    }


def find_package(name: str, context: Context) -> Package:
    return next(one for one in packages(context) if one.name == name)


def install(
    name: str = "thing",
    made_with: Mapping[str, Installation] | None = None,
    *,
    allowed_system: bool = False,
    target: Target | None = None,
) -> Installation:
    """As a run does that needs it."""
    context = Context(SilentReporter(), target)
    package = find_package(name, context)
    return install_package(package, made_with or {}, context, allowed_system=allowed_system)


def registered() -> list[Installation]:
    return list(Context(SilentReporter()).environments.registered())


def compiler(triple: str = "x86_64-linux-gnu") -> Installation:
    """A real one; the test is skipped where there is none."""
    path = shutil.which("gcc" if triple.startswith("x86_64") else f"{triple}-gcc")
    if path is None:
        pytest.skip(f"no gcc for {triple} is here")
    environment = {"CK_CC": path, "CK_COMPILER_FLAGS_OBLIGATORY": "-fno-common"}
    return installation("gcc", Path(path), environment, triple)


def installation(
    product: str, path: Path, environment: Mapping[str, str] | None = None, target: str = ""
) -> Installation:
    return Installation(
        name=product,
        product=product,
        version="1",
        path=path,
        tags=requirement(product).tags,
        environment=environment or {},
        target=target,
    )


def tarball(path: Path, files: Mapping[str, str], *, top: str = "thing-1.0") -> str:
    """Writes a .tar.gz of files and answers its SHA-256."""
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"{top}/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return sha256(path.read_bytes()).hexdigest()
