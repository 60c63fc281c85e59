"""Starts and measures repetitions; a script run as ``python -I -S supervisor.py JOB``.

It stands alone (standard library only) so that it is small, and it is a process of its
own for three reasons. It adopts orphans, so that a program's whole tree can be killed,
which the process of a ckp user must not do to itself. It dies with ckp, and its tree
with it. And Linux counts the memory of whoever starts a child towards the child's peak
(exec folds the old address space's high-water mark into it): started from here a small
program would seem to need 11 MB. So a program is started by the *nursery*, a tiny shell
whose orphaned subshell waits at a gate and then becomes the program.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import resource
import shutil
import signal
import stat
import sys
import time

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
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


class Stopped(BaseException):
    """ckp asked us to stop, or is gone."""


class CannotStartError(Exception):
    """The system refuses to execute the program."""


class TimedOut(BaseException):
    """The repetition's time is up."""


def main() -> None:
    job = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGTERM, raise_stopped)
    signal.signal(signal.SIGALRM, raise_timed_out)
    adopted = adopt_orphans()
    if os.getppid() != job["parent"]:  # ckp ended before we asked to be told of it
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir(job["directory"])
    start: Start = Direct(job)
    try:
        if adopted and job["may_use_shell"] and os.path.exists("/bin/sh"):
            start = Nursery(job)
        run_all(job, start)
    except Stopped:
        pass
    except CannotStartError as problem:
        print(json.dumps({"start_error": str(problem)}), flush=True)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        start.close()
        kill_tree()


def raise_stopped(*_: object) -> None:
    raise Stopped


def raise_timed_out(*_: object) -> None:
    raise TimedOut


def adopt_orphans() -> bool:
    """Whether this process now gets its descendants' orphans (Linux only)."""
    try:
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 and os.path.exists("/proc/self/stat")
    except (AttributeError, OSError):
        return False


def run_all(job: Job, start: Start) -> None:
    outputs: dict[tuple[str | None, ...], str] = {}
    for number in range(job["warmups"] + job["repetitions"]):
        directory = os.path.join(job["directory"], f"rep-{number:04d}")
        os.mkdir(directory)
        link_inputs(job["inputs"], directory)
        start, measured = run_one(job, start, directory)
        measured["warmup"] = number < job["warmups"]
        measured["directory"] = keep_once(job, directory, outputs)
        print(json.dumps(measured), flush=True)
        failed = measured["timed_out"] or measured["exit_status"] != 0
        if failed and (measured["timed_out"] or not job["ignore_exit_status"]):
            break


def link_inputs(inputs: str, directory: str) -> None:
    """What every repetition begins with, if there is something."""
    for name in os.listdir(inputs) if inputs else ():
        os.symlink(os.path.join(inputs, name), os.path.join(directory, name))


