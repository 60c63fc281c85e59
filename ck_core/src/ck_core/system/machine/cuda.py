"""NVIDIA's cards, as ``nvidia-smi`` shows them."""

from __future__ import annotations

from collections.abc import Iterator

from ck_core.domain.machine import Accelerator
from ck_core.system.machine.tree import number, one_line

CUDA_TOOL = (
    "nvidia-smi",
    "--query-gpu=index,name,memory.total,driver_version",
    "--format=csv,noheader,nounits",
)
"""Neither serial number nor UUID is asked for."""


def parse_nvidia_smi(text: str) -> Iterator[Accelerator]:
    """Lines such as ``0, NVIDIA A100-SXM4-40GB, 40960, 535.129.03``, memory in MiB."""
    for line in text.splitlines():
        cells = [one_line(cell) for cell in line.split(",")]
        if len(cells) != 4 or (index := number(cells[0])) is None:
            continue
        yield Accelerator(
            api="cuda",
            platform_index=0,
            device_index=index,
            name=cells[1],
            memory_bytes=(number(cells[2]) or 0) << 20,
            driver=cells[3],
        )
