"""What version a found thing has; empty where nothing tells."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ck_core.builtin.softs.looking import Found, Kind
from ck_core.domain.soft import Soft, VersionSource
from ck_core.system.processes import run_tool

_TIMEOUT_S = 10.0
_TEXT_LIMIT = 1 << 18
_NUMBER = r"(\d[\w.+-]*)"
_DOTTED = re.compile(r"\d+(?:\.\d+)+")
_IN_SONAME = re.compile(r"\.so\.(\d[\d.]*)$")


def version_of(found: Found, soft: Soft, headers: Sequence[Path], prefix: Path) -> str:
    """The first answer of the sources that the soft names, then the file's own name.

    Args:
        headers: directories with the library's headers.
    """
    answers = _answers(found, soft.version, headers, prefix)
    return next(filter(None, (answer.strip(".+-_") for answer in answers)), "")


def _answers(
    found: Found, source: VersionSource, headers: Sequence[Path], prefix: Path
) -> Iterator[str]:
    yield source.given
    if source.command and found.kind is Kind.TOOL:
        yield _printed(found.path, source)
    if source.header:
        texts = (_text(directory / source.header) for directory in headers)
        yield from (_after(source.after, text) for text in texts)
    if source.pkg_config:
        yield from map(_of_pkg_config, _pkg_config_files(found, source.pkg_config, prefix))
    if found.kind is Kind.PYTHON:
        yield _of_python(found, source)
    if found.kind is Kind.DYNAMIC and (match := _IN_SONAME.search(os.path.realpath(found.path))):
        yield match[1]


def _printed(path: Path, source: VersionSource) -> str:
    """What a tool prints; whatever its exit status, as many print their version with an error."""
    result = run_tool([str(path), *source.command], timeout_s=_TIMEOUT_S, directory=Path("/"))
    text = "" if result.timed_out else f"{result.output}\n{result.error_output}"
    if source.after:
        return _after(source.after, text)
    match = _DOTTED.search(text)
    return match[0] if match else ""


def _after(words: Iterable[str], text: str) -> str:
    """The numbers behind the words, with dots; empty where one is missing."""
    found = [_number_after(one, text) for one in words]
    return ".".join(found) if all(found) else ""


def _number_after(words: str, text: str) -> str:
    """Blanks in the words stand for any; quotation marks and a ``v`` may come before the number."""
    literal = r"\s+".join(map(re.escape, words.split()))
    match = re.search(rf"{literal}[\s\"'(:=v]*{_NUMBER}", text)
    return match[1] if match else ""


def _pkg_config_files(found: Found, name: str, prefix: Path) -> Iterator[Path]:
    for place in (found.place, prefix / "lib", prefix / "lib64", prefix / "share"):
        yield place / "pkgconfig" / f"{name}.pc"


def _of_pkg_config(file: Path) -> str:
    match = re.search(rf"^Version:\s*{_NUMBER}", _text(file), re.MULTILINE)
    return match[1] if match else ""


def _of_python(found: Found, source: VersionSource) -> str:
    """From the module and variable that are named, else from what the installer noted."""
    file = found.path.with_name(f"{source.python_file or '__init__'}.py")
    name = re.escape(source.python_variable or "__version__")
    match = re.search(rf"^{name}\s*(?::[^=\n]*)?=\s*['\"]{_NUMBER}", _text(file), re.MULTILINE)
    return match[1] if match else _of_distribution(found.path.parent)


def _of_distribution(package: Path) -> str:
    pattern = re.compile(rf"{re.escape(package.name)}-{_NUMBER}\.(?:dist|egg)-info", re.IGNORECASE)
    try:
        names = os.listdir(package.parent)  # noqa: PTH208  # no Path object for each of thousands
    except OSError:
        return ""
    return next((match[1] for name in names if (match := pattern.fullmatch(name))), "")


def _text(file: Path) -> str:
    """The beginning of a regular file; a pipe would be waited for."""
    try:
        if not file.is_file():
            return ""
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_TEXT_LIMIT)
    except OSError:
        return ""
