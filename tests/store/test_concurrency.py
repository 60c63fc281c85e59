"""Many processes and people's hands change components at once: nothing is lost, all is found.

Run as a program this file is one of the processes: an editor or a searcher.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ck_core.domain.cid import parse_cid
from ck_core.domain.component import Component
from ck_core.domain.query import Query
from ck_core.errors import BadComponentError, ComponentNotFoundError, UsageError
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from ck_core.workspace.workspace import Workspace

EDITORS, SEARCHERS = 6, 2
SHARED = 3
FILES = 12


def payload(seed: str) -> str:
    return f"{seed} " * (40 + len(seed) * 7)


def values_of(seed: str) -> dict[str, Any]:
    return {"seed": seed, "tags": [seed], "payload": payload(seed)}


def is_whole(component: Component) -> bool:
    values = component.values
    return values.get("payload") == payload(values["seed"]) and values["seed"] in component.tags


def write_files(directory: Path) -> None:
    for number in range(FILES):
        (directory / f"{number}.txt").write_text(f"{number}\n" * 100)


def has_files(directory: Path) -> bool:
    files = [directory / f"{number}.txt" for number in range(FILES)]
    return all(file.read_text() == f"{file.stem}\n" * 100 for file in files)


# Editors


class Editor:
    """Changes components of its own, which it answers for, and some that all fight about."""

    def __init__(self, number: int, board: Path) -> None:
        self.me = f"w{number}"
        self.chance = random.Random(f"{board}{number}")
        self.journal = (board / f"{self.me}.journal").open("a", buffering=1)
        self.workspace = Workspace()
        self.own: dict[str, tuple[str, str]] = {}  # cid: seed and UID
        self.counts: dict[str, int] = {}
        self.won: list[str] = []
        self.tags: dict[str, list[str]] = {}
        self.made = 0

    def work_until(self, end: float) -> None:
        acts = [self.add, self.add, self.copy, self.move, self.update, self.remove]
        contested = [self.contest, self.tag, self.fight, self.fight]
        while time.time() < end:
            act = self.chance.choice(acts + contested)
            if act in acts[2:] and not self.own:
                continue
            act()
            self.counts[act.__name__] = self.counts.get(act.__name__, 0) + 1

    def new_cid(self) -> str:
        self.made += 1
        return f"{self.chance.choice(['crate', 'box'])}:{self.me}-{self.made}"

    def note(self, mark: str, cid: str, seed: str) -> None:
        """Others are told what is there (after) and what may be gone (before)."""
        self.journal.write(f"{mark} {cid} {seed}\n")

    def add(self) -> None:
        cid = self.new_cid()
        seed = f"{self.me}s{self.made}"
        added = self.workspace.add(cid, values_of(seed))
        write_files(added.path)
        self.own[cid] = (seed, added.uid)
        self.note("+", cid, seed)

    def copy(self) -> None:
        cid, (seed, _) = self.chance.choice(list(self.own.items()))
        target = self.new_cid()
        copied = self.workspace.copy(cid, target)
        self.own[target] = (seed, copied.uid)
        self.note("+", target, seed)

    def move(self) -> None:
        cid, (seed, uid) = self.chance.choice(list(self.own.items()))
        target = self.new_cid()
        self.note("-", cid, seed)
        moved = self.workspace.move(cid, target)
        assert moved.uid == uid
        del self.own[cid]
        self.own[target] = (seed, uid)
        self.note("+", target, seed)

    def update(self) -> None:
        cid, (seed, uid) = self.chance.choice(list(self.own.items()))
        new = f"{seed[:20]}u{self.made}"
        self.note("-", cid, seed)
        updated = self.workspace.update(cid, values_of(new))
        assert updated.uid == uid
        self.own[cid] = (new, uid)
        self.note("+", cid, new)

    def remove(self) -> None:
        cid, (seed, _) = self.chance.choice(list(self.own.items()))
        self.note("-", cid, seed)
        self.workspace.remove(cid)
        del self.own[cid]

    def contest(self) -> None:
        """All add the same names; each shall be won once."""
        number = 1 + self.counts.get("contest", 0)
        try:
            added = self.workspace.add(f"crate:contested-{number}", values_of(self.me))
        except UsageError:
            return
        write_files(added.path)
        self.won.append(added.alias)

    def tag(self) -> None:
        cid = f"crate:shared-{self.chance.randrange(SHARED)}"
        tag = f"{self.me}-{self.counts.get('tag', 0)}"
        assert tag in self.workspace.update(cid, {"tags": [tag]}).tags
        self.tags.setdefault(cid, []).append(tag)

    def fight(self) -> None:
        """Few names, which come and go under everybody's hands."""
        one, other = self.chance.choices(["a", "b", "c"], k=2)
        acts: list[Callable[[], object]] = [
            lambda: self.workspace.copy("crate:template", f"crate:fought-{one}"),
            lambda: self.workspace.copy(f"crate:fought-{one}", f"crate:fought-{other}"),
            lambda: self.workspace.move(f"crate:fought-{one}", f"crate:fought-{other}"),
            lambda: self.workspace.update(f"crate:fought-{one}", {"n": self.made}),
            lambda: self.workspace.remove(f"crate:fought-{one}"),
        ]
        with suppress(UsageError, ComponentNotFoundError):
            self.chance.choice(acts)()

    def report(self) -> dict[str, Any]:
        own, won = self.own, self.won
        return {"own": own, "counts": self.counts, "won": won, "tags": self.tags}


