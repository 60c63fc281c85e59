"""What is read of machines that are not here."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core.domain.machine import Cache, CoreKind, Machine, NumaNode
from ck_core.domain.machine.noise import find_noise
from ck_core.system.machine import detect_machine
from ck_core.testing.executables import printing, write_executable
from machine.recorded import (
    CPUS,
    arm_board,
    container,
    epyc_vm,
    intel_server,
    laptop,
    meminfo,
    roots,
    write_tree,
)

KIB, MIB = 1 << 10, 1 << 20


def noises(machine: Machine) -> dict[str, str]:
    return {one.name: f"{one.what} -> {one.fix}" for one in find_noise(machine)}


def test_a_server_with_two_sockets(tmp_path: Path) -> None:
    machine = detect_machine(roots(intel_server(tmp_path)))
    cpu = machine.cpu
    assert (cpu.sockets, cpu.cores, cpu.threads, cpu.usable) == (2, 4, 8, 8)
    assert cpu.threads_per_core == 2
    assert cpu.model == "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz"
    assert cpu.identity == "family 6, model 85, stepping 7"
    assert cpu.microarchitecture == "cascadelake"
    assert cpu.caches == (
        Cache(level=1, kind="data", size_bytes=32 * KIB, line_bytes=64, instances=4, shared_by=2),
        Cache(
            level=1,
            kind="instruction",
            size_bytes=32 * KIB,
            line_bytes=64,
            instances=4,
            shared_by=2,
        ),
        Cache(level=2, kind="unified", size_bytes=MIB, line_bytes=64, instances=4, shared_by=2),
        Cache(
            level=3, kind="unified", size_bytes=28160 * KIB, line_bytes=64, instances=2, shared_by=4
        ),
    )
    clock = cpu.frequency
    assert (clock.base_mhz, clock.min_mhz, clock.max_mhz) == (2500, 800, 3900)
    assert clock.current_mhz == (3100, 3800)
    assert (clock.governor, clock.driver, clock.turbo) == ("performance", "intel_pstate", True)
    assert machine.nodes[1] == NumaNode(number=1, cpus="2-3,6-7", memory_bytes=98765432 * KIB)
    assert machine.devices == ("10de:20b5",)
    assert machine.product == "Dell Inc. PowerEdge R740"
    assert machine.surroundings.hypervisor == machine.surroundings.container == ""
    assert (machine.memory.huge_pages, machine.memory.huge_page_bytes) == (4, 2 * MIB)
    found = noises(machine)
    assert found.keys() == {"turbo", "SMT", "NUMA"}
    assert "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo" in found["turbo"]
    assert "numactl --cpunodebind=0 --membind=0" in found["NUMA"]


def test_a_virtual_machine_of_a_cloud(tmp_path: Path) -> None:
    machine = detect_machine(roots(epyc_vm(tmp_path)))
    assert machine.surroundings.hypervisor == "amazon"
    assert machine.surroundings.has_counters is False
    assert machine.cpu.microarchitecture == "zen2"
    assert machine.cpu.frequency.current_mhz == (2650, 2650)
    assert machine.cpu.frequency.turbo is None
    assert machine.load.stolen == pytest.approx(1600 / 81650)
    found = noises(machine)
    assert {"virtual machine", "steal time", "no counters", "busy neighbours"} <= found.keys()
    assert "2.0% of the time" in found["steal time"]
    assert "cannot be changed from inside this virtual machine" in found["steal time"]
    assert "share cores" in found["busy neighbours"]


def test_a_board_with_unlike_cores(tmp_path: Path) -> None:
    machine = detect_machine(roots(arm_board(tmp_path), architecture="aarch64"))
    cpu = machine.cpu
    assert cpu.model == "Cortex-A53 + Cortex-A72"
    assert cpu.vendor == "ARM"
    assert cpu.microarchitecture == "aarch64"
    assert (cpu.sockets, cpu.cores, cpu.threads) == (1, 6, 6)
    assert cpu.kinds == (
        CoreKind(name="Cortex-A53", cpus="0-3", max_mhz=1416),
        CoreKind(name="Cortex-A72", cpus="4-5", max_mhz=1800),
    )
    assert cpu.caches == ()
    assert machine.product == "FriendlyElec NanoPC-T4"
    assert machine.surroundings.has_counters is True
    found = noises(machine)
    assert "taskset --cpu-list 4-5" in found["unlike cores"]
    assert "governor schedutil" in found["governor"]


def test_one_arm_core_is_not_named_for_another(tmp_path: Path) -> None:
    """archspec knows the A72, not the A53, which has all features that an A72 must have."""
    machine = detect_machine(roots(arm_board(tmp_path), architecture="aarch64"))
    assert "asimd" in machine.cpu.features
    text = (tmp_path / "proc/cpuinfo").read_text().replace("0xd03", "0xd08")
    write_tree(tmp_path, {"proc/cpuinfo": text})
    alike = detect_machine(roots(tmp_path, architecture="aarch64"))
    assert (machine.cpu.microarchitecture, alike.cpu.microarchitecture) == ("aarch64", "cortex_a72")
    assert alike.cpu.kinds == ()


@pytest.mark.parametrize("version", [1, 2])
def test_limits_of_a_container(tmp_path: Path, version: int) -> None:
    machine = detect_machine(roots(container(tmp_path, version)))
    assert machine.surroundings.container == "docker"
    assert machine.surroundings.cpu_quota == 1.5
    assert machine.memory.limit_bytes == 512 * MIB
    found = noises(machine)
    assert "more than 1.5 of 8 CPUs" in found["CPU quota"]
    assert "start it without a CPU limit" in found["CPU quota"]
    assert "on the host: echo 1 | sudo tee" in found["turbo"]
    assert "swapoff" in found["swap"]


def test_a_hot_server_is_held_at_its_base_clock(tmp_path: Path) -> None:
    count = {f"{CPUS}/cpu3/thermal_throttle/package_throttle_count": "2"}
    machine = detect_machine(roots(write_tree(intel_server(tmp_path), count)))
    assert "sudo cpupower frequency-set --max 2500MHz" in noises(machine)["heat"]


def test_a_group_without_a_limit(tmp_path: Path) -> None:
    container(tmp_path, 2)
    write_tree(
        tmp_path,
        {
            "sys/fs/cgroup/docker/0123456789abcdef/cpu.max": "max 100000",
            "sys/fs/cgroup/docker/0123456789abcdef/memory.max": "max",
        },
    )
    machine = detect_machine(roots(tmp_path))
    assert machine.surroundings.cpu_quota is None
    assert machine.memory.limit_bytes is None
    write_tree(tmp_path, {"sys/fs/cgroup/docker/cpu.max": "50000 100000"})
    assert detect_machine(roots(tmp_path)).surroundings.cpu_quota == 0.5, "of the group around"


def test_a_laptop_on_battery(tmp_path: Path) -> None:
    machine = detect_machine(roots(laptop(tmp_path)))
    assert machine.cpu.microarchitecture == "skylake"
    found = noises(machine)
    assert found.keys() == {"battery", "heat", "governor", "turbo", "no counters"}
    assert "plug the charger in" in found["battery"]
    assert "17 times" in found["heat"]
    assert "turn turbo off" in found["heat"]
    assert "cpupower frequency-set --governor performance" in found["governor"]
    assert "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost" in found["turbo"]
    assert "sudo sysctl kernel.perf_event_paranoid=2" in found["no counters"]


def test_a_charged_laptop_that_is_set_up_is_quiet(tmp_path: Path) -> None:
    laptop(tmp_path)
    quiet = {
        "sys/class/power_supply/BAT0/status": "Full",
        f"{CPUS}/cpufreq/boost": "0",
        f"{CPUS}/cpu1/thermal_throttle/core_throttle_count": "0",
        "proc/sys/kernel/perf_event_paranoid": "2",
    }
    quiet |= {f"{CPUS}/cpufreq/policy{cpu}/scaling_governor": "performance" for cpu in range(4)}
    machine = detect_machine(roots(write_tree(tmp_path, quiet)))
    assert machine.surroundings.on_battery is False
    assert noises(machine) == {}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"sys/class/dmi/id/sys_vendor": "QEMU"}, ("qemu", "")),
        ({"sys/class/dmi/id/sys_vendor": "VMware, Inc."}, ("vmware", "")),
        ({"sys/hypervisor/type": "xen"}, ("xen", "")),
        ({"sys/class/dmi/id/product_name": "m5.metal"}, ("", "")),
        ({"run/.containerenv": ""}, ("", "podman")),
        ({"run/systemd/container": "systemd-nspawn"}, ("", "systemd-nspawn")),
        ({"proc/1/cgroup": "0::/kubepods/besteffort/pod1"}, ("", "kubernetes")),
        ({"proc/sys/kernel/osrelease": "5.15.90.1-microsoft-standard-WSL2"}, ("", "wsl")),
    ],
)
def test_what_is_around(tmp_path: Path, files: dict[str, str], expected: tuple[str, str]) -> None:
    intel_server(tmp_path)
    if "m5.metal" in files.values():
        files = {**files, "sys/class/dmi/id/sys_vendor": "Amazon EC2"}
    around = detect_machine(roots(write_tree(tmp_path, files))).surroundings
    assert (around.hypervisor, around.container) == expected


def test_systemd_knows_better(tmp_path: Path) -> None:
    tools, tree = tmp_path / "bin", intel_server(tmp_path / "tree")
    script = 'if [ "$1" = --vm ]; then echo oracle; else echo none; exit 1; fi'
    write_executable(tools, "systemd-detect-virt", script)
    around = detect_machine(roots(tree, search_path=str(tools))).surroundings
    assert (around.hypervisor, around.container) == ("oracle", "")
    write_executable(tools, "systemd-detect-virt", printing("Segmentation fault at 0x0"))
    lying = detect_machine(roots(tree, search_path=str(tools))).surroundings
    assert (lying.hypervisor, lying.container) == ("", "")


def test_the_hypervisors_flag_alone(tmp_path: Path) -> None:
    epyc_vm(tmp_path)
    write_tree(tmp_path, {"sys/class/dmi/id/sys_vendor": "", "sys/class/dmi/id/product_name": ""})
    assert detect_machine(roots(tmp_path)).surroundings.hypervisor == "unknown"


def test_cores_without_sysfs(tmp_path: Path) -> None:
    """Some containers and old kernels show only /proc/cpuinfo."""
    block = "processor\t: {0}\nphysical id\t: {1}\ncore id\t: {2}\nflags\t: sse sse2\n"
    blocks = [block.format(cpu, cpu % 2, cpu // 4) for cpu in range(8)]
    write_tree(tmp_path, {"proc/cpuinfo": "\n".join(blocks), "proc/meminfo": meminfo(1)})
    cpu = detect_machine(roots(tmp_path)).cpu
    assert (cpu.sockets, cpu.cores, cpu.threads, cpu.usable) == (2, 4, 8, 8)


def test_fewer_cpus_for_us_than_there_are(tmp_path: Path) -> None:
    intel_server(tmp_path)
    write_tree(tmp_path, {"proc/self/status": "Cpus_allowed_list:\t2,4-5"})
    assert detect_machine(roots(tmp_path)).cpu.usable == 3


def test_intels_unlike_cores(tmp_path: Path) -> None:
    laptop(tmp_path)
    write_tree(
        tmp_path,
        {
            "sys/devices/cpu_core/cpus": "0-1",
            "sys/devices/cpu_atom/cpus": "2-3",
            f"{CPUS}/cpu2/cpufreq/cpuinfo_max_freq": "3300000",
        },
    )
    kinds = detect_machine(roots(tmp_path)).cpu.kinds
    assert [(one.name, one.cpus, one.max_mhz) for one in kinds] == [
        ("performance cores", "0-1", 4200),
        ("efficient cores", "2-3", 3300),
    ]


@pytest.mark.parametrize(
    ("architecture", "cpuinfo", "model", "microarchitecture"),
    [
        (
            "ppc64le",
            "processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t: 3800.000000MHz",
            "POWER9, altivec supported",
            "power9le",
        ),
        (
            "riscv64",
            "processor\t: 0\nhart\t: 1\nisa\t: rv64imafdc\nmmu\t: sv39\nuarch\t: sifive,u74-mc",
            "sifive,u74-mc",
            "u74mc",
        ),
        (
            "armv7l",
            "processor\t: 0\nmodel name\t: ARMv7 Processor rev 4 (v7l)\nFeatures\t: half neon",
            "ARMv7 Processor rev 4 (v7l)",
            "",
        ),
    ],
)
def test_other_architectures(
    tmp_path: Path, architecture: str, cpuinfo: str, model: str, microarchitecture: str
) -> None:
    write_tree(tmp_path, {"proc/cpuinfo": cpuinfo})
    cpu = detect_machine(roots(tmp_path, architecture=architecture)).cpu
    assert (cpu.model, cpu.microarchitecture) == (model, microarchitecture)
