"""Searching among 1,000 to 100,000 components: prints milliseconds, peak memory and ratios.

python tests/benchmarks/components.py [--quick] [--sizes=1000,10000,100000] [--ck=/path/to/ck]

Every command is a cold process, pages and index are warm; the repetitions of all commands are
interleaved. The other ways to find the same components are grep, two scans in Python (os.walk,
and the leanest that reads every meta) and, where ``--ck`` names one, the original CK.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median

TAG, WORD, MANY = "sort-42", "lighthouse", 100_000
CK_SIZES = (1_000, 10_000)
SETTLED_S = 2.1  # an index trusts files that were changed longer ago than two seconds
KIND_UID = "8a7141c59cd335f5"
RIVALS = ("scan, os.walk", "scan, os.listdir", "grep -rl", "find -exec grep -l", "ck search")
NAME = re.compile(rb"item-[0-9]{6}")

# A process counts its parent's memory as its own peak: this one is small, and clean of ours.
STARTER = """
import os, sys, time
output, *command = sys.argv[1:]
write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
actions = [
    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, output, write, 0o644),
    (os.POSIX_SPAWN_OPEN, 2, output + ".err", write, 0o644),
]
began = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
_, status, usage = os.wait4(pid, 0)
print(time.perf_counter() - began, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""
WALK = """
import json, os, sys
for place, _, files in os.walk(sys.argv[1]):
    if "meta.json" in files:
        with open(os.path.join(place, "meta.json")) as stream:
            if sys.argv[2] in json.load(stream).get("tags", ()):
                print(place)
"""
LIST = """
import json, os, sys
for name in os.listdir(sys.argv[1]):
    if name[0] != ".":
        with open(f"{sys.argv[1]}/{name}/.cm/meta.json", "rb", 0) as stream:
            if sys.argv[2] in json.loads(stream.read()).get("tags", ()):
                print(name)
"""


@dataclass(frozen=True)
class Cost:
    """Of one process, or of several in the middle; of the peaks of its children the largest."""

    wall_ms: float
    least_ms: float
    memory_mb: float
    hits: int


@dataclass(frozen=True)
class Item:
    """A generated component."""

    name: str
    uid: str
    tags: tuple[str, ...]
    title: str

    def meta(self) -> str:
        features = {"about": self.title, "checksum": self.uid * 2, "lines": int(self.uid[:4], 16)}
        values = {
            "dataset_files": [f"{self.name}.txt"],
            "features": features,
            "tags": ["dataset", *self.tags],
        }
        return json.dumps(values, indent=2, sort_keys=True) + "\n"

    def info(self) -> str:
        control = {"engine": "CK", "iso_datetime": "2021-03-04T05:06:07.000008"}
        values = {
            "backup_data_uid": self.uid,
            "backup_module_uid": KIND_UID,
            "backup_module_uoa": "dataset",
            "control": {**control, "version": ["2", "6", "4"]},
            "data_name": self.title,
        }
        return json.dumps(values, indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Sample:
    """A repository, who asks it, and the right answers."""

    root: Path
    environment: Mapping[str, str]
    size: int
    tagged: int
    worded: int
    one: Item
    untagged: Item

    def edit(self, tags: Sequence[str]) -> None:
        edited = Item(self.untagged.name, self.untagged.uid, tuple(tags), self.untagged.title)
        (self.root / "dataset" / edited.name / ".cm" / "meta.json").write_text(edited.meta())

    def forget(self) -> None:
        for file in Path(self.environment["CKP_HOME"], "cache", "indexes").iterdir():
            file.unlink()


@dataclass(frozen=True)
class Operation:
    name: str
    command: tuple[str, ...]
    hits: int
    prepare: Callable[[], object] = lambda: None


def draw(size: int) -> list[Item]:
    """One tag of a hundred, two of thirty, and a title of five words; always the same ones."""
    lot = random.Random(size)
    words = [WORD, *(f"word{number}" for number in range(499))]
    items = []
    for number in range(size):
        name = f"item-{number:06}"
        others = [f"shape-{chosen}" for chosen in lot.sample(range(30), 2)]
        title = " ".join(lot.choices(words, k=5))
        uid = sha256(name.encode()).hexdigest()[:16]
        items.append(Item(name, uid, (f"sort-{lot.randrange(100)}", *others), title))
    return items


def generate(root: Path, items: Sequence[Item]) -> None:
    """The files that CK writes."""
    description = {"data_alias": "big", "data_uid": "bb9092bea9f9d251", "data_uoa": "big"}
    kind = root / "dataset"
    (root / ".cm").mkdir(parents=True)
    (kind / ".cm").mkdir(parents=True)
    (root / ".ckr.json").write_text(json.dumps({**description, "data_name": "big", "dict": {}}))
    write_alias(root, "dataset", KIND_UID)
    for item in items:
        place = kind / item.name / ".cm"
        place.mkdir(parents=True)
        (place / "meta.json").write_text(item.meta())
        (place / "info.json").write_text(item.info())
        write_alias(kind, item.name, item.uid)


def write_alias(directory: Path, name: str, uid: str) -> None:
    (directory / ".cm" / f"alias-a-{name}").write_text(f"{uid}\n")
    (directory / ".cm" / f"alias-u-{uid}").write_text(f"{name}\n")


def sample(place: Path, size: int) -> Sample:
    items = draw(size)
    generate(place / "big", items)
    return Sample(
        root=place / "big",
        environment=environment_in(place),
        size=size,
        tagged=sum(TAG in item.tags for item in items),
        worded=sum(WORD in item.title for item in items),
        one=items[size // 2],
        untagged=next(item for item in items if TAG not in item.tags),
    )


def environment_in(place: Path) -> dict[str, str]:
    """Homes of our own, and compiled modules: without, Python compiles what was edited lately."""
    homes = {"CKP_HOME": f"{place}/home", "CK_REPOS": f"{place}/ck"}
    kept = {name: os.environ[name] for name in os.environ if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **homes, "PYTHONPYCACHEPREFIX": f"{place}/compiled"}


def register(one: Sample, ck: str) -> None:
    commands = [[*ckp("add", "repo:big"), f"--path={one.root}"]]
    if ck and one.size in CK_SIZES:
        Path(one.environment["CK_REPOS"]).mkdir()
        commands.append([ck, "add", "repo:big", f"--path={one.root}", "--quiet"])
    for command in commands:
        subprocess.run(
            command,
            env=one.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def ckp(*arguments: str) -> tuple[str, ...]:
    return sys.executable, "-m", "ck_core", *arguments


def operations(one: Sample, ck: str) -> list[Operation]:
    return [first_question(one), *questions(one), *edits(one), *rivals(one, ck)]


def first_question(one: Sample) -> Operation:
    def forget() -> None:
        time.sleep(SETTLED_S)  # after the last edit
        one.forget()

    search = ckp("search", "dataset", f"--tags={TAG}")
    return Operation("first indexing", search, one.tagged, forget)


def questions(one: Sample) -> list[Operation]:
    search = ckp("search", "dataset", f"--tags={TAG}")
    return [
        Operation("ckp --version", ckp("--version"), 0),
        Operation("search --tags", search, one.tagged),
        Operation("search --tags --json", (*search, "--json"), one.tagged),
        Operation("search --text", ckp("search", "dataset", f"--text={WORD}"), one.worded),
        Operation("find by name", ckp("find", f"dataset:{one.one.name}"), 1),
        Operation("find by UID", ckp("find", f"dataset:{one.one.uid}"), 1),
        Operation("ls dataset", ckp("ls", "dataset"), one.size),
    ]


def edits(one: Sample) -> list[Operation]:
    """The first gives a component the tag, the second takes it away again."""

    def settle() -> None:
        one.edit([*one.untagged.tags, TAG])
        time.sleep(SETTLED_S)

    search = ckp("search", "dataset", f"--tags={TAG}")
    return [
        Operation("search after an old edit", search, one.tagged + 1, settle),
        Operation(
            "search after a fresh edit", search, one.tagged, lambda: one.edit(one.untagged.tags)
        ),
    ]


def rivals(one: Sample, ck: str) -> list[Operation]:
    kind, quoted = f"{one.root}/dataset", f'"{TAG}"'
    find = ("find", kind, "-name", "meta.json", "-exec", "grep", "-l", quoted, "{}", "+")
    lean = (sys.executable, "-I", "-S", "-c", LIST, kind, TAG)
    found = [
        Operation("grep -rl", ("grep", "-rl", quoted, kind), one.tagged),
        Operation("find -exec grep -l", find, one.tagged),
        Operation("scan, os.walk", (sys.executable, "-c", WALK, kind, TAG), one.tagged),
        Operation("scan, os.listdir", lean, one.tagged),
    ]
    if ck and one.size in CK_SIZES:
        found.append(Operation("ck search", (ck, "search", "dataset", f"--tags={TAG}"), one.tagged))
    return found


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Raises RuntimeError where the command fails."""
    with tempfile.TemporaryDirectory() as place:
        output = Path(place, "output")
        starter = [sys.executable, "-I", "-S", "-c", STARTER, str(output), *command]
        answer = subprocess.run(
            starter, env=environment, cwd=os.sep, capture_output=True, text=True, check=True
        )
        seconds, memory_mb, status = map(float, answer.stdout.split())
        if status:
            problem = output.with_suffix(".err").read_text(errors="replace")
            raise RuntimeError(f"{command} ended with status {status:.0f}: {problem}")
        hits = len(set(NAME.findall(output.read_bytes())))
    return Cost(seconds * 1e3, seconds * 1e3, memory_mb, hits)


def measured(operation: Operation, environment: Mapping[str, str]) -> Cost:
    """Raises RuntimeError where the answer is wrong."""
    operation.prepare()
    cost = measure(operation.command, environment)
    if cost.hits != operation.hits:
        raise RuntimeError(f"{operation.name}: {cost.hits} hits, not {operation.hits}")
    return cost


def costs_of(one: Sample, ck: str, repetitions: int) -> dict[str, Cost]:
    todo = operations(one, ck)
    costs: dict[str, list[Cost]] = {operation.name: [] for operation in todo}
    for operation in questions(one):  # then all files are warm, and there is an index to forget
        measured(operation, one.environment)
    for _ in range(repetitions):
        for operation in todo:
            costs[operation.name].append(measured(operation, one.environment))
    return {name: middle(values) for name, values in costs.items()}


def middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.wall_ms for cost in costs),
        min(cost.wall_ms for cost in costs),
        median(cost.memory_mb for cost in costs),
        costs[0].hits,
    )


def print_costs(costs: Mapping[int, Mapping[str, Cost]], floor_mb: float) -> None:
    print(f"\n{'':26}" + "".join(f"{size:>28,}" for size in costs))
    print(f"{'medians of cold processes':26}" + f"{'ms':>11}{'least':>9}{'MB':>8}" * len(costs))
    for name in next(iter(costs.values())):
        cells = [cell(of.get(name), floor_mb) for of in costs.values()]
        print(f"{name:26}" + "".join(cells))


def cell(cost: Cost | None, floor_mb: float) -> str:
    if cost is None:
        return f"{'-':>11}{'-':>9}{'-':>8}"
    hidden = cost.memory_mb < 1.1 * floor_mb
    memory = f"<{floor_mb:.0f}" if hidden else f"{cost.memory_mb:.1f}"
    return f"{cost.wall_ms:11,.1f}{cost.least_ms:9,.1f}{memory:>8}"


def print_ratios(costs: Mapping[int, Mapping[str, Cost]]) -> None:
    print(f"\n{'times search --tags':26}" + "".join(f"{size:>12,}" for size in costs))
    for rival in RIVALS:
        ratios = [ratio(of, rival) for of in costs.values()]
        print(f"{rival:26}" + "".join(f"{one:>12}" for one in ratios))
    print("ms over ckp --version")
    for name in ("find by name", "find by UID", "search --tags", "ls dataset"):
        more = [over_version(of, name) for of in costs.values()]
        print(f"{name:26}" + "".join(f"{ms:12.1f}" for ms in more))


def ratio(of: Mapping[str, Cost], rival: str) -> str:
    if rival not in of:
        return "-"
    return f"{of[rival].wall_ms / of['search --tags'].wall_ms:.1f}"


def over_version(of: Mapping[str, Cost], name: str) -> float:
    return of[name].wall_ms - of["ckp --version"].wall_ms


def print_growth(costs: Mapping[int, Mapping[str, Cost]]) -> None:
    """What a thousand more components cost."""
    steps = list(zip(costs, list(costs)[1:], strict=False))
    titles = [f"{before:,} to {after:,}" for before, after in steps]
    print(f"\n{'ms per 1,000 components':26}" + "".join(f"{title:>20}" for title in titles))
    for name in next(iter(costs.values())):
        slopes = [slope(costs, name, *step) for step in steps]
        print(f"{name:26}" + "".join(f"{one:>20}" for one in slopes))


def slope(costs: Mapping[int, Mapping[str, Cost]], name: str, before: int, after: int) -> str:
    if name not in costs[after]:
        return "-"
    more = costs[after][name].wall_ms - costs[before][name].wall_ms
    return f"{more / (after - before) * 1e3:.3f}"


def print_aims(of: Mapping[str, Cost]) -> None:
    search, scan = of["search --tags"], of["scan, os.walk"]
    times = scan.wall_ms / search.wall_ms
    lean = of["scan, os.listdir"].wall_ms / search.wall_ms
    more = over_version(of, "find by name")
    first = of["first indexing"].wall_ms
    print(f"\naims among {MANY:,}")
    print_aim("search by tags within 400 ms", f"{search.wall_ms:.0f} ms", search.wall_ms <= 400)
    print_aim("find by name at most 30 ms over --version", f"{more:.1f} ms", more <= 30)
    print_aim("first indexing under 15 s", f"{first / 1e3:.1f} s", first < 15_000)
    print_aim("20 times as quick as a scan (os.walk)", f"{times:.1f}", times >= 20)
    print_aim("  likewise the leanest scan (os.listdir)", f"{lean:.1f}", lean >= 20)
    print_aim("a search under 80 MB", f"{search.memory_mb:.1f} MB", search.memory_mb < 80)


def print_aim(what: str, value: str, reached: bool) -> None:  # noqa: FBT001  # private
    print(f"{what:44}{value:>12}  {'yes' if reached else 'NO'}")


def load() -> str:
    return " ".join(f"{one:.2f}" for one in os.getloadavg())


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 repetitions, not 9")
    parser.add_argument("--sizes", default=f"1000,10000,{MANY}", help="ascending")
    parser.add_argument("--ck", default="", help="the original CK's command")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    repetitions = 3 if given.quick else 9
    costs = {}
    floor_mb = measure(["true"], os.environ).memory_mb
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory() as name:
            one = sample(Path(name), size)
            register(one, given.ck)
            print(f"{size:,}: {one.tagged} hits; load average {load()}", flush=True)
            costs[size] = costs_of(one, given.ck, repetitions)
    print(f"at the end {load()}; {repetitions} repetitions; the program true: {floor_mb:.1f} MB")
    print_costs(costs, floor_mb)
    print_ratios(costs)
    if len(costs) > 1:
        print_growth(costs)
    if MANY in costs:
        print_aims(costs[MANY])


if __name__ == "__main__":
    main()
