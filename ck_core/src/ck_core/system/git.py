"""The one door to git: nothing that a stranger's repository brings is run.

Hooks, submodules and transports that are programs are off, and git never waits for a password. A
directory that is already here has a ``.git/config`` that may name programs in dozens of ways
(filters, fsmonitor, ssh commands, credential helpers): git never reads it. It works in a *room*, a
git directory of ours with a plain configuration and links to the objects and references.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ck_core.errors import CkpError, InstallError, UsageError
from ck_core.system.files import read_text, storage_errors
from ck_core.system.processes import NOT_STARTED, ToolResult, clean_environment, run_tool
from ck_core.system.trees import new_directory

_QUICK_S, _LONG_S = 60, 3600
_DETAIL_LINES = 12
_FORCED = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=",
    "submodule.recurse=false",
    "credential.interactive=false",
    "gc.auto=0",  # in the background it would outlive the room
    "maintenance.auto=false",
)
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_USERS = (
    *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "XDG_CONFIG_HOME"),
    *("SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND"),
    *("XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),  # credential helpers
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", *_PROXIES, *map(str.lower, _PROXIES)),
)
_SCHEMES = frozenset(_QUIET["GIT_ALLOW_PROTOCOL"].split(":"))
_SCHEME = re.compile(r"([A-Za-z0-9+.-]*)(::|://)")
_SSH_PASSWORD = re.compile(r"(?<=ssh://)([^\s/:@]*):[^\s/]*@")
_SECRET = re.compile(r"(?<!ssh)(://)(?:[^\s/]*|[^\s/:]*:(?!\d+(?:[/?#\s]|$))\S*)@")
_BRANCH_OR_TAG = re.compile(
    r"(?![-/.])(?!.*(?:\.\.|@\{|//|/\.|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])"
)
_COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")
_HEAD = re.compile(r"ref: refs/\S+|[0-9a-f]{40,64}")
_KEPT_SETTING = re.compile(
    r"core\.(?:repositoryformatversion|filemode|ignorecase|symlinks|precomposeunicode|autocrlf|eol)"
    r"|extensions\.(?:objectformat|refstorage)"
)
_SHARED = ("objects", "refs", "packed-refs", "reftable", "logs", "info", "shallow", "worktrees")
_IN_THE_WAY = re.compile(r"would be overwritten|would lose untracked|resolve your current index")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """What a repository is held at: one of the three, or nothing.

    Raises:
        UsageError: more than one is given, or one is no name of its kind.
    """

    branch: str = ""
    tag: str = ""
    commit: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.branch, self.tag, self.commit))) > 1:
            raise UsageError("a branch, a tag and a commit exclude each other", hint="name one")
        for kind, name in (("branch", self.branch), ("tag", self.tag)):
            if name and not _BRANCH_OR_TAG.fullmatch(name):
                raise UsageError(f"{name!r:.80} cannot be the name of a {kind}")
        if self.commit and not _COMMIT.fullmatch(self.commit):
            raise UsageError(f"{self.commit!r:.80} is no commit", hint="give 4 to 64 hex digits")


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a work tree is.

    Args:
        commit: the full name; empty before the first commit.
        branch: empty where HEAD is detached.
        modified: something differs from the commit; new files that git does not ignore count,
            submodules do not.
    """

    commit: str
    branch: str
    modified: bool


@dataclass(frozen=True, kw_only=True)
class _Git:
    """Git at work in one directory; ``settings`` are the pairs of a configuration it ignores."""

    directory: Path
    environment: Mapping[str, str]
    settings: Sequence[tuple[str, str]] = ()

    def run(self, *arguments: str, timeout_s: float = _QUICK_S) -> ToolResult:
        return _run(arguments, self.environment, timeout_s, self.directory)

    def ask(self, *arguments: str) -> str:
        result = self.run(*arguments)
        if result.status:
            raise _failure(f"git {arguments[0]} fails in {self.directory}", result)
        return result.output

    def commit(self, name: str) -> str:
        """Full name of a commit; empty where there is none."""
        return self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").output.strip()

    def setting(self, name: str) -> str:
        return next((value for key, value in self.settings if key == name), "")


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A work tree's own git directory, and the one it shares where it is a linked work tree."""

    own: Path
    common: Path
    head: str


