"""Vulkan's devices, as ``vulkaninfo`` shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ck_core.domain.machine import Accelerator
from ck_core.system.machine.tree import one_line

VULKAN_TOOL = ("vulkaninfo", "--summary")
_DEVICE = re.compile(r"^GPU([0-9]{1,4}):\s*$", re.MULTILINE)
_VALUE = re.compile(r"^\s+(\w+)\s+= (.*)$", re.MULTILINE)


def parse_vulkaninfo(text: str) -> Iterator[Accelerator]:
    """``GPU0:`` and its indented values; the summary does not tell memory."""
    _, *parts = _DEVICE.split(text)
    for index, body in zip(parts[::2], parts[1::2], strict=True):
        values = {key: one_line(value) for key, value in _VALUE.findall(body)}
        if not values.get("deviceName"):
            continue
        driver = (values.get("driverName", ""), values.get("driverInfo", ""))
        yield Accelerator(
            api="vulkan",
            platform_index=0,
            device_index=int(index),
            name=values["deviceName"],
            memory_bytes=0,
            driver=" ".join(filter(None, driver)),
            is_cpu=values.get("deviceType", "").endswith("_CPU"),
        )
