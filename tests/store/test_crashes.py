"""Processes that are killed at any moment, and disks that are full, lose and halve nothing.

Run as a program this file is the *nursery*: it forks workers without Python's start-up, and
each works until it is killed. A worker notes what it begins and what was reported done.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import StorageError
from ck_core.testing.namespaces import can_mount, in_namespace
from ck_core.workspace.repositories import Repositories
from ck_core.workspace.workspace import Workspace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where it runs as a program
from disk_kit import only_pages

KINDS = ("crate", "box")
OTHER_DISK = Path("/dev/shm")  # noqa: S108  # tests make a directory of their own in it
State = dict[str, str]
"""From repository:kind:name to the stamp of what lies there."""


@dataclass(frozen=True)
class Step:
    """What one operation takes away and brings; ``uid`` is known when it is done."""

    drop: list[str] = field(default_factory=list)
    put: State = field(default_factory=dict)
    two_disks: bool = False

    def outcomes(self, before: State) -> list[State]:
        """What may be found where it was cut short."""
        rest = {cid: stamp for cid, stamp in before.items() if cid not in self.drop}
        both = [{**before, **self.put}] if self.two_disks else []
        return [before, {**rest, **self.put}, *both]

    def done(self, before: State) -> State:
        return self.outcomes(before)[1]


Work = Iterator[tuple[Step, Callable[[], str]]]
"""What is about to be done, and the doing of it, which returns a UID."""


# What a whole component looks like


def values_of(stamp: str) -> dict[str, Any]:
    seed, _, files = stamp.split(".")
    text = f"{stamp} " * (50 + int(seed) % 400)
    return {"stamp": stamp, "tags": [f"seed-{seed}"], "files": int(files), "text": text}


def write_files(directory: Path, stamp: str) -> None:
    for number in range(values_of(stamp)["files"]):
        file = directory / f"part-{number % 3}" / "deep" / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{number}\n" * 500)


def write_component(directory: Path, stamp: str) -> None:
    (directory / ".cm").mkdir(parents=True)
    (directory / ".cm" / "meta.json").write_text(json.dumps(values_of(stamp)))
    write_files(directory, stamp)


def stamp_of(directory: Path) -> str:
    """Fails where a component is not whole, whatever part of it it is that lacks."""
    values = json.loads((directory / ".cm" / "meta.json").read_text())
    stamp = str(values["stamp"])
    assert values == values_of(stamp), directory
    files = [file for file in directory.glob("part-*/*/*") if not file.name.startswith(".")]
    assert len(files) == values["files"], f"{directory} holds {len(files)} files"
    assert all(file.read_text() == f"{file.stem}\n" * 500 for file in files), directory
    if (info := directory / ".cm" / "info.json").exists():
        assert json.loads(info.read_text())["backup_data_uid"]
    return stamp


def scan(roots: Mapping[str, Path]) -> State:
    return {
        f"{alias}:{kind}:{path.name}": stamp_of(path)
        for alias, root in roots.items()
        for kind in KINDS
        for path in root.glob(f"{kind}/*")
        if not path.name.startswith(".")
    }


def searched() -> State:
    """What a new process would find: each component as the index gives it."""
    workspace = Workspace()
    found = [component for kind in KINDS for component in workspace.search(kind)]
    assert workspace.store.problems == []
    assert all(one.values == values_of(str(one.values["stamp"])) for one in found)
    return {f"{one.repository}:{one.cid}": str(one.values["stamp"]) for one in found}


def uids() -> dict[str, str]:
    workspace = Workspace()
    found = [component for kind in KINDS for component in workspace.search(kind)]
    return {f"{one.repository}:{one.cid}": one.uid for one in found}


def leftovers(*roots: Path) -> list[str]:
    return [str(path) for root in roots for path in root.rglob(".ckp-*")]


# The works: each goes on until its process is killed


def adds(workspace: Workspace, run: int) -> Work:
    for number in itertools.count():
        cid, stamp = f"local:crate:a{run}-{number}", f"{number}.0.0"
        yield Step(put={cid: stamp}), partial(add_one, workspace, cid, stamp)


def copies(workspace: Workspace, run: int) -> Work:
    for number in itertools.count():
        cid = f"local:crate:c{run}-{number}"
        yield Step(put={cid: "7.0.60"}), partial(copy_source, workspace, cid)


def moves(workspace: Workspace, run: int, repositories: tuple[str, ...] = ("local",)) -> Work:
    places = itertools.cycle(itertools.product(repositories, KINDS))
    two_disks = len(repositories) > 1
    for number in itertools.count():
        at = place_of_mover(workspace)
        repository, kind = next(places)
        cid = f"{repository}:{kind}:mover-{run}-{number}"
        step = Step(drop=[at], put={cid: "8.0.9"}, two_disks=two_disks)
        yield step, partial(move_one, workspace, at, cid)


def place_of_mover(workspace: Workspace) -> str:
    found = [one for kind in KINDS for one in workspace.search(f"{kind}:mover-*")]
    return f"{found[0].repository}:{found[0].cid}"


def far_moves(workspace: Workspace, run: int) -> Work:
    return moves(workspace, run, ("local", "second"))


def updates(workspace: Workspace, run: int) -> Work:
    for number in itertools.count(1):
        cid, stamp = "local:crate:updated", f"{number}.{run}.4"
        yield Step(put={cid: stamp}), partial(update_one, workspace, cid, stamp)


def removes(workspace: Workspace, run: int) -> Work:
    """Most of its time goes into files that are removed."""
    for number in itertools.count():
        cid = f"local:crate:r{run}-{number}"
        yield Step(put={cid: "7.0.60"}), partial(copy_source, workspace, cid)
        yield Step(drop=[cid]), partial(remove_one, workspace, cid)


def unzips(workspace: Workspace, run: int) -> Work:
    archive = Path(os.environ["CKP_HOME"]).with_name("archive.zip")
    for number in itertools.count():
        alias = f"u{run}-{number}"
        step = Step(put={f"{alias}:crate:{name}": f"{name}.0.6" for name in range(8)})
        yield step, partial(unzip_one, workspace, alias, archive)


def index_writes(workspace: Workspace, run: int) -> Work:
    """Many metas are replaced by hand, then a search writes them all into the index."""
    local = workspace.context.local.path / "crate"
    for number in itertools.count():
        for name in range(150):
            cid, stamp = f"local:crate:e{name}", f"{number}.{run}.0"
            meta = local / f"e{name}" / ".cm" / "meta.json"
            yield Step(put={cid: stamp}), partial(replace_by_hand, meta, stamp)
        yield Step(), partial(search_all, workspace)


def add_one(workspace: Workspace, cid: str, stamp: str) -> str:
    return workspace.add(cid, values_of(stamp)).uid


def copy_source(workspace: Workspace, cid: str) -> str:
    return workspace.copy("local:crate:source", cid).uid


def move_one(workspace: Workspace, cid: str, target: str) -> str:
    return workspace.move(cid, target).uid


def update_one(workspace: Workspace, cid: str, stamp: str) -> str:
    return workspace.update(cid, values_of(stamp), replace_all=True).uid


def remove_one(workspace: Workspace, cid: str) -> str:
    return workspace.remove(cid)[0].uid


def unzip_one(workspace: Workspace, alias: str, archive: Path) -> str:
    Repositories(workspace).unzip(alias, archive)
    return ""


def search_all(workspace: Workspace) -> str:
    workspace.search("crate")
    return ""


def replace_by_hand(meta: Path, stamp: str) -> str:
    meta.with_name("hand").write_text(json.dumps(values_of(stamp)))
    meta.with_name("hand").replace(meta)
    return ""


WORKS: dict[str, Callable[[Workspace, int], Work]] = {
    work.__name__: work
    for work in (adds, copies, moves, far_moves, updates, removes, unzips, index_writes)
}


# The nursery


def nursery() -> None:
    """Reads ``work run journal`` lines, answers with the number of a process that does it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody must wait for the killed
    for line in sys.stdin:
        if not (child := os.fork()):
            work_until_killed(*line.split())
        print(child, flush=True)


