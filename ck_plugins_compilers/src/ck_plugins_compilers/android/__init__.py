"""Android: the NDK's compilers, and devices that ``adb`` reaches."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core import hookimpl
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.run import RunRequest, RunResult
from ck_core.domain.target import Platform
from ck_plugins_compilers.android import ndk
from ck_plugins_compilers.drivers import NATIVE_TAGS, concerns

LAUNCHER = "adb"
_OWN_TAGS = NATIVE_TAGS | {"llvm", "clang", "ndk"}


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:
    """The NDK's clang where Android is the target; the LLVM plugin builds with it."""
    if platform.target.system != "android" or not concerns(requirement, _OWN_TAGS):
        return ()
    return tuple(ndk.compilers(platform.target))


@hookimpl
def run(request: RunRequest) -> RunResult | None:
    if request.launcher != LAUNCHER:
        return None
    from ck_plugins_compilers.android import (  # noqa: PLC0415  # for runs on devices only
        launcher,
    )

    return launcher.run_on_device(request)
