"""Machines that are not here, as the files in which their kernels tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ck_core.system.machine import Roots

CPUS = "sys/devices/system/cpu"
HOSTNAME = "alices-laptop"
SERIAL = "PF3XQ7ZK"
OS_RELEASE = 'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian'
INTEL_FLAGS = (
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse "
    "sse2 ss ht tm pbe syscall nx pdpe1gb rdtscp lm pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 "
    "movbe popcnt aes xsave avx f16c rdrand lahf_lm abm 3dnowprefetch fsgsbase bmi1 avx2 bmi2 "
    "rdseed adx clflushopt clwb avx512f avx512dq avx512cd avx512bw avx512vl avx512_vnni xsaveopt "
    "xsavec"
)
LAPTOP_FLAGS = (
    "fpu vme de pse tsc msr pae cx8 apic cmov pat mmx fxsr sse sse2 ht syscall nx rdtscp lm pni "
    "pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand lahf_lm abm "
    "3dnowprefetch fsgsbase bmi1 avx2 bmi2 rdseed adx clflushopt xsaveopt xsavec"
)
EPYC_FLAGS = (
    "fpu vme de pse tsc msr pae cx8 apic cmov pat clflush mmx fxsr sse sse2 ht syscall nx mmxext "
    "fxsr_opt pdpe1gb rdtscp lm pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave "
    "avx f16c rdrand hypervisor lahf_lm cmp_legacy abm sse4a misalignsse 3dnowprefetch fsgsbase "
    "bmi1 avx2 bmi2 rdseed adx clflushopt sha_ni xsaveopt xsavec clzero clwb"
)


def roots(root: Path, **changes: object) -> Roots:
    """Looks below ``root`` only: no tool of this machine is asked."""
    values: dict[str, object] = {"system": "Linux", "architecture": "x86_64", "search_path": ""}
    return Roots(root=root, **{**values, **changes})  # type: ignore[arg-type]  # its fields


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n", encoding="utf-8")
    return root


def common(online: str) -> dict[str, str]:
    return {
        f"{CPUS}/online": online,
        f"{CPUS}/present": online,
        "proc/self/status": f"Name:\tpython3\nUid:\t1000\t1000\nCpus_allowed_list:\t{online}",
        "proc/sys/kernel/osrelease": "6.1.0-18-amd64",
        "proc/sys/kernel/hostname": HOSTNAME,
        "proc/sys/kernel/perf_event_paranoid": "2",
        "etc/hostname": HOSTNAME,
        "etc/machine-id": "0123456789abcdef0123456789abcdef",
        "etc/os-release": OS_RELEASE,
        "sys/bus/event_source/devices/cpu/type": "4",
        "proc/loadavg": "0.03 0.05 0.01 1/210 4242",
        "proc/stat": "cpu  5000 10 3000 90000 100 0 50 0 0 0\ncpu0 5000 10 3000 90000",
        "proc/meminfo": meminfo(16),
    }


def meminfo(gigabytes: float, *, swap_used: float = 0) -> str:
    """What is left of so much built in: a kernel keeps two per cent."""
    total = round(gigabytes * 1048576 * 0.98)
    return (
        f"MemTotal:       {total} kB\nMemFree:        {total // 3} kB\n"
        f"MemAvailable:   {total // 2} kB\nSwapTotal:      8388604 kB\n"
        f"SwapFree:       {8388604 - round(swap_used * 1048576)} kB\n"
        "HugePages_Total:       4\nHugepagesize:       2048 kB"
    )


def topology(cpu: int, package: str, core: int, siblings: str) -> dict[str, str]:
    place = f"{CPUS}/cpu{cpu}/topology"
    return {
        f"{place}/physical_package_id": package,
        f"{place}/core_id": str(core),
        f"{place}/thread_siblings_list": siblings,
    }


def cache(cpu: int, index: int, level: int, kind: str, size: str, *, shared: str) -> dict[str, str]:
    place = f"{CPUS}/cpu{cpu}/cache/index{index}"
    return {
        f"{place}/level": str(level),
        f"{place}/type": kind,
        f"{place}/size": size,
        f"{place}/coherency_line_size": "64",
        f"{place}/shared_cpu_list": shared,
    }


def frequency(cpus: Iterable[int], governor: str, driver: str, most: int) -> dict[str, str]:
    files: dict[str, str] = {}
    for cpu in cpus:
        for place in (f"{CPUS}/cpufreq/policy{cpu}", f"{CPUS}/cpu{cpu}/cpufreq"):
            files |= {
                f"{place}/scaling_governor": governor,
                f"{place}/scaling_driver": driver,
                f"{place}/scaling_cur_freq": str(most - 100000 * (cpu + 1)),
                f"{place}/cpuinfo_max_freq": str(most),
                f"{place}/cpuinfo_min_freq": "800000",
            }
    return files


def dmi(vendor: str, product: str) -> dict[str, str]:
    place = "sys/class/dmi/id"
    return {
        f"{place}/sys_vendor": vendor,
        f"{place}/product_name": product,
        f"{place}/product_serial": SERIAL,
        f"{place}/board_serial": SERIAL,
        f"{place}/product_uuid": "4c4c4544-0051-3710-8058-b4c04f4e3733",
    }


def x86_cpuinfo(count: int, values: Mapping[str, str], flags: str) -> str:
    lines = "\n".join(f"{key}\t: {value}" for key, value in values.items())
    return "\n".join(f"processor\t: {cpu}\n{lines}\nflags\t\t: {flags}\n" for cpu in range(count))


def intel_server(root: Path) -> Path:
    """Two sockets of two cores with two threads each, two NUMA nodes, a card for computing."""
    values = {
        "vendor_id": "GenuineIntel",
        "cpu family": "6",
        "model": "85",
        "model name": "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz",
        "stepping": "7",
    }
    files = {
        **common("0-7"),
        "proc/cpuinfo": x86_cpuinfo(8, values, INTEL_FLAGS),
        **dmi("Dell Inc.", "PowerEdge R740"),
        **frequency(range(8), "performance", "intel_pstate", 3900000),
        f"{CPUS}/cpufreq/policy0/base_frequency": "2500000",
        f"{CPUS}/intel_pstate/no_turbo": "0",
        "sys/bus/pci/devices/0000:3b:00.0/class": "0x030200",
        "sys/bus/pci/devices/0000:3b:00.0/vendor": "0x10de",
        "sys/bus/pci/devices/0000:3b:00.0/device": "0x20b5",
        "sys/bus/pci/devices/0000:00:1f.0/class": "0x060100",
        "sys/bus/pci/devices/0000:00:1f.0/vendor": "0x8086",
        "sys/bus/pci/devices/0000:00:1f.0/device": "0xa1c1",
        "proc/meminfo": meminfo(192),
    }
    for cpu in range(8):
        core, package = cpu % 4, cpu % 4 // 2
        pair, socket = f"{core},{core + 4}", f"{package * 2}-{package * 2 + 1},{package * 2 + 4}-"
        files |= topology(cpu, str(package), core, pair)
        files |= cache(cpu, 0, 1, "Data", "32K", shared=pair)
        files |= cache(cpu, 1, 1, "Instruction", "32K", shared=pair)
        files |= cache(cpu, 2, 2, "Unified", "1024K", shared=pair)
        files |= cache(cpu, 3, 3, "Unified", "28160K", shared=f"{socket}{package * 2 + 5}")
    for node, cpus in enumerate(("0-1,4-5", "2-3,6-7")):
        place = f"sys/devices/system/node/node{node}"
        files |= {
            f"{place}/cpulist": cpus,
            f"{place}/meminfo": f"Node {node} MemTotal:       98765432 kB",
        }
    return write_tree(root, files)


def epyc_vm(root: Path) -> Path:
    """Four CPUs of a cloud's virtual machine: no cpufreq, no counters, stolen time."""
    values = {
        "vendor_id": "AuthenticAMD",
        "cpu family": "25",
        "model": "1",
        "model name": "AMD EPYC 7R13 Processor",
        "stepping": "1",
        "cpu MHz": "2649.998",
        "physical id": "0",
        "siblings": "4",
    }
    files = {
        **common("0-3"),
        "proc/cpuinfo": x86_cpuinfo(4, values, EPYC_FLAGS),
        **dmi("Amazon EC2", "c6a.xlarge"),
        "sys/bus/event_source/devices/software/type": "1",
        "proc/stat": "cpu  50000 0 30000 900000 100 0 50 1600 0 0",
        "proc/loadavg": "3.75 3.05 1.01 4/210 4242",
        "proc/meminfo": meminfo(8),
    }
    del files["sys/bus/event_source/devices/cpu/type"]
    for cpu in range(4):
        pair = "0-1" if cpu < 2 else "2-3"
        files |= topology(cpu, "0", cpu // 2, pair)
        files |= cache(cpu, 0, 1, "Data", "32K", shared=pair)
        files |= cache(cpu, 3, 3, "Unified", "16384K", shared="0-3")
    return write_tree(root, files)


ARM_FEATURES = "fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid"


def arm_board(root: Path) -> Path:
    """big.LITTLE: four Cortex-A53 and two Cortex-A72; no model name, no cache sizes."""
    block = (
        "processor\t: {cpu}\nBogoMIPS\t: 48.00\nFeatures\t: {features}\nCPU implementer\t: 0x41\n"
        "CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: {part}\nCPU revision\t: 4\n"
    )
    blocks = [
        block.format(cpu=cpu, features=ARM_FEATURES, part="0xd03" if cpu < 4 else "0xd08")
        for cpu in range(6)
    ]
    files = {
        **common("0-5"),
        "proc/cpuinfo": "\n".join([*blocks, f"Serial\t\t: {SERIAL}"]),
        "sys/firmware/devicetree/base/model": "FriendlyElec NanoPC-T4\0",
        "sys/firmware/devicetree/base/serial-number": f"{SERIAL}\0",
        **frequency(range(4), "schedutil", "cpufreq-dt", 1416000),
        **frequency(range(4, 6), "schedutil", "cpufreq-dt", 1800000),
        "sys/bus/event_source/devices/armv8_cortex_a53/type": "8",
        "proc/meminfo": meminfo(4),
    }
    del files["sys/bus/event_source/devices/cpu/type"]
    for cpu in range(6):
        files |= topology(cpu, "-1", cpu, str(cpu))
        files |= cache(cpu, 0, 1, "Data", "", shared=str(cpu))
    return write_tree(root, files)


def container(root: Path, version: int) -> Path:
    """One CPU and a half of a server's, with half a gigabyte, by control groups of that version."""
    intel_server(root)
    group = "/docker/0123456789abcdef"
    files = {".dockerenv": "", "proc/meminfo": meminfo(192, swap_used=3)}
    if version == 2:
        files |= {
            "proc/self/cgroup": f"0::{group}",
            "proc/1/cgroup": f"0::{group}",
            f"sys/fs/cgroup{group}/cpu.max": "150000 100000",
            f"sys/fs/cgroup{group}/memory.max": "536870912",
            "sys/fs/cgroup/docker/cpu.max": "max 100000",
        }
    else:  # mounted in a way that the host's path of the group leads nowhere
        files |= {
            "proc/self/cgroup": f"4:memory:{group}\n3:cpu,cpuacct:{group}\n0::/",
            "proc/1/cgroup": f"4:memory:{group}",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "150000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912",
        }
    return write_tree(root, files)


def laptop(root: Path) -> Path:
    """On battery, saving power, hot, and strict about counters."""
    values = {
        "vendor_id": "GenuineIntel",
        "cpu family": "6",
        "model": "142",
        "model name": "Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz",
        "stepping": "10",
    }
    files = {
        **common("0-3"),
        "proc/cpuinfo": x86_cpuinfo(4, values, LAPTOP_FLAGS),
        **dmi("LENOVO", "20L8S02D00"),
        **frequency(range(4), "powersave", "intel_pstate", 4200000),
        f"{CPUS}/cpufreq/boost": "1",
        f"{CPUS}/cpu1/thermal_throttle/core_throttle_count": "17",
        "proc/sys/kernel/perf_event_paranoid": "3",
        "sys/class/power_supply/BAT0/type": "Battery",
        "sys/class/power_supply/BAT0/status": "Discharging",
        "sys/class/power_supply/BAT0/serial_number": SERIAL,
        "sys/class/power_supply/hidpp_battery_0/type": "Battery",
        "sys/class/power_supply/hidpp_battery_0/scope": "Device",
        "sys/class/power_supply/hidpp_battery_0/status": "Discharging",
    }
    for cpu in range(4):
        files |= topology(cpu, "0", cpu, str(cpu))
    return write_tree(root, files)