def work_until_killed(work: str, run: str, journal: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    descriptor = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        workspace = Workspace()
        workspace.search("crate")
        for step, act in WORKS[work](workspace, int(run)):
            os.write(descriptor, f"{json.dumps({'begin': asdict(step)})}\n".encode())
            os.write(descriptor, f"{json.dumps({'done': act()})}\n".encode())
    except BaseException as error:
        os.write(descriptor, f"{json.dumps({'failed': repr(error)})}\n".encode())
        raise
    finally:
        os._exit(1)


@contextmanager
def a_nursery() -> Iterator[Callable[..., int]]:
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout

        def start(*words: object) -> int:
            print(*words, file=stdin, flush=True)
            return int(stdout.readline())

        yield start
        stdin.close()


def kill_after(pid: int, journal: Path, delay_s: float) -> None:
    while not journal.exists() or not journal.stat().st_size:
        time.sleep(0.001)
    time.sleep(delay_s)
    with suppress(ProcessLookupError):  # it failed, and the journal says why
        os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.001)


# Kills


@dataclass
class Victim:
    """The home of the killed, and what must be in it."""

    home: Path
    second: Path
    state: State = field(default_factory=dict)
    uids: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    cut_short: int = 0
    mended: int = 0

    @property
    def roots(self) -> dict[str, Path]:
        own = {path.name: path for path in (self.home / "repos").glob("[!.]*")}
        return {**own, "second": self.second}

    def prepare(self) -> None:
        Repositories(Workspace()).add("second", self.second)
        local = self.home / "repos" / "local" / "crate"
        for name, stamp in {"source": "7.0.60", "mover-0": "8.0.9", "updated": "0.0.4"}.items():
            component = Workspace().add(f"crate:{name}", values_of(stamp))
            write_files(component.path, stamp)
        for number in range(150):
            write_component(local / f"e{number}", "0.0.0")
        Workspace().mend()
        self.state, self.uids = scan(self.roots), uids()
        self.write_archive()

    def write_archive(self) -> None:
        root = self.home.with_name("packed")
        for name in range(8):
            write_component(root / "crate" / str(name), f"{name}.0.6")
        (root / ".ckr.json").write_text(json.dumps({"data_uid": "0123456789abcdef"}))
        shutil.make_archive(str(self.home.with_name("archive")), "zip", root)

    def read(self, journal: Path) -> list[State]:
        """Follows what was reported done; returns what the disk may look like now."""
        step = Step()
        outcomes = [self.state]
        for line in journal.read_text().splitlines(keepends=True):
            entry = json.loads(line) if line.endswith("\n") else {}
            assert "failed" not in entry, entry
            if "begin" in entry:
                step = Step(**entry["begin"])
                outcomes = step.outcomes(self.state)
                self.carry_uid(step)
            elif "done" in entry:
                self.state = step.done(self.state)
                outcomes = [self.state]
                self.steps += 1
                if entry["done"]:
                    self.uids.update(dict.fromkeys(step.put, entry["done"]))
        self.cut_short += len(outcomes) > 1
        return outcomes

    def carry_uid(self, step: Step) -> None:
        """What moves keeps its UID, done or not."""
        for old, new in zip(step.drop, step.put, strict=False):
            self.uids[new] = self.uids[old]

    def check(self, outcomes: list[State]) -> None:
        found = scan(self.roots)
        assert found in outcomes, differences(found, outcomes)
        self.state = found
        self.check_search()
        findings = Workspace().mend()
        assert all(finding.mended for finding in findings), findings
        self.mended += len(findings)
        assert leftovers(self.home, self.second) == []
        assert Workspace().mend() == []
        assert scan(self.roots) == self.state
        self.check_search()
        self.check_uids()

    def check_search(self) -> None:
        """What was unpacked but not registered any more lies there whole: it can be added."""
        known = {one.alias for one in Workspace().repositories()}
        seen = {cid: one for cid, one in self.state.items() if cid.split(":")[0] in known}
        assert searched() == seen
        for alias in {cid.split(":")[0] for cid in self.state} - known:
            Repositories(Workspace()).add(alias)

    def check_uids(self) -> None:
        now = uids()
        assert all(now.values())
        expected = {cid: self.uids.get(cid, uid) for cid, uid in now.items()}
        assert now == expected
        workspace = Workspace()
        for cid, uid in now.items():
            repository, kind, name = cid.split(":")
            assert workspace.get(f"{repository}:{kind}:{uid}").alias == name
        self.uids = now


