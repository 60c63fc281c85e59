"""The private git directory: a repository's objects without its configuration and hooks."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ck_core.system.files import storage_errors
from ck_core.system.git.door import Git, users_environment
from ck_core.system.git.place import Place

_SHARED = ("objects", "refs", "packed-refs", "reftable", "logs", "info", "shallow", "worktrees")
_KEPT_SETTING = re.compile(
    r"core\.(?:repositoryformatversion|filemode|ignorecase|symlinks|precomposeunicode|autocrlf|eol)"
    r"|extensions\.(?:objectformat|refstorage)"
)


@contextmanager
def room_for(directory: Path, place: Place) -> Iterator[Git]:
    """Git at work on a repository; what is in its configuration is told, not obeyed."""
    folder = tempfile.TemporaryDirectory(prefix="ckp-git-")
    with storage_errors("use", Path(tempfile.gettempdir())), folder as name:
        room, top = Path(name), directory.absolute()
        own = {"GIT_DIR": name, "GIT_WORK_TREE": str(top), "GIT_INDEX_FILE": f"{place.own}/index"}
        git = Git(directory=top, environment={**users_environment(), **own})
        _link(room, place)
        settings = _settings(git, place.common / "config")
        (room / "config").write_text(_plain_configuration(settings), encoding="utf-8")
        yield replace(git, settings=settings)


def _link(room: Path, place: Place) -> None:
    """Packed references are linked even before there are any: git writes where the link leads."""
    (room / "HEAD").write_text(f"{place.head}\n", encoding="utf-8")
    shared = [place.common / name for name in _SHARED]
    for path in (*shared, *place.own.glob("sharedindex.*")):
        if path.exists() or path.name == "packed-refs":
            (room / path.name).symlink_to(path)


def _settings(git: Git, file: Path) -> list[tuple[str, str]]:
    """What a configuration says, without what it includes; as much of it as git can read."""
    entries = git.run("config", "--file", str(file), "--null", "--list").output.split("\0")
    return [(key, value) for key, _, value in (entry.partition("\n") for entry in entries) if key]


def _plain_configuration(settings: Sequence[tuple[str, str]]) -> str:
    """How files are stored here, which git has to know; none of it can name a program."""
    lines = ["[core]\n\tbare = false\n"]
    for key, value in settings:
        if _KEPT_SETTING.fullmatch(key) and re.fullmatch(r"[A-Za-z0-9]+", value):
            section, _, name = key.partition(".")
            lines.append(f"[{section}]\n\t{name} = {value}\n")
    return "".join(lines)
