"""Fingerprints last as long as the hardware, and say nothing of whose it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.machine.cpu_list import format_cpu_list, parse_cpu_list
from ck_core.domain.machine.fingerprint import fingerprint, nominal_size
from ck_core.store.machines import machine_values
from ck_core.system.machine import detect_machine
from machine.recorded import (
    CPUS,
    HOSTNAME,
    SERIAL,
    arm_board,
    container,
    epyc_vm,
    intel_server,
    laptop,
    roots,
    write_tree,
)

MACHINES = [intel_server, epyc_vm, arm_board, laptop]
GIB = 1 << 30


def seen(root: Path) -> str:
    return fingerprint(detect_machine(roots(root)))


@pytest.mark.parametrize("build", MACHINES)
def test_looking_twice(tmp_path: Path, build: Callable[[Path], Path]) -> None:
    build(tmp_path)
    assert seen(tmp_path) == seen(tmp_path)
    assert re.fullmatch("[0-9a-f]{16}", seen(tmp_path))


def test_unlike_machines(tmp_path: Path) -> None:
    assert len({seen(build(tmp_path / build.__name__)) for build in MACHINES}) == len(MACHINES)


def test_what_changes_by_itself_does_not_matter(tmp_path: Path) -> None:
    before = seen(intel_server(tmp_path))
    text = (tmp_path / "proc/meminfo").read_text()
    total = re.search(r"MemTotal: +(\d+)", text)
    assert total
    changed = {
        "proc/loadavg": "7.31 5.02 1.00 9/999 31337",
        "proc/stat": "cpu  999999 0 5 1 0 0 0 77777 0 0",
        "proc/sys/kernel/osrelease": "6.12.7-custom",
        "proc/sys/kernel/random/boot_id": "11111111-2222-3333-4444-555555555555",
        "proc/meminfo": text.replace(total[1], str(int(total[1]) - 250000)),
        "proc/cpuinfo": (tmp_path / "proc/cpuinfo").read_text().replace("lahf_lm", "flush_l1d"),
        "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"',
        f"{CPUS}/intel_pstate/no_turbo": "1",
        f"{CPUS}/online": "0-3",
    }
    changed |= {f"{CPUS}/cpufreq/policy{cpu}/scaling_governor": "powersave" for cpu in range(8)}
    changed |= {f"{CPUS}/cpufreq/policy{cpu}/scaling_cur_freq": "1200000" for cpu in range(8)}
    machine = detect_machine(roots(write_tree(tmp_path, changed)))
    assert machine.load.one_minute == 7.31
    assert machine.cpu.frequency.governor == "powersave"
    assert fingerprint(machine) == before


@pytest.mark.parametrize("version", [1, 2])
def test_a_container_is_no_other_machine(tmp_path: Path, version: int) -> None:
    server = seen(intel_server(tmp_path / "server"))
    assert seen(container(tmp_path / "container", version)) == server


def test_another_card_is_another_machine(tmp_path: Path) -> None:
    before = seen(intel_server(tmp_path))
    write_tree(tmp_path, {"sys/bus/pci/devices/0000:3b:00.0/device": "0x2330"})
    assert seen(tmp_path) != before


@pytest.mark.parametrize("build", MACHINES)
def test_nothing_personal_is_recorded(tmp_path: Path, build: Callable[[Path], Path]) -> None:
    machine = detect_machine(roots(build(tmp_path)))
    text = json.dumps(machine_values(machine))
    for secret in (HOSTNAME, "alice", SERIAL, "0123456789abcdef", "4c4c4544", str(tmp_path)):
        assert secret not in text


@pytest.mark.parametrize(
    ("left", "built_in"), [(23.54, 24), (15.5, 16), (7.6, 8), (94.3, 96), (0.93, 1), (1007.4, 1024)]
)
def test_memory_counts_as_it_is_sold(left: float, built_in: float) -> None:
    assert nominal_size(int(left * GIB)) == built_in * GIB


@given(st.integers(min_value=0, max_value=1 << 60))
def test_nominal_sizes_are_a_little_above(total: int) -> None:
    nominal = nominal_size(total)
    assert total <= nominal <= total * 5 / 4 + 1
    assert nominal_size(nominal) == nominal


@given(st.sets(st.integers(min_value=0, max_value=5000)))
def test_cpu_lists_there_and_back(cpus: set[int]) -> None:
    assert parse_cpu_list(format_cpu_list(cpus)) == cpus


@given(st.text(alphabet="0123456789-, x²"))
def test_any_text_is_a_cpu_list(text: str) -> None:
    assert len(parse_cpu_list(text)) <= (1 << 16) + 1


def test_the_record_names_the_machine(tmp_path: Path) -> None:
    machine = detect_machine(roots(epyc_vm(tmp_path)))
    values = machine_values(machine)
    assert values["data_name"] == (
        "Amazon EC2 c6a.xlarge: AMD EPYC 7R13 Processor, 4 CPUs under amazon"
    )
    assert {"platform", "linux", "x86_64", "zen2", "authenticamd", "amazon"} <= set(values["tags"])
    assert values["backup_data_uid"] == fingerprint(machine)
    busier = replace(machine, load=replace(machine.load, one_minute=9.0))
    assert fingerprint(busier) == fingerprint(machine)