def differences(found: State, outcomes: list[State]) -> str:
    unlike = [sorted(set(found.items()) ^ set(one.items())) for one in outcomes]
    return f"unlike what was expected: {unlike}"


@pytest.fixture
def victim(ckp_home: Path) -> Iterator[Victim]:
    shelf = OTHER_DISK if OTHER_DISK.is_dir() else ckp_home.parent
    with tempfile.TemporaryDirectory(dir=shelf) as second:
        victim = Victim(ckp_home, Path(second))
        victim.prepare()
        yield victim


def kill_often(victim: Victim, work: str, kills: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with a_nursery() as start:
        for run in range(1, kills + 1):
            journal = victim.home.with_name(f"journal-{run}")
            pid = start(work, run, journal)
            kill_after(pid, journal, chance.uniform(0, 0.1))
            victim.check(victim.read(journal))
    print(f"{work}: {kills} kills, {victim.cut_short} in the middle of one of")
    print(f"{victim.steps} steps; {victim.mended} leftovers mended, nothing lost")


@pytest.mark.parametrize("work", WORKS)
def test_the_killed_lose_nothing(victim: Victim, work: str) -> None:
    kill_often(victim, work, 5)


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS)
def test_the_killed_lose_nothing_often(victim: Victim, work: str) -> None:
    kill_often(victim, work, 25)