def without_credentials(url: str) -> str:
    """The URL, or any text with URLs in it, without passwords and tokens.

    The user's name goes too, for it may be a token; only ssh needs it and has no tokens.
    """
    return _SECRET.sub(r"\1", _SSH_PASSWORD.sub(r"\1@", url))


def state(directory: Path) -> State | None:
    """None where the directory is not itself the top of a git work tree.

    Raises:
        InstallError: git is missing or cannot read the repository.
    """
    place = _place(directory)
    if place is None:
        return None
    with _room(directory, place) as git:
        return _state(git)


def clone(url: str, directory: Path, pin: Pin) -> None:
    """Makes ``directory`` with the full history, or nothing at all.

    Credentials in the URL are kept in the clone's ``.git/config``: updates need them.

    Raises:
        UsageError: the URL, the pin or the directory is impossible.
        InstallError: git is missing or fails.
    """
    _check_url(url)
    if os.path.lexists(directory):
        raise UsageError(f"{directory} exists already", hint="choose another name, or remove it")
    pinned = pin != Pin()
    with new_directory(directory.absolute()) as temporary:
        _download(url, temporary, ["--no-checkout"] if pinned else [])
        if pinned:
            git = _Git(directory=temporary, environment=_environment())
            _check_out(git, _target(git, pin, without_credentials(url)), pin.branch)


def update(directory: Path, pin: Pin) -> None:
    """Fetches from origin and moves to the pin, or fast-forwards the current branch.

    Of the repository's own configuration only origin's URL and what the branch follows count.

    Raises:
        UsageError: no repository that can be updated, or the pin is not in it.
        InstallError: git is missing, or it or the remote fails.
        CkpError: local commits or files stand in the way; they are as they were.
    """
    place = _place_to_update(directory)
    with _room(directory, place) as git:
        before = _state(git)
        wanted = pin if pin != Pin() else Pin(branch=_followed(git, before.branch))
        unnamed = _has_unnamed_commits(git, before)
        _fetch(git)
        start = _target(git, wanted, str(directory))
        branch = (pin.branch or before.branch) if wanted.branch else ""
        if branch:
            start = _forward(git, branch, start)
        if unnamed and git.commit(start) != before.commit:
            raise _own_commits(git, "no branch names them", f"branch NAME {before.commit}")
        with _head_lent(git, place):
            _check_out(git, start, branch)


def _run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    timeout_s: float,
    directory: Path | None = None,
) -> ToolResult:
    forced = [word for setting in _FORCED for word in ("-c", setting)]
    result = run_tool(
        ["git", *forced, *arguments],
        timeout_s=timeout_s,
        directory=directory,
        environment=environment,
    )
    if result.status == NOT_STARTED:
        details = result.error_output
        raise InstallError("git cannot be started", hint="apt install git", details=details)
    if result.timed_out:
        raise InstallError(f"git {arguments[0]} was stopped after {timeout_s:.0f} s")
    return result


def _environment() -> dict[str, str]:
    users = {name: os.environ[name] for name in _USERS if name in os.environ}
    return {**clean_environment(), **users, **_QUIET}


def _failure(message: str, result: ToolResult, hint: str = "") -> InstallError:
    return InstallError(message, hint=hint, details=_last_lines(result))


def _last_lines(result: ToolResult) -> str:
    lines = without_credentials(result.error_output).splitlines()
    return "\n".join(lines[-_DETAIL_LINES:])


def _check_url(url: str) -> None:
    """Raises UsageError for what git would take for an option or for a program to run."""
    shown = without_credentials(url)
    if not url or not url.isprintable() or url.startswith("-"):
        raise UsageError(f"{shown!r} is no address of a repository", hint="give a URL or a path")
    scheme = _SCHEME.match(url)
    if scheme and (scheme[2] == "::" or scheme[1] not in _SCHEMES):
        raise UsageError(
            f"{shown} begins with {scheme[0]}, which is not fetched from",
            hint=f"give a path or a URL of {', '.join(sorted(_SCHEMES))}",
        )


def _download(url: str, directory: Path, options: Sequence[str]) -> None:
    """By git's protocol even from a path: what comes is checked, and no file is shared."""
    fixed = ("--quiet", "--no-local", "--template=", "--origin=origin", "--no-recurse-submodules")
    result = _run(["clone", *fixed, *options, "--", url, str(directory)], _environment(), _LONG_S)
    if result.status:
        raise _failure(f"cannot clone {without_credentials(url)}", result, _hint_for_remotes())


