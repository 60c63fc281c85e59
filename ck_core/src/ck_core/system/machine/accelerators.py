"""Accelerators, each asked of the tool of its programming interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from ck_core.domain.machine import Accelerator
from ck_core.system.machine.cuda import CUDA_TOOL, parse_nvidia_smi
from ck_core.system.machine.hip import HIP_TOOL, parse_rocm_smi
from ck_core.system.machine.opencl import OPENCL_TOOL, parse_clinfo
from ck_core.system.machine.roots import Roots
from ck_core.system.machine.vulkan import VULKAN_TOOL, parse_vulkaninfo

Parse = Callable[[str], Iterator[Accelerator]]
_TOOLS: tuple[tuple[tuple[str, ...], Parse], ...] = (
    (CUDA_TOOL, parse_nvidia_smi),
    (HIP_TOOL, parse_rocm_smi),
    (OPENCL_TOOL, parse_clinfo),
    (VULKAN_TOOL, parse_vulkaninfo),
)
_MOST_DEVICES = 256
"""Of one tool; one that never stops writing has something else to tell."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """``problems`` names the tools that did not answer in time."""

    accelerators: tuple[Accelerator, ...] = ()
    problems: tuple[str, ...] = ()


def find_accelerators(roots: Roots | None = None) -> tuple[Accelerator, ...]:
    """What can be computed on beside the CPU; empty where no tool shows anything."""
    return ask_tools(roots or Roots()).accelerators


def ask_tools(roots: Roots) -> Found:
    """Asks all tools at once: a driver may need a second to wake up."""
    with ThreadPoolExecutor(len(_TOOLS)) as pool:
        answers = list(pool.map(lambda tool: _ask(roots, *tool), _TOOLS))
    return Found(
        accelerators=tuple(device for one in answers for device in one.accelerators),
        problems=tuple(problem for one in answers for problem in one.problems),
    )


def _ask(roots: Roots, arguments: tuple[str, ...], parse: Parse) -> Found:
    answer = roots.run(*arguments)
    if answer is None:
        return Found()
    if answer.timed_out:
        problem = f"{arguments[0]} did not answer within {roots.timeout_s:g} s"
        return Found(problems=(problem,))
    return Found(accelerators=tuple(islice(parse(answer.output), _MOST_DEVICES)))