# Full disks

SLOW_WORKS = [pytest.param(one, marks=pytest.mark.slow) for one in ("copies", "moves", "unzips")]


def until_full(victim: Victim, work: str, run: int) -> bool:
    """Works until the disk is full; whether that was said as it should be."""
    for step, act in WORKS[work](Workspace(), run):
        try:
            uid = act()
        except StorageError:
            victim.cut_short += 1
            assert leftovers(victim.home) == []
            found = scan(victim.roots)
            outcomes = [victim.state, step.done(victim.state)]
            if work != "moves":  # which are done by one rename, before all is noted
                outcomes = outcomes[:1]
            assert found in outcomes, differences(found, outcomes)
            victim.state = found
            return True
        victim.state = step.done(victim.state)
        victim.uids.update(dict.fromkeys(step.put, uid) if uid else {})
        victim.steps += 1
        if victim.steps % 40 == 0:
            return False
    raise AssertionError("works never end")


def fill_disk(home: Path, work: str, every: int) -> None:
    """Runs in a namespace, where the home lies on a small disk."""
    victim = Victim(home, home.with_name("second"))
    victim.prepare()
    larger = range(16, 80, every) if work in {"copies", "unzips"} else ()  # which take about 64
    for pages in (*range(16), *larger):
        Workspace().search("crate")  # so that only the change is to be written
        with only_pages(home.parent, pages):
            until_full(victim, work, pages)
            assert searched() == victim.state
        assert searched() == victim.state
        Workspace().mend()
        assert Workspace().mend() == []
        victim.uids = {**uids(), **victim.uids}
        assert searched() == victim.state
    print(f"{work}: {victim.cut_short} full disks, {victim.steps} steps done")


def fill_disk_for_index(home: Path, every: int) -> None:
    """Answers are right wherever the writing of the index stops."""
    victim = Victim(home, home.with_name("second"))
    victim.prepare()
    held = Workspace()
    for pages in range(0, 128, every):
        shutil.rmtree(home / "cache" / "indexes", ignore_errors=pages % 2 == 0)
        with only_pages(home.parent, pages):
            assert searched() == victim.state
            meta = home / "repos" / "local" / "crate" / "e1" / ".cm" / "meta.json"
            meta.write_text(meta.read_text().replace('"0.0.0"', '"0.0.0"'))
            assert {one.alias for one in held.search("crate")} == names(victim.state)
            assert searched() == victim.state
        assert searched() == victim.state


def search_without_writing(home: Path) -> None:
    """Root may write anywhere but where a mount says no."""
    victim = Victim(home, home.with_name("second"))
    victim.prepare()
    indexes = home / "cache" / "indexes"
    held = Workspace()
    for known in (True, False):
        if not known:
            shutil.rmtree(indexes)
            indexes.mkdir()
        subprocess.run(["mount", "--bind", indexes, indexes], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", indexes], check=True)
        victim.state["local:crate:e1"] = stamp = f"{1 + known}.0.0"
        replace_by_hand(home / "repos" / "local" / "crate" / "e1" / ".cm" / "meta.json", stamp)
        assert {one.alias for one in held.search("crate")} == names(victim.state)
        assert searched() == victim.state
        subprocess.run(["umount", "--lazy", indexes], check=True)
        assert searched() == victim.state


def names(state: State) -> set[str]:
    return {cid.split(":")[2] for cid in state}


@pytest.mark.skipif(not can_mount(), reason="needs user namespaces to mount a small disk")
@pytest.mark.parametrize("work", ["adds", "updates", *SLOW_WORKS, "index", "read-only"])
@pytest.mark.parametrize("every", [9, pytest.param(3, marks=pytest.mark.slow)])
def test_a_full_disk_halves_nothing(tmp_path: Path, work: str, every: int) -> None:
    """With room for each of the first pages, then for so many more each time."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=40m none {disk}"
    run = f"CKP_HOME={disk}/home {sys.executable} {__file__} {work} {disk}/home {every}"
    done = in_namespace(f"{mount} && {run}")
    print(done.stdout)
    assert done.returncode == 0, done.stderr


def main(arguments: list[str]) -> None:
    match arguments:
        case ["index", home, every]:
            fill_disk_for_index(Path(home), int(every))
        case ["read-only", home, _]:
            search_without_writing(Path(home))
        case [work, home, every]:
            fill_disk(Path(home), work, int(every))
        case _:
            nursery()


if __name__ == "__main__":
    main(sys.argv[1:])