# Searchers


class Searcher:
    """Whatever it is given is whole; whatever was there before it asked is among it."""

    def __init__(self, board: Path) -> None:
        self.board = board
        self.held = Workspace()
        self.counts = {"searches": 0, "seen": 0, "awaited": 0}

    def work_until(self, end: float) -> None:
        while time.time() < end:
            for workspace in (self.held, Workspace()):
                for kind in ("crate", "box"):
                    self.search(workspace, kind)

    def search(self, workspace: Workspace, kind: str) -> None:
        before, _ = self.announced(kind)
        found = workspace.search(kind)
        given = {(one.cid, one.values["seed"]) for one in found}
        _, doubtful = self.announced(kind)
        missing = before - given - doubtful
        assert not missing, f"reported done, but not found: {sorted(missing)}"
        assert workspace.store.problems == [], workspace.store.problems
        assert all(map(is_whole, found))
        quiet = [one for one in found if not one.alias.startswith("fought")]
        assert all(one.uid or not one.path.exists() for one in quiet)
        self.look_up(workspace, sorted(before))
        self.counts["searches"] += 1
        self.counts["seen"] += len(found)
        self.counts["awaited"] += len(before)

    def look_up(self, workspace: Workspace, names: list[tuple[str, str]]) -> None:
        """By name and by UID."""
        for cid, seed in random.sample(names, min(3, len(names))):
            kind = cid.partition(":")[0]
            try:
                by_name = workspace.get(cid)
                found = [by_name, workspace.get(f"{kind}:{by_name.uid}")]
            except ComponentNotFoundError:
                found = []
            if (cid, seed) not in self.announced(kind)[1]:
                assert [(one.cid, one.values["seed"]) for one in found] == [(cid, seed)] * 2

    def announced(self, kind: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """What is there by now, and what may have gone."""
        there: set[tuple[str, str]] = set()
        gone: set[tuple[str, str]] = set()
        for file in self.board.glob("*.journal"):
            for line in file.read_text().splitlines(keepends=True):
                if line.endswith("\n") and line[2:].startswith(f"{kind}:"):
                    mark, cid, seed = line.split()
                    (there if mark == "+" else gone).add((cid, seed))
        return there - gone, gone

    def report(self) -> dict[str, Any]:
        return {"counts": self.counts}


def main(role: str, number: str, board: str, end: str) -> None:
    worker = Editor(int(number), Path(board)) if role == "editor" else Searcher(Path(board))
    worker.work_until(float(end))
    print(json.dumps(worker.report()))


# Eight at once


def run_all(board: Path, seconds: float) -> list[dict[str, Any]]:
    end = time.time() + seconds
    roles = [*["editor"] * EDITORS, *["searcher"] * SEARCHERS]
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, role, str(number), str(board), str(end)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, role in enumerate(roles)
    ]
    answers = [process.communicate() for process in processes]
    failed = [errors for _, errors in answers if errors]
    assert not failed, "\n".join(failed)
    return [json.loads(output) for output, _ in answers]