def _fetch(git: _Git) -> None:
    url = git.setting("remote.origin.url")
    if not url:
        raise UsageError(
            f"{git.directory} has no remote 'origin' to update from",
            hint=f"{_in(git)} remote add origin URL",
        )
    _check_url(url)
    options = ("--quiet", "--prune", "--force", "--tags", "--no-recurse-submodules")
    references = "+refs/heads/*:refs/remotes/origin/*"
    result = git.run("fetch", *options, "--", url, references, timeout_s=_LONG_S)
    if result.status:
        message = f"cannot update {git.directory} from {without_credentials(url)}"
        raise _failure(message, result, _hint_for_remotes())


def _hint_for_remotes() -> str:
    return "check the address, the network and, where it is private, git's own credentials"


def _in(git: _Git) -> str:
    return f"git -C {shlex.quote(str(git.directory))}"


def _state(git: _Git) -> State:
    """From the headers: git has looked at everything before it prints them."""
    options = ("--branch", "--untracked-files=normal", "--ignore-submodules=all")
    result = git.run("status", "--porcelain=v2", *options)
    lines = result.output.splitlines()
    headers = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# "))
    if not {"branch.oid", "branch.head"} <= headers.keys():
        raise _failure(f"git cannot read {git.directory}", result, f"{_in(git)} fsck")
    return State(
        commit=headers["branch.oid"].replace("(initial)", ""),
        branch=headers["branch.head"].replace("(detached)", ""),
        modified=any(line[:1] != "#" for line in lines),
    )


def _followed(git: _Git, branch: str) -> str:
    """The branch of origin that a local one follows: that of the same name, if nothing is set."""
    if not branch:
        raise UsageError(
            f"{git.directory} is on no branch that could go forward",
            hint="name a branch, a tag or a commit",
        )
    if git.setting(f"branch.{branch}.remote") != "origin":
        return branch
    return git.setting(f"branch.{branch}.merge").removeprefix("refs/heads/") or branch


def _target(git: _Git, pin: Pin, where: str) -> str:
    """What to check out; a branch keeps its name, so that git notes what the new one follows."""
    kind, name = next((kind, name) for kind, name in vars(pin).items() if name)
    prefix = {"branch": "refs/remotes/origin/", "tag": "refs/tags/", "commit": ""}[kind]
    commit = git.commit(prefix + name)
    if not commit or (pin.commit and not commit.startswith(name.lower())):
        raise UsageError(f"{where} has no {kind} {name!r}", hint="check its name")
    return prefix + name if pin.branch else commit


def _forward(git: _Git, branch: str, theirs: str) -> str:
    """Where a branch belongs: at origin's, or where it is if it only has more commits."""
    own = f"refs/heads/{branch}"
    if not git.commit(own):
        return theirs
    counts = git.ask("rev-list", "--left-right", "--count", f"{own}...{theirs}", "--")
    only_own, only_theirs = map(int, counts.split())
    if only_own and only_theirs:
        raise _own_commits(git, f"{branch!r} cannot be fast-forwarded", f"rebase {theirs}")
    return own if only_own else theirs


def _has_unnamed_commits(git: _Git, before: State) -> bool:
    """Asked before fetching: a branch that was rewritten leaves commits that are not local."""
    if before.branch or not before.commit:
        return False
    named = ("--branches", "--tags", "--remotes")
    return bool(git.ask("rev-list", "--max-count=1", "HEAD", "--not", *named, "--"))


def _own_commits(git: _Git, why: str, command: str) -> CkpError:
    message = f"{git.directory} has commits of its own: {why}"
    return CkpError(message, hint=f"{_in(git)} {shlex.join(command.split())}, and update again")


def _check_out(git: _Git, start: str, branch: str) -> None:
    options = ("--quiet", "--no-overwrite-ignore", "--no-recurse-submodules")
    where = ("-B", branch) if branch else ("--detach",)
    result = git.run("checkout", *options, *where, start, "--", timeout_s=_LONG_S)
    if result.status and _IN_THE_WAY.search(result.error_output):
        raise CkpError(
            f"local changes in {git.directory} stand in the way",
            hint=f"commit them, or {_in(git)} stash --include-untracked, and update again",
            details=_last_lines(result),
        )
    if result.status:
        raise _failure(f"cannot check out {branch or start} in {git.directory}", result)


