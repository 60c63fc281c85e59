"""How a program is started: from a waiting subshell, or directly."""

from __future__ import annotations

import errno
import fcntl
import os
import signal

from ck_core.system.supervising.descendants import children, processor_time_ns

TYPE_CHECKING = False  # typing itself would cost start-up time
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Job: TypeAlias = dict[str, Any]
    Start: TypeAlias = "Nursery | Direct"

NURSERY = """
while read -r ckp_place <&3; do
  ( ( cd "$ckp_place" && exec </dev/null >"$ckp_out" 2>"$ckp_err" && echo r >&4 || exit 126
      read -r ckp_go <&5
      unset ckp_place ckp_out ckp_err ckp_go PWD OLDPWD SHLVL
      exec "$@" 3<&- 4>&- 5<&- ); : )
  echo o >&4
done 2>/dev/null
"""
_MOST_SHELLS = 64
_SHELL_DESCRIPTORS = (3, 4, 5)
_OUT_OF_THE_WAY = 100
_AS_USUAL = (signal.SIGPIPE,)
"""Python ignores it; a program would inherit that, and a shell cannot undo it.

SIGXFSZ stays ignored: what is cut at ``ulimit -f`` is then told as on a full disk.
"""


class CannotStartError(Exception):
    """The system refuses to execute the program."""


class Starters:
    """One way to start a program for each command in turn: a session interleaves several."""

    def __init__(self, *, adopted: bool) -> None:
        self._has_shell = adopted and os.path.exists("/bin/sh")
        self._known: dict[str, Start] = {}

    def of(self, job: Job) -> Start:
        if job["key"] not in self._known:
            while len(self._known) >= _MOST_SHELLS:
                self.forget(next(iter(self._known)))
            shell = self._has_shell and job["may_use_shell"]
            self._known[job["key"]] = Nursery(job) if shell else Direct(job)
        return self._known[job["key"]]

    def start_directly(self, job: Job) -> None:
        self.forget(job["key"])
        self._known[job["key"]] = Direct(job)

    def forget(self, key: str) -> None:
        if start := self._known.pop(key, None):
            start.close()

    @property
    def shells(self) -> set[int]:
        return {start.shell for start in self._known.values() if start.shell}

    def close(self) -> None:
        for key in list(self._known):
            self.forget(key)


class Nursery:
    """Starts programs from orphaned subshells of a small shell.

    The outer subshell is killed as soon as the inner one is ready (``r``), which makes that one
    our child, as the shell then confirms (``o``). A job in the background would be orphaned as
    well, but deaf to Ctrl-C.
    """

    pid = 0
    spent_ns = 0

    def __init__(self, job: Job) -> None:
        directories, self.directories = os.pipe()
        self.answers, answers = os.pipe()
        gate, self.gate = os.pipe()
        # Pipes may have got the very numbers that the shell wants: move its ends out of the way.
        ends = [
            fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY)
            for fd in (directories, answers, gate)
        ]
        actions: list[Any] = [
            (os.POSIX_SPAWN_DUP2, fd, number)
            for fd, number in zip(ends, _SHELL_DESCRIPTORS, strict=True)
        ]
        files = {"ckp_out": job["stdout_file"], "ckp_err": job["stderr_file"]}
        arguments = ["sh", "-c", NURSERY, "sh", *job["arguments"]]
        self.shell = spawn("/bin/sh", arguments, {**job["environment"], **files}, actions)
        for descriptor in (directories, answers, gate, *ends):
            os.close(descriptor)

    def prepare(self, directory: str) -> int:
        """The pid of a child of ours that waits at the gate."""
        # A shell reads byte by byte: the name alone is faster than the path.
        os.write(self.directories, f"{os.path.basename(directory)}\n".encode())
        if os.read(self.answers, 2) != b"r\n":
            raise OSError(f"no files can be written in {directory}")
        (outer,) = children(self.shell)
        (pid,) = children(outer)
        os.kill(outer, signal.SIGKILL)
        os.read(self.answers, 2)
        os.setpgid(pid, pid)  # "kill 0" in a program is to hit the program alone
        self.spent_ns = processor_time_ns(pid)
        return pid

    def go(self) -> None:
        os.write(self.gate, b"\n")

    def close(self) -> None:
        if self.shell:
            os.kill(self.shell, signal.SIGKILL)
            os.waitpid(self.shell, 0)
            self.shell = 0
            for descriptor in (self.directories, self.answers, self.gate):
                os.close(descriptor)


class Direct:
    """Starts programs from this process."""

    shell = 0
    spent_ns = 0

    def __init__(self, job: Job) -> None:
        self.job = job
        self.pid = 0

    def prepare(self, directory: str) -> int:
        os.chdir(directory)
        self.pid = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        self.actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, self.job["stdout_file"], flags, 0o644),
            (os.POSIX_SPAWN_OPEN, 2, self.job["stderr_file"], flags, 0o644),
        ]
        return 0

    def go(self) -> None:
        arguments, environment = self.job["arguments"], self.job["environment"]
        self.pid = spawn(arguments[0], arguments, environment, self.actions)

    def close(self) -> None:
        pass


def spawn(path: str, arguments: list[str], environment: dict[str, str], actions: list[Any]) -> int:
    """In a process group of its own; a script without ``#!`` is run by the shell, as shells do."""
    try:
        return os.posix_spawn(
            path,
            arguments,
            environment,
            file_actions=actions,
            setpgroup=0,
            setsigdef=_AS_USUAL,
        )
    except OSError as problem:
        if problem.errno == errno.ENOEXEC and path != "/bin/sh":
            return spawn("/bin/sh", ["sh", path, *arguments[1:]], environment, actions)
        raise CannotStartError(problem.strerror) from None
