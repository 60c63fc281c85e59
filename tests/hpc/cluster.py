"""A real Slurm for a test session: several nodes on loopback, without systemd.

Its daemons are children of the tests' process and end with it, however that ends.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd")
NODES = 4
_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
_PREFIX = "ckp-slurm-"
_START_S, _STOP_S = 30.0, 10.0
CONFIGURATION = """\
ClusterName=ckp
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={place}/munge/socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
ReturnToService=2
StateSaveLocation={place}/state
SlurmctldPidFile={place}/slurmctld.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdPidFile={place}/%n.pid
SlurmdLogFile={place}/%n.log
SlurmdSpoolDir={place}/spool/%n
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerNode=500
EnforcePartLimits=ALL
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
InactiveLimit=0
KillWait=2
MinJobAge=86400
SlurmctldTimeout=30
SlurmdTimeout=30
MaxArraySize=1001
{nodes}
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
PartitionName=short Nodes=n1 MaxTime=1 State=UP
"""


class NoClusterError(Exception):
    """Why there is none here.

    Attributes:
        is_missing: it is not installed.
    """

    def __init__(self, reason: str, *, is_missing: bool = False) -> None:
        super().__init__(reason)
        self.is_missing = is_missing


class Cluster:
    """Partitions ``debug``, of all nodes, and ``short``, of one and a minute."""

    def __init__(self, nodes: int = NODES) -> None:
        _sweep()
        place = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))  # short, for sockets
        place.chmod(0o711)  # munged wants everybody to reach its socket
        self._place = place
        self._names = [f"n{number}" for number in range(1, nodes + 1)]
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}
        self.configuration = place / "slurm.conf"
        self.environment = {"SLURM_CONF": str(self.configuration), "PATH": _PATH}

    def start(self) -> None:
        """Until all nodes are idle; raises NoClusterError where it cannot be."""
        missing = [one for one in (*DAEMONS, "sbatch") if shutil.which(one, path=_PATH) is None]
        if missing:
            reason = f"needs a real Slurm: {', '.join(missing)} not installed"
            raise NoClusterError(reason, is_missing=True)
        self._write()
        self._start_munge()
        self.start_controller()
        for name in self._names:
            self.start_node(name)
        self.wait_until_idle()

    def stop(self) -> None:
        """Jobs first, then daemons; whatever is still there is killed."""
        controller = self._daemons.get("slurmctld")
        if controller and controller.poll() is None:
            with suppress(subprocess.SubprocessError):
                self.ask("scancel", "--me", timeout_s=5)
        for name in reversed([*self._daemons]):
            self.end(name)
        for process in self._left():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        shutil.rmtree(self._place, ignore_errors=True)

    @property
    def saved_at(self) -> float:
        """When the controller last wrote down its jobs, which it does every some seconds."""
        try:
            return (self.configuration.parent / "state" / "job_state").stat().st_mtime
        except FileNotFoundError:  # it is renamed
            return 0.0

    def start_controller(self) -> None:
        """With what it knew before it was ended."""
        self._begin("slurmctld", "-D", "-f", str(self.configuration))

    def start_node(self, name: str) -> None:
        self._begin("slurmd", "-D", "-N", name, "-f", str(self.configuration), called=name)

    def end(self, daemon: str, number: int = signal.SIGTERM) -> None:
        """One of the daemons, by a node's name or ``slurmctld``."""
        process = self._daemons.pop(daemon)
        process.send_signal(number)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def lose(self, node: str) -> None:
        """As by a power cut: its daemon and all that it runs."""
        self.end(node, signal.SIGKILL)
        for process in self._left():
            if _variable(process, "SLURMD_NODENAME") == node or _is_step_of(process, node):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def ask(self, *words: str, timeout_s: float = 30) -> str:
        """What one of Slurm's commands prints; raises CalledProcessError."""
        done = subprocess.run(
            words,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=True,
        )
        return done.stdout

    def jobs(self, *states: str) -> list[str]:
        """Ids, one for each element of an array; without states those that are not over."""
        chosen = [f"--states={','.join(states)}"] if states else []
        return self.ask("squeue", "--noheader", "--array", "--format=%i", *chosen).split()

    def clear(self) -> None:
        """No job is left, and all nodes are there."""
        if "slurmctld" not in self._daemons:
            self.start_controller()
        for name in [one for one in self._names if one not in self._daemons]:
            self.start_node(name)
        if self.jobs():
            self.ask("scancel", "--me")
        with suppress(subprocess.SubprocessError):  # it refuses for nodes that are well
            self.ask("scontrol", "update", f"nodename={','.join(self._names)}", "state=resume")
        self.wait_until_idle()

    def submissions(self) -> set[str]:
        """Ids as sbatch has told them, of all jobs until now."""
        return {one.partition("_")[0] for one in self.jobs("all")}

    def processes(self, word: str) -> list[int]:
        """Of this cluster, in whose command line the word is."""
        return [one for one in self._left() if word in _command(one)]

    def wait_until_idle(self) -> None:
        """Raises NoClusterError where they do not become so."""
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            with suppress(subprocess.SubprocessError):
                told = self.ask("sinfo", "--noheader", "--partition=debug", "--format=%T %D")
                if told.split() == ["idle", str(len(self._names))]:
                    return
            for name, process in self._daemons.items():
                if process.poll() is not None:
                    raise NoClusterError(f"{name} ended at once: {self._said(name)}")
            time.sleep(0.05)
        raise NoClusterError(f"nodes are not idle: {self._said('slurmctld')}")

    def _write(self) -> None:
        for name in ("munge", "state", "spool"):
            (self._place / name).mkdir()
        (self._place / "munge").chmod(0o711)
        key = self._place / "munge" / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        self._place.joinpath("cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        host = socket.gethostname().partition(".")[0]
        port, *ports = _free_ports(1 + len(self._names))
        nodes = [
            f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={own} CPUs=2 "
            "RealMemory=2000 State=UNKNOWN"
            for name, own in zip(self._names, ports, strict=True)
        ]
        values = {"host": host, "port": port, "user": getpass.getuser(), "place": self._place}
        text = CONFIGURATION.format(**values, nodes="\n".join(nodes))
        self.configuration.write_text(text)

    def _start_munge(self) -> None:
        place = self._place / "munge"
        files = {"key-file": "key", "socket": "socket", "pid-file": "pid", "seed-file": "seed"}
        switches = [f"--{name}={place / file}" for name, file in files.items()]
        log = f"--log-file={place / 'log'}"
        self._begin("munged", "--foreground", "--num-threads=2", *switches, log)
        deadline = time.monotonic() + _START_S
        while not (place / "socket").exists():
            if self._daemons["munged"].poll() is not None or time.monotonic() > deadline:
                raise NoClusterError(f"munged does not start: {self._said('munged')}")
            time.sleep(0.02)

    def _begin(self, daemon: str, *words: str, called: str = "") -> None:
        """The kernel ends it where this process is killed."""
        name = called or daemon
        with (self._place / f"{name}.out").open("ab") as output:
            self._daemons[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", str(shutil.which(daemon, path=_PATH)), *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._place,
                env={**os.environ, **self.environment},
                start_new_session=True,  # Ctrl-C is for pytest, which stops them
            )

    def _said(self, daemon: str) -> str:
        with suppress(OSError):
            return (self._place / f"{daemon}.out").read_text(errors="replace")[-500:]
        return "nothing"

    def _left(self) -> Iterable[int]:
        """Processes that have this cluster's configuration: daemons, their steps, and jobs."""
        own = str(self.configuration)
        return [one for one in _processes() if _variable(one, "SLURM_CONF") == own]


def _sweep() -> None:
    """Directories of tests that were killed."""
    for one in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = one.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(one, ignore_errors=True)


def _processes() -> list[int]:
    found = [int(one.name) for one in Path("/proc").glob("[0-9]*")]
    return [one for one in found if one != os.getpid()]


def _variable(process: int, name: str) -> str:
    with suppress(OSError):
        for one in Path(f"/proc/{process}/environ").read_bytes().split(b"\0"):
            key, _, value = one.partition(b"=")
            if key == name.encode():
                return value.decode(errors="replace")
    return ""


def _command(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace")
    return ""


def _is_step_of(process: int, node: str) -> bool:
    """A step's keeper has its socket in its node's own directory."""
    with suppress(OSError):
        if "slurmstepd" not in _command(process):
            return False
        opened = [str(one.readlink()) for one in Path(f"/proc/{process}/fd").iterdir()]
        return any(one.endswith(f"/{node}.log") for one in opened)
    return False


def _free_ports(count: int) -> list[int]:
    """All of them are held until all are known, so that they differ."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
