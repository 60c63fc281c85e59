"""What an installer works on: an install request that is for a package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package

PLUGIN = "packages"


@dataclass(frozen=True, kw_only=True)
class Order:
    """A request, with what every request for a package has."""

    request: InstallRequest
    package: Package
    directory: Path
    log: Path


def order_of(request: InstallRequest) -> Order:
    """Raises ValueError where the request is for no package; ckp makes no such one."""
    if request.package is None or request.directory is None or request.log is None:
        raise ValueError("a package, its directory and its log are needed to install it")
    return Order(
        request=request, package=request.package, directory=request.directory, log=request.log
    )


def bare_installation(order: Order, *, origin: str, digest: str) -> Installation:
    """What came of a package, for detection to describe."""
    package = order.package
    return Installation(
        name=f"{package.product} {package.version}".strip(),
        product=package.product,
        version=package.version,
        path=order.directory,
        tags=package.tags,
        origin=origin,
        digest=digest,
        plugin=PLUGIN,
    )
