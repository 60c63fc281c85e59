"""A forked ckp finds what a started one finds, and answers the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from forked import ckp_calls
from forked.ckp_calls import CkpServers, Done, start
from plugins.fake_distribution import install_fake

SPY = """
import importlib.util, json, os, pathlib, resource, signal, sys, threading, time
from ck_core import hookimpl

def streams():
    return {
        name: (stream.encoding, stream.errors, stream.isatty(), stream.line_buffering)
        for name, stream in zip(("in", "out", "error"), (sys.stdin, sys.stdout, sys.stderr))
    }

FOUND = {
    "words": sys.argv, "path": sys.path, "flags": str(sys.flags), "executable": sys.executable,
    "environment": dict(os.environ), "directory": os.getcwd(), "zone": time.tzname,
    "group": os.getpgrp(), "session": os.getsid(0), "umask": os.umask(0o22), "nice": os.nice(0),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE), "cores": sorted(os.sched_getaffinity(0)),
    "streams": streams(), "open": sorted(os.listdir("/proc/self/fd"))[:3],
    "inputs": [os.readlink(f"/proc/self/fd/{number}").partition(":")[0] for number in range(3)],
    "threads": threading.active_count(), "mask": sorted(signal.pthread_sigmask(0, [])),
    "signals": [str(signal.getsignal(number)) for number in (2, 13, 17, 25)],
    "main": sys.modules["__main__"].__spec__.name, "rich": importlib.util.find_spec("rich").origin,
}
FOUND["open"] = FOUND["open"] == ["0", "1", "2"] and len(os.listdir("/proc/self/fd")) < 5
pathlib.Path(os.environ["SPIED"]).write_text(json.dumps([FOUND, hash("a")]))

@hookimpl
def postprocess(request, result): ...
"""
ACTS = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "its own end": "os._exit(7)",
    "ends of lines": "sys.stderr.write('a\\r\\nb\\rc')",
    "more than a pipe holds": "sys.stderr.write('x' * 300_000)",
    "at exit": "atexit.register(print, 'late', file=sys.stderr)",
    "a thread": "threading.Thread(target=last).start()",
    "a handler": "signal.signal(signal.SIGTERM, signal.SIG_DFL); os.kill(os.getpid(), 15)",
    "no output": "os.close(1)",
}
"""What a plugin may do to the process that loads it."""
ACTOR = """
import atexit, os, signal, sys, threading

def last():
    threading.main_thread().join()
    print("late", file=sys.stderr)

"""

pytestmark = pytest.mark.skipif(not ckp_calls.CAN_FORK, reason="forks on Linux only")


@pytest.fixture
def given(tmp_path: Path, ckp_home: Path) -> dict[str, str]:
    """An environment with a plugin that writes what it sees of its process."""
    install_fake(tmp_path / "site", "spy", SPY)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "TZ": "Asia/Tokyo"}
    return {**environment, "SPIED": str(tmp_path / "spied"), "OWN": "\udcff"}


def spied(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "spied").read_text())


def test_its_process_looks_alike(
    ckp_servers: CkpServers,
    tmp_path: Path,
    given: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert start(["plugins", "--check"], given, 60).returncode == 0
    started, _ = spied(tmp_path)
    hashes = set()
    for _ in range(ckp_calls.SERVERS):
        assert ckp_servers.call(["plugins", "--check"], given, 60).returncode == 0
        forked, of_a = spied(tmp_path)
        assert forked == started
        hashes.add(of_a)
    assert len(hashes) == ckp_calls.SERVERS
    assert started["open"]


def both(servers: CkpServers, words: Sequence[str], environment: dict[str, str]) -> Done:
    started = start(words, environment, 60)
    forked = servers.call(words, environment, 60)
    assert vars(forked) == vars(started)
    return forked


@pytest.mark.parametrize(
    "words",
    [
        "--version",
        "--help",
        "run --help",
        "ls program",
        "plugins --json",
        "run program:none",
        "rum",
    ],
)
def test_it_answers_the_same(ckp_servers: CkpServers, given: dict[str, str], words: str) -> None:
    done = both(ckp_servers, words.split(), given)
    assert done.stdout or done.returncode


@pytest.mark.parametrize("act", ACTS)
def test_it_ends_the_same(
    ckp_servers: CkpServers, tmp_path: Path, ckp_home: Path, act: str
) -> None:
    install_fake(tmp_path / "site", "actor", ACTOR + ACTS[act])
    path = {"PYTHONPATH": str(tmp_path / "site")}
    done = both(ckp_servers, ["plugins", "--check"], {**os.environ, **path})
    assert done.returncode == {"killed": -9, "its own end": 7}.get(act, done.returncode)
    assert ("late" in done.stderr) is (act in {"at exit", "a thread"})


def test_a_module_in_the_way_is_found(
    ckp_servers: CkpServers, tmp_path: Path, ckp_home: Path
) -> None:
    (tmp_path / "click.py").write_text("raise ImportError('another click')")
    done = both(ckp_servers, ["--version"], {**os.environ, "PYTHONPATH": str(tmp_path)})
    assert "another click" in done.stderr


def test_what_python_reads_at_its_start_counts(ckp_servers: CkpServers) -> None:
    given = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    assert "import time" in ckp_servers.call(["--version"], given, 60).stderr


def test_a_call_that_takes_too_long_is_killed(
    ckp_servers: CkpServers, tmp_path: Path, ckp_home: Path
) -> None:
    source = (
        "import os, pathlib, time\npathlib.Path(os.environ['TOLD']).write_text(str(os.getpid()))\n"
    )
    install_fake(tmp_path / "site", "slow", source + "time.sleep(60)\n")
    told = tmp_path / "told"
    given = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "TOLD": str(told)}
    with pytest.raises(subprocess.TimeoutExpired):
        ckp_servers.call(["plugins", "--check"], given, 2)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), signal.SIGTERM)