def check_all_there(expected: dict[str, tuple[str, str]], home: Path) -> None:
    """On the disk, by search, by name and by UID."""
    workspace = Workspace()
    found = {one.cid: one for kind in ("crate", "box") for one in workspace.search(kind)}
    for cid, (seed, uid) in expected.items():
        kind, name = cid.split(":")
        path = home / "repos" / "local" / kind / name
        on_disk = json.loads((path / ".cm" / "meta.json").read_text())
        assert on_disk["payload"] == payload(seed)
        assert seed in on_disk["tags"]
        assert has_files(path)
        assert found[cid].values == workspace.get(cid).values == on_disk
        assert found[cid].uid == workspace.get(f"{kind}:{uid}").uid == uid
        assert workspace.get(f"{kind}:{uid}").path == path
    mine = {cid for cid in found if cid.split(":")[1].startswith("w")}
    assert mine == set(expected)
    assert workspace.store.problems == []


def check_contests(reports: Iterable[dict[str, Any]]) -> int:
    won = sorted(name for report in reports for name in report["won"])
    there = sorted(one.alias for one in Workspace().search("crate:contested-*"))
    assert won == there
    assert len(set(won)) == len(won)
    return len(won)


def check_tags(reports: Iterable[dict[str, Any]]) -> int:
    given = [(cid, set(tags)) for report in reports for cid, tags in report["tags"].items()]
    for cid, tags in given:
        assert tags <= Workspace().get(cid).tags, f"{cid} lost {tags - Workspace().get(cid).tags}"
    return sum(len(tags) for _, tags in given)


def check_fought() -> None:
    for one in Workspace().search("crate:fought-*"):
        assert is_whole(one)
        assert has_files(one.path)
        assert Workspace().get(f"crate:{one.uid}").path == one.path


