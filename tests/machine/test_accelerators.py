"""Devices beside the CPU: recorded tools, lying tools, and the real ones of this machine."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.machine import Accelerator
from ck_core.system.machine import detect_machine, find_accelerators
from ck_core.system.machine.cuda import parse_nvidia_smi
from ck_core.system.machine.hip import parse_rocm_smi
from ck_core.system.machine.opencl import parse_clinfo
from ck_core.system.machine.vulkan import parse_vulkaninfo
from ck_core.testing.executables import printing, write_executable
from machine.recorded import intel_server, roots

NVIDIA = (
    "0, NVIDIA A100-SXM4-40GB, 40960, 535.129.03\n"
    "1, NVIDIA A100-SXM4-40GB, 40960, 535.129.03\n"
    "2, NVIDIA GH200 480GB, [N/A], 535.129.03"
)
NO_NVIDIA = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure "
    "that the latest NVIDIA driver is installed and running."
)
ROCM = """WARNING: AMD GPU device(s) is/are in a low-power state. Check power control/runtime_status

{"card0": {"VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "10960896", \
"Card series": "AMD INSTINCT MI250 (MCM) OAM AC MBA", "Card model": "0x0b0c", \
"Card vendor": "Advanced Micro Devices, Inc. [AMD/ATI]", "Card SKU": "D65209"}, \
"card1": {"VRAM Total Memory (B)": "68702699520", "Card Series": "AMD Instinct MI300X", \
"GFX Version": "gfx942"}, "system": {"Driver version": "5.18.2.22.40"}}"""
CLINFO = """#PLATFORMS                                        2
  CL_PLATFORM_NAME                                NVIDIA CUDA
  CL_PLATFORM_VENDOR                              NVIDIA Corporation
  CL_PLATFORM_ICD_SUFFIX_KHR                      NV

  CL_PLATFORM_NAME                                Portable Computing Language
  CL_PLATFORM_ICD_SUFFIX_KHR                      POCL

[NV/*]    CL_PLATFORM_NAME                                NVIDIA CUDA
[NV/*]  #DEVICES                                          2
[NV/0]    CL_DEVICE_NAME                                  NVIDIA GeForce RTX 3090
[NV/0]    CL_DRIVER_VERSION                               535.129.03
[NV/0]    CL_DEVICE_TYPE                                  CL_DEVICE_TYPE_GPU
[NV/0]    CL_DEVICE_GLOBAL_MEM_SIZE                       25438126080

[NV/1]    CL_DEVICE_NAME                                  NVIDIA GeForce GTX 1080
[NV/1]    CL_DEVICE_TYPE                                  CL_DEVICE_TYPE_GPU

[POCL/*]    CL_PLATFORM_NAME                                Portable Computing Language
[POCL/*]  #DEVICES                                          1
[POCL/0]    CL_DEVICE_NAME                                  pthread-skylake-avx512-AMD EPYC
[POCL/0]    CL_DRIVER_VERSION                               3.1+debian
[POCL/0]    CL_DEVICE_TYPE                                  CL_DEVICE_TYPE_CPU
[POCL/0]    CL_DEVICE_GLOBAL_MEM_SIZE                       23129026560

[OCLICD/*]   CL_ICDL_NAME                                    OpenCL ICD Loader"""
VULKAN = """==========
VULKANINFO
==========

Vulkan Instance Version: 1.3.239

Devices:
========
GPU0:
\tapiVersion         = 4206816 (1.3.224)
\tdriverVersion      = 2244804672 (0x85cd0040)
\tvendorID           = 0x10de
\tdeviceID           = 0x2204
\tdeviceType         = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU
\tdeviceName         = NVIDIA GeForce RTX 3090
\tdriverID           = DRIVER_ID_NVIDIA_PROPRIETARY
\tdriverName         = NVIDIA
\tdriverInfo         = 535.129.03
\tdeviceUUID         = 41c3f6e0-1234-5678-9abc-def012345678
GPU1:
\tapiVersion         = 4206816 (1.3.224)
\tdeviceType         = PHYSICAL_DEVICE_TYPE_CPU
\tdeviceName         = llvmpipe (LLVM 15.0.6, 256 bits)
\tdriverName         = llvmpipe
\tdriverInfo         = Mesa 22.3.6 (LLVM 15.0.6)"""
TOOLS = {"nvidia-smi": NVIDIA, "rocm-smi": ROCM, "clinfo": CLINFO, "vulkaninfo": VULKAN}
PARSERS = [parse_nvidia_smi, parse_rocm_smi, parse_clinfo, parse_vulkaninfo]


def found(tools: Path) -> list[Accelerator]:
    return list(find_accelerators(roots(tools.parent, search_path=str(tools))))


def test_recorded_tools(tmp_path: Path) -> None:
    for name, text in TOOLS.items():
        write_executable(tmp_path / "bin", name, f"/bin/cat << 'EOF'\n{text}\nEOF")
    by_place = {
        (one.api, one.platform_index, one.device_index): one for one in found(tmp_path / "bin")
    }
    assert by_place["cuda", 0, 1] == Accelerator(
        api="cuda",
        platform_index=0,
        device_index=1,
        name="NVIDIA A100-SXM4-40GB",
        memory_bytes=40 << 30,
        driver="535.129.03",
    )
    assert by_place["cuda", 0, 2].memory_bytes == 0, "it shares the CPU's"
    assert by_place["hip", 0, 0].name == "AMD INSTINCT MI250 (MCM) OAM AC MBA"
    assert by_place["hip", 0, 0].memory_bytes == 68702699520
    assert by_place["hip", 0, 1].name == "AMD Instinct MI300X"
    assert by_place["hip", 0, 1].driver == "5.18.2.22.40"
    assert by_place["opencl", 0, 1].name == "NVIDIA GeForce GTX 1080"
    assert by_place["opencl", 1, 0].platform == "Portable Computing Language"
    assert by_place["opencl", 1, 0].is_cpu
    assert not by_place["opencl", 0, 0].is_cpu
    assert by_place["opencl", 0, 0].driver == "535.129.03"
    assert by_place["vulkan", 0, 0].driver == "NVIDIA 535.129.03"
    assert by_place["vulkan", 0, 1].is_cpu
    assert len(by_place) == 10


def test_a_tool_without_a_driver(tmp_path: Path) -> None:
    write_executable(tmp_path / "bin", "nvidia-smi", printing(NO_NVIDIA, status=9))
    write_executable(tmp_path / "bin", "clinfo", printing("#PLATFORMS     0"))
    assert found(tmp_path / "bin") == []


def test_hanging_tools_cost_one_timeout_and_are_told(tmp_path: Path) -> None:
    tools, tree = tmp_path / "bin", intel_server(tmp_path / "tree")
    for name in ("nvidia-smi", "rocm-smi", "clinfo"):
        write_executable(tools, name, "exec /bin/sleep 60")
    write_executable(tools, "vulkaninfo", f"/bin/cat << 'EOF'\n{VULKAN}\nEOF")
    began = time.monotonic()
    machine = detect_machine(roots(tree, search_path=str(tools), timeout_s=1.0))
    assert time.monotonic() - began < 5
    assert len(machine.accelerators) == 2
    assert "nvidia-smi did not answer within 1 s" in machine.problems
    assert len(machine.problems) == 3


def test_an_endless_tool(tmp_path: Path) -> None:
    write_executable(tmp_path / "bin", "nvidia-smi", "exec /usr/bin/yes '0, card, 1, 2'")
    devices = found(tmp_path / "bin")
    assert {one.name for one in devices} == {"card"}
    assert len(devices) < 1000


@pytest.mark.parametrize("parse", PARSERS)
@given(
    text=st.one_of(
        st.text(),
        st.sampled_from(sorted(TOOLS.values())).flatmap(
            lambda text: st.tuples(st.integers(0, len(text)), st.text(max_size=8)).map(
                lambda cut: text[: cut[0]] + cut[1] + text[cut[0] + 3 :]
            )
        ),
    )
)
def test_any_output(parse: type[object], text: str) -> None:
    for one in parse(text):  # type: ignore[call-arg, attr-defined]  # one of the parsers
        assert one.name.isprintable()
        assert one.memory_bytes >= 0


@pytest.mark.skipif(shutil.which("clinfo") is None, reason="needs a real clinfo")
def test_real_opencl() -> None:
    devices = [one for one in find_accelerators() if one.api == "opencl"]
    if not devices:
        pytest.skip("clinfo is here, but no OpenCL platform such as PoCL")
    assert {one.platform_index for one in devices} == set(
        range(1 + max(one.platform_index for one in devices))
    )
    assert all(one.name and one.platform and one.memory_bytes > 1 << 20 for one in devices)


@pytest.mark.skipif(shutil.which("vulkaninfo") is None, reason="needs a real vulkaninfo")
def test_real_vulkan() -> None:
    devices = [one for one in find_accelerators() if one.api == "vulkan"]
    if not devices:
        pytest.skip("vulkaninfo is here, but no driver such as llvmpipe")
    assert all(one.name and one.driver for one in devices)
