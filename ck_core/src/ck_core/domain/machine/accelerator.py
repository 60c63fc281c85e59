"""Devices beside the CPU that can be computed on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Accelerator:
    """One device as one programming interface shows it; a card with several is listed for each.

    Attributes:
        api: ``cuda``, ``hip``, ``opencl`` or ``vulkan``.
        platform_index: of OpenCL's platform; 0 for the others.
        device_index: within its platform, as the interface's own tool counts.
        memory_bytes: 0 where the tool does not tell.
        platform: the name of OpenCL's platform.
        is_cpu: whether it is the CPU in disguise, as with PoCL and llvmpipe.
    """

    api: str
    platform_index: int
    device_index: int
    name: str
    memory_bytes: int
    driver: str
    platform: str = ""
    is_cpu: bool = False
