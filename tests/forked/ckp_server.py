"""A process that has imported ckp and forks a child for each call that tests make of it.

Starting Python and importing a command takes 60 to 150 ms, a fork takes 5, and the tests call ckp
some thousands of times. A child is a process as any other: it has the directory, environment and
streams that are asked for, runs ``python -m ck_core`` and ends with its exit code. Only what
happens before the first line of ckp is skipped, and the tearing down of memory at the end.

Not shipped: it is of use only where the same code is called again and again.

Usage: ``python ckp_server.py SOCKET``, a file descriptor. A message is one call: JSON with
``directory``, ``environment``, ``search`` (entries of ``sys.path``) and ``words``, and four file
descriptors: standard input, output and error, and where the process number and then the status are
written, a line each. First it prints a JSON list of the modules it has imported, and it ends when
the other side of the socket is closed.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import Any, NoReturn

PACKS = (
    "ck_core",
    "ck_plugins_compilers",
    "ck_plugins_datasets",
    "ck_plugins_ml",
    "ck_plugins_hpc",
    "ck_plugins_quantum",
)
NOT_FOR_IMPORT = ("__main__", "supervis", "ck_script_child", "testing")
"""Scripts of their own, and what only tests need."""
LIBRARIES = (
    "importlib_metadata", "jinja2", "jsonschema", "requests", "resolvelib", "rich.table", "yaml",
)  # fmt: skip
"""What ckp imports where it is used."""
MOST_BYTES = 1 << 20


def serve(calls: socket.socket, search: list[str]) -> None:
    with selectors.DefaultSelector() as waiting:
        waiting.register(calls, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.data:
                    waiting.unregister(key.fd)
                    report(key.fd, *key.data)
                elif child := begin(calls, search):
                    waiting.register(os.pidfd_open(child[0]), selectors.EVENT_READ, child)
                else:
                    return


def begin(calls: socket.socket, search: list[str]) -> tuple[int, int] | None:
    """The child's number, and where its status is to be written; nothing when all is over."""
    message, streams, _, _ = socket.recv_fds(calls, MOST_BYTES, 4)
    if not message:
        return None
    child = os.fork()
    if child == 0:
        leave(become(json.loads(message), streams[:3], search))
    for stream in streams[:3]:
        os.close(stream)
    os.write(streams[3], b"%d\n" % child)
    return child, streams[3]


def report(descriptor: int, child: int, told: int) -> None:
    os.close(descriptor)
    _, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os.close(told)


def become(call: dict[str, Any], streams: list[int], search: list[str]) -> int:
    """``python -m ck_core``, in this process; answers its exit code."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, max(map(int, os.listdir("/dev/fd"))) + 1)  # noqa: PTH208  # numbers
    os.environ.clear()
    os.environ.update(call["environment"])
    os.chdir(call["directory"])
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path[:] = [call["directory"], *call["search"], *search]
    sys.argv = ["", *call["words"]]
    importlib.invalidate_caches()
    try:
        runpy.run_module("ck_core", run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:  # noqa: BLE001  # as Python does with what nobody caught
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def leave(code: int) -> NoReturn:
    """As the interpreter does, but without taking its memory apart, which takes 35 ms."""
    threading._shutdown()  # type: ignore[attr-defined]  # as multiprocessing does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = 120
    os._exit(code & 0xFF)


def preload() -> None:
    """A module that cannot be imported is left to the tests of it."""
    for pack in map(importlib.import_module, PACKS):
        for module in pkgutil.walk_packages(pack.__path__, f"{pack.__name__}."):
            if not any(part in module.name for part in NOT_FOR_IMPORT):
                load(module.name)
    for library in LIBRARIES:
        load(library)
    gc.collect()
    gc.freeze()  # its pages stay shared with the children


def load(name: str) -> None:
    with suppress(Exception):
        importlib.import_module(name)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the children and for pytest
    search = sys.path[1:]
    preload()
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), flush=True)
    with socket.socket(fileno=int(sys.argv[1])) as calls:
        serve(calls, search)