def _place(directory: Path) -> _Place | None:
    with storage_errors("look at", directory):
        own = _git_directory(directory.absolute() / ".git")
        if own is None:
            return None
        common = own / (_line(own / "commondir") or ".")
        whole = (common / "objects").is_dir() and (common / "refs").is_dir()
    head = _line(own / "HEAD")
    return _Place(own=own, common=common, head=head) if whole and _HEAD.fullmatch(head) else None


def _git_directory(entry: Path) -> Path | None:
    """A linked work tree has a file there that says where."""
    if entry.is_dir():
        return entry
    label, _, path = _line(entry).partition(": ")
    return entry.parent / path if label == "gitdir" and path else None


def _line(path: Path) -> str:
    """The text of a file of one line; empty where it cannot be read."""
    try:
        return read_text(str(path), 1 << 16)[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _place_to_update(directory: Path) -> _Place:
    place = _place(directory)
    if place is None:
        raise UsageError(f"{directory} is not the top of a git work tree")
    entry = directory.absolute() / ".git"
    if entry.is_symlink() or place.own != entry or place.common != entry:
        raise UsageError(
            f"{directory} shares another repository's .git: that one is not touched",
            hint=f"git -C {shlex.quote(str(directory))} pull",
        )
    return place


@contextmanager
def _room(directory: Path, place: _Place) -> Iterator[_Git]:
    """Git at work on a repository without reading its configuration or its hooks."""
    top = directory.absolute()
    folder = tempfile.TemporaryDirectory(prefix="ckp-git-")
    with storage_errors("use", Path(tempfile.gettempdir())), folder as room:
        environment = {
            **_environment(),
            "GIT_DIR": room,
            "GIT_WORK_TREE": str(top),
            "GIT_INDEX_FILE": str(place.own / "index"),
        }
        _link(Path(room), place)
        settings = _settings(place.common / "config", environment)
        (Path(room) / "config").write_text(_plain_configuration(settings), encoding="utf-8")
        yield _Git(directory=top, environment=environment, settings=settings)


def _link(room: Path, place: _Place) -> None:
    """Packed references are linked even before there are any: git writes where the link leads."""
    (room / "HEAD").write_text(f"{place.head}\n", encoding="utf-8")
    shared = [place.common / name for name in _SHARED]
    for path in (*shared, *place.own.glob("sharedindex.*")):
        if path.exists() or path.name == "packed-refs":
            (room / path.name).symlink_to(path)


def _settings(path: Path, environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a configuration says, without what it includes; as much of it as git can read."""
    arguments = ("config", "--file", str(path), "--null", "--list")
    entries = _run(arguments, environment, _QUICK_S).output.split("\0")
    return [(key, value) for key, _, value in (entry.partition("\n") for entry in entries) if key]


def _plain_configuration(settings: Sequence[tuple[str, str]]) -> str:
    """How files are stored here, which git has to know; none of it can name a program."""
    lines = ["[core]\n\tbare = false\n"]
    for key, value in settings:
        if _KEPT_SETTING.fullmatch(key) and re.fullmatch(r"[A-Za-z0-9]+", value):
            section, _, name = key.partition(".")
            lines.append(f"[{section}]\n\t{name} = {value}\n")
    return "".join(lines)


@contextmanager
def _head_lent(git: _Git, place: _Place) -> Iterator[None]:
    """Holds git's own lock on HEAD, which becomes what git has made of the room's."""
    lock, index_lock = place.own / "HEAD.lock", place.own / "index.lock"
    _refuse_while_locked(git, [lock, index_lock])
    with storage_errors("create", lock), lock.open("x", encoding="utf-8") as stream:
        try:
            yield
            stream.write((Path(git.environment["GIT_DIR"]) / "HEAD").read_text(encoding="utf-8"))
            stream.flush()
            lock.replace(place.own / "HEAD")
        except BaseException as error:
            lock.unlink(missing_ok=True)
            if isinstance(error, KeyboardInterrupt):  # git was killed and could not tidy up
                index_lock.unlink(missing_ok=True)
            raise


def _refuse_while_locked(git: _Git, locks: Sequence[Path]) -> None:
    for lock in locks:
        if lock.exists():
            raise CkpError(
                f"another git is at work in {git.directory}: {lock} exists",
                hint=f"wait for it; where none runs, rm {shlex.quote(str(lock))}",
            )
