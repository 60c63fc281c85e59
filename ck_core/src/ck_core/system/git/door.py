"""The one door to git: how it is started and how it may fail."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.errors import InstallError
from ck_core.system.git.urls import SCHEMES, without_credentials
from ck_core.system.processes import NOT_STARTED, ToolResult, clean_environment, run_tool

_QUICK_S = 60
LONG_S = 3600
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
    "GIT_ALLOW_PROTOCOL": ":".join(SCHEMES),
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


def users_environment() -> dict[str, str]:
    """What the user has told git, and nothing of what was told to ckp."""
    users = {name: os.environ[name] for name in _USERS if name in os.environ}
    return {**clean_environment(), **users, **_QUIET}


@dataclass(frozen=True, kw_only=True)
class Git:
    """Git at work in one directory; ``settings`` are the pairs of a configuration it ignores."""

    directory: Path = Path()
    environment: Mapping[str, str] = field(default_factory=users_environment)
    settings: Sequence[tuple[str, str]] = ()

    def run(self, *arguments: str, timeout_s: float = _QUICK_S) -> ToolResult:
        forced = [word for setting in _FORCED for word in ("-c", setting)]
        result = run_tool(
            ["git", *forced, *arguments],
            timeout_s=timeout_s,
            directory=self.directory,
            environment=self.environment,
        )
        if result.status == NOT_STARTED:
            details = result.error_output
            raise InstallError("git cannot be started", hint="apt install git", details=details)
        if result.timed_out:
            raise InstallError(f"git {arguments[0]} was stopped after {timeout_s:.0f} s")
        return result

    def ask(self, *arguments: str) -> str:
        result = self.run(*arguments)
        if result.status:
            raise failure(f"git {arguments[0]} fails in {self.directory}", result)
        return result.output

    def commit(self, name: str) -> str:
        """Full name of a commit; empty where there is none."""
        return self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").output.strip()

    def setting(self, name: str) -> str:
        return next((value for key, value in self.settings if key == name), "")


def command_in(directory: Path) -> str:
    """How a command for the user begins that works in a directory."""
    return f"git -C {shlex.quote(str(directory))}"


def failure(message: str, result: ToolResult, hint: str = "") -> InstallError:
    """The error that says what git has said."""
    return InstallError(message, hint=hint, details=last_lines(result))


def failure_of_remote(message: str, result: ToolResult) -> InstallError:
    """As ``failure``, where it may be the network's or the other side's."""
    hint = "check the address, the network and, where it is private, git's own credentials"
    return failure(message, result, hint)


def last_lines(result: ToolResult) -> str:
    """The end of what git has said, which may hold the URL."""
    lines = without_credentials(result.error_output).splitlines()
    return "\n".join(lines[-_DETAIL_LINES:])
