"""Systems without /proc: psutil's answers, and macOS's sysctl as recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core.domain.machine.fingerprint import fingerprint
from ck_core.system.machine import detect_machine
from ck_core.testing.executables import printing, write_executable
from machine.recorded import roots

pytest.importorskip("psutil", reason="ckp needs it only where there is no /proc")

M2 = """hw.model: Mac14,9
hw.packages: 1
hw.physicalcpu: 10
hw.logicalcpu: 10
hw.cachelinesize: 128
hw.l1icachesize: 131072
hw.l1dcachesize: 65536
hw.l2cachesize: 4194304
hw.perflevel0.logicalcpu: 6
hw.perflevel1.logicalcpu: 4
kern.hv_vmm_present: 0
machdep.cpu.brand_string: Apple M2 Pro"""
INTEL = """hw.model: MacBookPro15,1
hw.packages: 1
hw.physicalcpu: 6
hw.logicalcpu: 12
hw.cachelinesize: 64
hw.l1dcachesize: 32768
hw.l3cachesize: 12582912
kern.hv_vmm_present: 1
machdep.cpu.brand_string: Intel(R) Core(TM) i7-8850H CPU @ 2.60GHz
machdep.cpu.vendor: GenuineIntel
machdep.cpu.features: FPU VME SSE4.2 AVX1.0
machdep.cpu.leaf7_features: AVX2 BMI1"""


def test_a_mac_of_apple_silicon(tmp_path: Path) -> None:
    write_executable(tmp_path, "sysctl", printing(M2))
    looked = roots(tmp_path, system="Darwin", architecture="arm64", search_path=str(tmp_path))
    machine = detect_machine(looked)
    cpu = machine.cpu
    assert (cpu.model, cpu.vendor, cpu.microarchitecture) == ("Apple M2 Pro", "Apple", "m2")
    assert (cpu.cores, cpu.threads) == (10, 10)
    assert [(one.level, one.kind, one.size_bytes) for one in cpu.caches] == [
        (1, "data", 65536),
        (1, "instruction", 131072),
        (2, "unified", 4194304),
    ]
    assert [one.name for one in cpu.kinds] == ["6 performance cores", "4 efficient cores"]
    assert machine.product == "Mac14,9"
    assert machine.software.system == "darwin"
    assert machine.surroundings.hypervisor == ""
    assert machine.memory.total_bytes > 0
    assert fingerprint(machine) == fingerprint(detect_machine(looked))


def test_a_virtual_mac_of_intel(tmp_path: Path) -> None:
    write_executable(tmp_path, "sysctl", printing(INTEL))
    machine = detect_machine(roots(tmp_path, system="Darwin", search_path=str(tmp_path)))
    assert machine.cpu.threads_per_core == 2
    assert {"avx2", "sse4.2"} <= set(machine.cpu.features)
    assert machine.surroundings.hypervisor == "unknown"


@pytest.mark.parametrize("script", ["exit 1", printing("hw.logicalcpu: many\nhw.model"), "kill $$"])
def test_without_an_answer_of_sense(tmp_path: Path, script: str) -> None:
    write_executable(tmp_path, "sysctl", script)
    machine = detect_machine(roots(tmp_path, system="Darwin", search_path=str(tmp_path)))
    assert machine.cpu.threads >= 1
    assert machine.cpu.caches == ()


def test_psutil_alone(tmp_path: Path) -> None:
    machine = detect_machine(roots(tmp_path, system="FreeBSD"))
    assert machine.software.system == "freebsd"
    assert machine.cpu.threads >= machine.cpu.cores >= 1
    assert machine.memory.total_bytes > 0
