"""Packages of what cannot be downloaded: who installs one is told where to get it.

In the package's meta: ``"customize": {"manual": {"where": ..., "size": ..., "then": [...]}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ck_core.domain.installation import Installation
from ck_core.domain.meta import Meta
from ck_core.domain.package import Package
from ck_core.errors import InstallError

_KEY = "manual"


def refuse(package: Package, found: Iterable[Installation]) -> None:
    """Raises InstallError where the package is one of those.

    Args:
        found: what is on this machine; of the same thing it is told why it does not do.
    """
    customize = package.component.meta.mapping("customize")
    if _KEY in customize:
        unusable = [one for one in found if one.product == package.product and one.problem]
        raise _error(package, customize.mapping(_KEY), unusable)


def _error(package: Package, told: Meta, unusable: Iterable[Installation]) -> InstallError:
    last = next(reversed(told.texts("then")), "ckp refresh env")
    return InstallError(
        f"package:{package.name} cannot be downloaded by ckp: {told.text('why')}",
        hint=f"get it as told above, then: {last}",
        details="\n".join(_lines(told, unusable)),
    )


def _lines(told: Meta, unusable: Iterable[Installation]) -> Iterator[str]:
    yield from (f"{one.path} {one.problem}" for one in unusable)
    yield f"get: {told.text('where')}"
    yield f"size: {told.text('size')}"
    yield "then type:"
    yield from (f"  {step}" for step in told.texts("then"))
