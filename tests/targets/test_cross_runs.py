"""Built by real cross compilers, run under real emulators."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ck_core.errors import RunError, RunTimeoutError
from ck_core.testing.fixtures import AddComponent, Ckp
from targets.target_kit import TRIPLES, need_cross_tools, program_meta, run_for

MACHINE = """\
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
int main(void)
{
    struct utsname machine;
    const char *value = getenv("OF_THE_USER");
    uname(&machine);
    printf("%s %s %zu\\n", machine.machine, value ? value : "", sizeof(void *));
    return 0;
}
"""
CRASH = "int main(void) { *(volatile int *)0 = 1; return 0; }\n"
LOOP = "int main(void) { for (volatile int i = 0;; ++i) { } }\n"
CPP = """\
#include <iostream>
#include <stdexcept>
int main()
{
    try { throw std::runtime_error("caught"); }
    catch (const std::exception &problem) { std::cout << problem.what() << std::endl; }
}
"""
SHIPPED = {"sha256": "c", "jpeg-dct": "c", "sort": "cpp", "csv-parse": "cpp"}


@pytest.fixture(params=sorted(TRIPLES))
def target(request: pytest.FixtureRequest) -> str:
    need_cross_tools(request.param)
    return str(request.param)


def test_the_program_is_the_targets(
    target: str, add_component: AddComponent, ckp_home: Path
) -> None:
    path = add_component("program", "it", program_meta(), {"it.c": MACHINE})
    machine, pointer = {
        "linux-arm64": ("aarch64", 8),
        "linux-armhf": ("armv7l", 4),
        "linux-riscv64": ("riscv64", 8),
    }[target]
    (path / "reference" / "default" / "none").mkdir(parents=True)
    expected = f"{machine} a b $c {pointer}\n"
    (path / "reference" / "default" / "none" / "stdout.txt").write_text(expected)
    outcome = run_for(target, "it", environment={"OF_THE_USER": "a b $c"})
    assert outcome.correct is True
    assert outcome.built.compiler is not None
    assert outcome.built.compiler.target == TRIPLES[target]


def test_what_is_measured_is_marked(target: str, add_component: AddComponent, ckp: Ckp) -> None:
    add_component("program", "it", program_meta(), {"it.c": MACHINE})
    arguments = ("run", "program:it", "--compiler=gcc", f"--target={target}", "--repeat=2")
    found = ckp(*arguments, "--json")
    assert found.returncode == 0, found.stderr
    answer = json.loads(found.stdout)
    assert answer["target"] == target
    assert answer["emulator"].startswith("QEMU ")
    for name in ("wall_s", "user_s", "peak_memory_bytes"):
        assert answer["metrics"][name]["emulator"] == answer["emulator"]
    assert answer["metrics"]["size_bytes"]["emulator"] == ""
    table = ckp(*arguments).stdout
    assert "emulated by" in table
    assert f"for {target}; no times or memory of the target's" in table


def test_on_this_machine_nothing_is_marked(add_component: AddComponent, ckp: Ckp) -> None:
    add_component("program", "it", program_meta(), {"it.c": MACHINE})
    answer = json.loads(ckp("run", "program:it", "--repeat=1", "--json").stdout)
    assert answer["emulator"] is None
    assert {metric["emulator"] for metric in answer["metrics"].values()} == {""}


def test_a_crash_is_a_crash(target: str, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", program_meta(), {"it.c": CRASH})
    with pytest.raises(RunError, match=r"killed by signal 11 \(SIGSEGV\)"):
        run_for(target, "it")


def test_an_exit_status_is_kept(target: str, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", program_meta(), {"it.c": "int main(void) { return 7; }\n"})
    with pytest.raises(RunError, match="exited with status 7"):
        run_for(target, "it")


def test_a_time_limit_ends_the_emulator(
    target: str, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", program_meta(), {"it.c": LOOP})
    with pytest.raises(RunTimeoutError):
        run_for(target, "it", timeout_s=0.5)


@pytest.mark.parametrize("flags", [(), ("-static",)])
def test_cpp_finds_its_libraries(
    target: str, flags: Sequence[str], add_component: AddComponent, ckp: Ckp
) -> None:
    need_cross_tools(target, "cpp")
    add_component("program", "it", program_meta("cpp"), {"it.cpp": CPP})
    found = ckp(
        "run",
        "program:it",
        f"--target={target}",
        "--compiler=gcc",
        "--repeat=1",
        f"--flags=-O2 {' '.join(flags)}",
        "--env.LD_LIBRARY_PATH=/usr/lib",  # the emulator's own loader must live with it
    )
    assert found.returncode == 0, found.stderr


def test_an_interpreters_program_is_refused(ckp: Ckp) -> None:
    need_cross_tools("linux-arm64")
    found = ckp("run", "program:kmeans-python", "--target=linux-arm64")
    assert found.returncode == 2
    assert "is for no machine in particular" in found.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("whole_machine")
@pytest.mark.parametrize("compiler", ["gcc", "clang", "zig"])
@pytest.mark.parametrize("program", sorted(SHIPPED))
def test_shipped_programs_are_right(
    target: str, program: str, compiler: str, tmp_path_factory: pytest.TempPathFactory, ckp: Ckp
) -> None:
    need_cross_tools(target, SHIPPED[program])
    home = tmp_path_factory.getbasetemp() / "shared-home"  # zig and its libraries come once
    arguments = (f"--target={target}", f"--compiler={compiler}", "--repeat=2", "--json")
    found = ckp("run", f"program:{program}", *arguments, timeout=1200, CKP_HOME=str(home))
    if compiler == "clang" and found.returncode == 5:
        pytest.skip(f"no clang makes programs for {target} here: {found.stderr[:300]}")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["correct"] is True
