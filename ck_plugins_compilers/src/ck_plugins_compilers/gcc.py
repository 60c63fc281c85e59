"""The GNU compilers: gcc, g++ and gfortran of every version, suffix and cross prefix."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform
from ck_core.domain.tuning.session import TuningSession
from ck_plugins_compilers import cross, native_build
from ck_plugins_compilers.banners import Banner
from ck_plugins_compilers.drivers import NATIVE_TAGS, Identity, concerns, detect_native
from ck_plugins_compilers.features_gcc import read_features
from ck_plugins_compilers.flags import add_compiler_parameters
from ck_plugins_compilers.flags_gcc import gcc_parameters
from ck_plugins_compilers.general_parameters import GROUP
from ck_plugins_compilers.search import DriverSet

PLUGIN = "gcc"
_LANGUAGES = {"gcc": "c", "g++": "cpp", "gfortran": "fortran"}
_OWN_TAGS = NATIVE_TAGS | {"gcc"}


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:
    """Of every target."""
    if not concerns(requirement, _OWN_TAGS):
        return ()
    return cross.checked(detect_native(_LANGUAGES, _identify), platform)


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    return native_build.build(request) if request.compiler.plugin == PLUGIN else None


@hookimpl
def autotune(session: TuningSession) -> None:
    session.add_feature_reader(PLUGIN, read_features)
    if session.wants(GROUP):
        add_compiler_parameters(session, PLUGIN, gcc_parameters)


def _identify(banner: Banner, driver_set: DriverSet) -> Identity | None:  # noqa: ARG001  # the name says nothing more
    """Clang that is installed under the name gcc (macOS) is left to the LLVM plugin."""
    if banner.family != "gcc":
        return None
    vendor = {banner.vendor} - {"", "gnu"}
    return Identity(
        product="gcc",
        title="GCC",
        tags=frozenset(vendor),
        plugin=PLUGIN,
        priority=40,
        soft="compiler.gcc",
    )