def total(reports: Iterable[dict[str, Any]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for report in reports:
        for key, count in report["counts"].items():
            sums[key] = sums.get(key, 0) + count
    return sums


def all_at_once(home: Path, seconds: float) -> None:
    board = home.with_name("board")
    board.mkdir()
    for name in ["template", *(f"shared-{number}" for number in range(SHARED))]:
        write_files(Workspace().add(f"crate:{name}", values_of(name)).path)
    reports = run_all(board, seconds)
    expected = {cid: one for report in reports for cid, one in report.get("own", {}).items()}
    check_all_there(expected, home)
    editors = reports[:EDITORS]
    print(f"{total(reports)}, {len(expected)} left, all found")
    print(f"{check_contests(editors)} names contested, {check_tags(editors)} tags given, none lost")
    check_fought()
    assert Workspace().mend() == []
    assert list(home.rglob(".ckp-*")) == []


@pytest.mark.slow
def test_eight_processes_lose_nothing(ckp_home: Path) -> None:
    all_at_once(ckp_home, 6)


@pytest.mark.slow
def test_eight_processes_lose_nothing_for_a_minute(ckp_home: Path) -> None:
    all_at_once(ckp_home, 60)


def test_what_moves_to_where_it_is_keeps_its_alias(ckp_home: Path) -> None:
    workspace = Workspace()
    added = workspace.add("crate:it", values_of("it"))
    with pytest.raises(UsageError, match="is there already"):
        workspace.move("crate:it", "crate:it")
    assert workspace.get(f"crate:{added.uid}").path == added.path
    assert workspace.mend() == []


# Hands


NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
KINDS = st.sampled_from(["crate", "box"])
PATTERNS = st.sampled_from(["*", "a", "[b-d]", "?", "[!a]"])
TAGS = ("red", "blue", "cyan", "pink")  # of few lengths, so that sizes stay
HARMS = ("gone", "all gone", "empty", "half", "garbage", "file", "folder")
_SETTLED_S = 2.1
"""After which an index trusts the mark of a file."""


@dataclass
class Pool:
    """Components that were written so long ago that an index trusts their marks."""

    directory: Path
    count: int = 1500
    taken: int = 0
    uids: list[str] = field(default_factory=list)

    def fill(self) -> None:
        for number in range(self.count):
            meta = self.directory / str(number) / ".cm" / "meta.json"
            meta.parent.mkdir(parents=True)
            meta.write_text(new_meta(TAGS[number % len(TAGS)], number))
        time.sleep(_SETTLED_S)

    def take(self, target: Path) -> None:
        if self.taken < self.count:
            (self.directory / str(self.taken)).rename(target)
            self.taken += 1


def new_meta(tag: str, number: int) -> str:
    uid = f"{number % 7:016x}"  # some have the same, as after cp -r
    return json.dumps({"tags": [tag], "number": f"{number:05}", "backup_data_uid": uid})


@dataclass(frozen=True)
class Truth:
    """What a plain look at the files says."""

    values: dict[str, Any]
    broken: set[str]


def look(root: Path, kind: str, pattern: str) -> Truth:
    values, broken = {}, set()
    for path in (root / kind).glob("*"):
        if fnmatchcase(path.name, pattern) and (path / ".cm").is_dir():
            try:
                values[path.name] = json.loads((path / ".cm" / "meta.json").read_text())
            except (OSError, ValueError):
                broken.add(path.name)
    return Truth(values, broken)


class Hands(RuleBasedStateMachine):
    """Whatever is done to the files, each answer is what the files say."""

    base: Path
    pool: Pool

    def __init__(self) -> None:
        super().__init__()
        place = self.base / secrets.token_hex(4)
        self.root, self.indexes = place / "root", place / "cache" / "indexes"
        self.number = 0
        for kind in ("crate", "box"):
            (self.root / kind).mkdir(parents=True)
        self.held = self.open()

    def open(self) -> Store:
        repository = Repository(alias="local", path=self.root, origin="yours", writable=True)
        return Store([repository], self.indexes)

    def meta(self, kind: str, name: str) -> Path:
        return self.root / kind / name / ".cm" / "meta.json"

    def text(self, tag: str) -> str:
        self.number += 1
        return new_meta(tag, self.number)

    @initialize()
    def begin(self) -> None:
        for name in "abc":
            self.pool.take(self.root / "crate" / name)

    @rule(kind=KINDS, name=NAMES)
    def bring(self, kind: str, name: str) -> None:
        if not (self.root / kind / name).exists():
            self.pool.take(self.root / kind / name)

    @rule(kind=KINDS, name=NAMES, tag=st.sampled_from(TAGS))
    def make(self, kind: str, name: str, tag: str) -> None:
        self.meta(kind, name).parent.mkdir(parents=True, exist_ok=True)
        self.meta(kind, name).write_text(self.text(tag))

    @rule(kind=KINDS, name=NAMES, tag=st.sampled_from(TAGS))
    def write_in_place(self, kind: str, name: str, tag: str) -> None:
        """Neither size nor time tells."""
        meta = self.meta(kind, name)
        if meta.is_file():
            state = meta.stat()
            with meta.open("r+") as stream:
                stream.write(self.text(tag).ljust(state.st_size))
                stream.truncate()
            os.utime(meta, ns=(state.st_atime_ns, state.st_mtime_ns))

    @rule(kind=KINDS, name=NAMES, tag=st.sampled_from(TAGS))
    def replace_as_git_does(self, kind: str, name: str, tag: str) -> None:
        meta = self.meta(kind, name)
        if meta.is_file():
            meta.unlink()
            meta.write_text(self.text(tag))

    @rule(kind=KINDS, name=NAMES, other_kind=KINDS, other=NAMES)
    def move_or_swap(self, kind: str, name: str, other_kind: str, other: str) -> None:
        one, two = self.root / kind / name, self.root / other_kind / other
        if one.exists() and one != two:
            if two.exists():
                two.rename(self.root / "aside")
            one.rename(two)
            if (self.root / "aside").exists():
                (self.root / "aside").rename(one)

    @rule(kind=KINDS, name=NAMES)
    def delete(self, kind: str, name: str) -> None:
        shutil.rmtree(self.root / kind / name, ignore_errors=True)

    @rule(kind=KINDS, name=NAMES, how=st.sampled_from(["meta", "folder", "text", "empty"]))
    def break_it(self, kind: str, name: str, how: str) -> None:
        meta = self.meta(kind, name)
        if not meta.is_file():
            return
        if how in {"meta", "folder"}:
            meta.unlink()
        if how == "folder":
            meta.parent.rmdir()
        if how in {"text", "empty"}:
            meta.write_text("{" if how == "text" else "")

    @rule(kind=KINDS, name=NAMES)
    def begin_by_hand(self, kind: str, name: str) -> None:
        """A folder that is none of a component's, or half of one."""
        path = self.root / kind / name
        (path / ".cm" if path.exists() else path).mkdir(parents=True, exist_ok=True)

    @rule(how=st.sampled_from(HARMS))
    def harm_the_index(self, how: str) -> None:
        for file in self.indexes.glob("*.sqlite"):
            if file.is_file():
                harm(file, how)

    @rule(close=st.booleans())
    def look_again_later(self, *, close: bool) -> None:
        """A long-lived process ends; another begins."""
        self.held = self.open() if close else self.held

    @rule(kind=KINDS, pattern=PATTERNS, tag=st.sampled_from(["", *TAGS]), fresh=st.booleans())
    def search(self, kind: str, pattern: str, tag: str, *, fresh: bool) -> None:
        store = self.open() if fresh else self.held
        truth = look(self.root, kind, pattern)
        before = len(store.problems)
        query = Query(cid=parse_cid(f"{kind}:{pattern}"), tags=frozenset({tag} - {""}))
        found = {one.alias: one for one in store.search(query)}
        wanted = {n: v for n, v in truth.values.items() if not tag or tag in v["tags"]}
        assert {name: one.values for name, one in found.items()} == wanted
        assert all(one.uid == wanted[name]["backup_data_uid"] for name, one in found.items())
        told = [problem.message for problem in store.problems[before:]]
        assert len(told) == len(truth.broken)
        assert all(any(f"/{name}/.cm" in text for text in told) for name in truth.broken)

    @rule(kind=KINDS, number=st.integers(0, 6), fresh=st.booleans())
    def ask_for_uid(self, kind: str, number: int, *, fresh: bool) -> None:
        store = self.open() if fresh else self.held
        uid = f"{number:016x}"
        truth = look(self.root, kind, "*")
        names = {name for name, one in truth.values.items() if one["backup_data_uid"] == uid}
        try:
            assert store.get(parse_cid(f"{kind}:{uid}")).alias in names
        except ComponentNotFoundError:
            assert not names

    @rule(kind=KINDS, name=NAMES, fresh=st.booleans())
    def ask_for_name(self, kind: str, name: str, *, fresh: bool) -> None:
        store = self.open() if fresh else self.held
        truth = look(self.root, kind, name)
        try:
            assert store.get(parse_cid(f"{kind}:{name}")).values == truth.values[name]
        except BadComponentError:
            assert name in truth.broken
        except ComponentNotFoundError:
            assert name not in truth.values

    def teardown(self) -> None:
        shutil.rmtree(self.root.parent, ignore_errors=True)  # a store closes late


class PatientHands(Hands):
    """Waits until the index trusts what it has read."""

    waits = 0

    @rule()
    @precondition(lambda self: self.waits < 2)
    def wait(self) -> None:
        self.waits += 1
        time.sleep(_SETTLED_S)


def harm(file: Path, how: str) -> None:
    """What strangers, full disks and other programs do to an index file."""
    sides = [file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")]
    match how:
        case "gone":
            file.unlink()
        case "all gone":
            for one in (file, *sides):
                one.unlink(missing_ok=True)
        case "empty":
            os.truncate(file, 0)
        case "half":
            os.truncate(file, file.stat().st_size // 2)
        case "garbage":
            file.write_bytes(random.randbytes(20_000))
        case "file":
            shutil.rmtree(file.parent)
            file.parent.write_text("in the way")
        case "folder":
            file.unlink()
            file.mkdir()


def run_hands(machine: type[Hands], base: Path, *, examples: int, steps: int) -> None:
    pool = Pool(base / "pool")
    pool.fill()
    attributes = {"base": base, "pool": pool}
    bound: type[Hands] = type(machine.__name__, (machine,), attributes)
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_answers_are_what_the_files_say(tmp_path: Path) -> None:
    run_hands(Hands, tmp_path, examples=60, steps=40)


@pytest.mark.slow
def test_answers_are_what_the_files_say_later_too(tmp_path: Path) -> None:
    run_hands(PatientHands, tmp_path, examples=15, steps=60)


if __name__ == "__main__":
    main(*sys.argv[1:])