def run_one(job: Job, start: Start, directory: str) -> tuple[Start, dict[str, Any]]:
    """One repetition, and how to start the next: directly once the peak cannot hide.

    A direct start is cheaper, and as true for programs that need more than we do.
    """
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pid = start.prepare(directory)
    timed_out = False
    began = time.perf_counter_ns()
    try:
        signal.setitimer(signal.ITIMER_REAL, job["timeout_s"])
        start.go()
        _, status, usage = os.wait4(pid or start.pid, 0)
    except TimedOut:
        timed_out = True
        os.kill(pid or start.pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid or start.pid, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    wall_ns = time.perf_counter_ns() - began
    kill_tree(keep=start.shell)
    if isinstance(start, Nursery) and usage.ru_maxrss > 1.2 * floor:
        start.close()
        start = Direct(job)
    own_share = share_of_program(usage, start.spent_ns)
    return start, measurement(wall_ns, status, usage, own_share, timed_out)


def measurement(
    wall_ns: int,
    status: int,
    usage: resource.struct_rusage,
    own_share: float,
    timed_out: bool,  # noqa: FBT001  # private
) -> dict[str, Any]:
    scale = 1 if sys.platform == "darwin" else 1024
    return {
        "wall_s": wall_ns / 1e9,
        "user_s": usage.ru_utime * own_share,
        "system_s": usage.ru_stime * own_share,
        "peak_memory_bytes": usage.ru_maxrss * scale,
        "exit_status": os.waitstatus_to_exitcode(status),
        "voluntary_switches": usage.ru_nvcsw,
        "involuntary_switches": usage.ru_nivcsw,
        "major_faults": usage.ru_majflt,
        "minor_faults": usage.ru_minflt,
        "timed_out": timed_out,
    }


def share_of_program(usage: resource.struct_rusage, spent_ns: int) -> float:
    """The part of the processor time that was spent after the gate."""
    total_ns = (usage.ru_utime + usage.ru_stime) * 1e9
    return max(0.0, 1 - spent_ns / total_ns) if total_ns else 1.0


def processor_time_ns(pid: int) -> int:
    """What a process has used so far; 0 where the kernel does not tell."""
    try:
        with open(f"/proc/{pid}/schedstat") as stream:
            return int(stream.read().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


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
        # Pipes may have got the very numbers that the shell wants: move ours out of the way.
        ours = [os.dup2(fd, 100 + n) for n, fd in enumerate((directories, answers, gate))]
        actions: list[Any] = [(os.POSIX_SPAWN_DUP2, fd, 3 + n) for n, fd in enumerate(ours)]
        actions += [(os.POSIX_SPAWN_CLOSE, fd) for fd in ours]
        files = {"ckp_out": job["stdout_file"], "ckp_err": job["stderr_file"]}
        arguments = ["sh", "-c", NURSERY, "sh", *job["arguments"]]
        self.shell = spawn("/bin/sh", arguments, {**job["environment"], **files}, actions)
        for descriptor in (directories, answers, gate, *ours):
            os.close(descriptor)

    def prepare(self, directory: str) -> int:
        """The pid of a child of ours that waits at the gate."""
        # A shell reads byte by byte: the name alone is faster than the path.
        os.write(self.directories, f"{os.path.basename(directory)}\n".encode())
        if os.read(self.answers, 2) != b"r\n":
            raise OSError(f"no files can be written in {directory}")
        os.kill(children(self.shell)[0], signal.SIGKILL)
        os.read(self.answers, 2)
        pid = next(pid for pid in children(os.getpid()) if pid != self.shell)
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


class Direct:
    """Starts programs from this process."""

    shell = 0
    spent_ns = 0

    def __init__(self, job: Job) -> None:
        self.job = job
        self.pid = 0

    def prepare(self, directory: str) -> int:
        os.chdir(directory)
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
        return os.posix_spawn(path, arguments, environment, file_actions=actions, setpgroup=0)
    except OSError as problem:
        if problem.errno == errno.ENOEXEC and path != "/bin/sh":
            return spawn("/bin/sh", ["sh", path, *arguments[1:]], environment, actions)
        raise CannotStartError(problem.strerror) from None


def kill_tree(keep: int = 0) -> None:
    """Kills and reaps every child but ``keep``: orphans of the program arrive here."""
    while victims := [pid for pid in children(os.getpid()) if pid != keep]:
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        for pid in victims:
            os.waitpid(pid, 0)


def children(parent: int) -> list[int]:
    """Pids of a process's children; the kernel's list where it has one, else all of /proc."""
    try:
        with open(f"/proc/{parent}/task/{parent}/children") as stream:
            return [int(pid) for pid in stream.read().split()]
    except OSError:
        return [pid for pid in listed_processes() if parent_of(pid) == parent]


def listed_processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return int(stream.read().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def keep_once(job: Job, directory: str, outputs: dict[tuple[str | None, ...], str]) -> str:
    """Where the outputs lie: a repetition with outputs seen before shares their directory."""
    if not job["checked_files"]:
        return directory
    digest = tuple(file_digest(os.path.join(directory, name)) for name in job["checked_files"])
    kept = outputs.setdefault(digest, directory)
    if kept != directory:
        os.chdir(job["directory"])
        shutil.rmtree(directory, ignore_errors=True)
    return kept


def file_digest(path: str) -> str | None:
    """None for what is no regular file: a pipe or a device might never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        digest = hashlib.sha256()
        while part := os.read(descriptor, 1 << 20):
            digest.update(part)
        return digest.hexdigest()
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    main()
