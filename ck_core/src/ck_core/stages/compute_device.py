"""Which device a command computes on (CK's ``need_compute_device``)."""

from __future__ import annotations

from collections.abc import Mapping

from ck_core.domain.command import Command
from ck_core.domain.program import Program
from ck_core.errors import BadComponentError, UnresolvedError

_NAMES = {"opencl": "an OpenCL device", "cuda": "a CUDA device", "hip": "a HIP device"}
_PLATFORM, _DEVICE = "CK_COMPUTE_PLATFORM_ID", "CK_COMPUTE_DEVICE_ID"


def device_variables(
    program: Program, command: Command, asked: Mapping[str, str]
) -> dict[str, str]:
    """The variables that name the first device of the kind; those the user sets stand.

    Raises:
        UnresolvedError: this machine has none.
    """
    if not command.compute_device or {_PLATFORM, _DEVICE} <= asked.keys():
        return {}
    if command.compute_device not in _NAMES:
        raise BadComponentError(
            f"program:{program.name} needs a compute device '{command.compute_device}', and ckp "
            f"knows {', '.join(_NAMES)}",
            hint=f"correct 'need_compute_device' in {program.component.meta_file}",
        )
    from ck_core.system.machine.accelerators import find_accelerators  # noqa: PLC0415  # runs tools

    for one in find_accelerators():
        if one.api == command.compute_device:
            return {_PLATFORM: str(one.platform_index), _DEVICE: str(one.device_index)}
    raise UnresolvedError(
        f"program:{program.name} needs {_NAMES[command.compute_device]}, and there is none here",
        hint="ckp detect platform lists what there is; "
        f"--env.{_PLATFORM}=0 --env.{_DEVICE}=0 runs it anyway",
    )
