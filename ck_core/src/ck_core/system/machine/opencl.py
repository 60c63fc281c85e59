"""OpenCL's devices, as ``clinfo`` shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ck_core.domain.machine import Accelerator
from ck_core.system.machine.tree import number, one_line

OPENCL_TOOL = ("clinfo", "--raw")
"""Its JSON repeats keys, and older releases have none."""
_LINE = re.compile(r"\[([^\]/]*)/([0-9]{1,4}|\*)\]\s+(#?[A-Z_0-9]+)\s*(.*)")


def parse_clinfo(text: str) -> Iterator[Accelerator]:
    """``[POCL/0]  CL_DEVICE_NAME  ...``; platforms count in the order in which they come."""
    platforms: list[str] = []
    devices: dict[tuple[int, int], dict[str, str]] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        _, device, key, value = match.groups()
        if device == "*" and key == "CL_PLATFORM_NAME":
            platforms.append(one_line(value))
        elif device != "*" and platforms:
            place = (len(platforms) - 1, int(device))
            devices.setdefault(place, {})[key] = one_line(value)
    for (platform, device), values in devices.items():
        yield _device(platform, device, platforms[platform], values)


def _device(platform: int, device: int, name: str, values: Mapping[str, str]) -> Accelerator:
    board = values.get("CL_DEVICE_BOARD_NAME_AMD", "")
    return Accelerator(
        api="opencl",
        platform_index=platform,
        device_index=device,
        name=board or values.get("CL_DEVICE_NAME", ""),
        memory_bytes=number(values.get("CL_DEVICE_GLOBAL_MEM_SIZE")) or 0,
        driver=values.get("CL_DRIVER_VERSION", ""),
        platform=name,
        is_cpu="CL_DEVICE_TYPE_CPU" in values.get("CL_DEVICE_TYPE", ""),
    )
