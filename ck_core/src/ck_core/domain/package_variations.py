"""CK's ``variations``: one package that says how several similar things are installed.

A variation completes the meta: what it says is merged into it, and its name is a tag. So each is a
package like any other, that a requirement's tags choose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.merging import merged, without
from ck_core.domain.meta import Meta

_KEY = "variations"
_OWN = ("extra_customize", "extra_tags", "on_by_default", "version")
"""What a variation says by names of its own; all else is said as in a package."""


@dataclass(frozen=True, kw_only=True)
class Variation:
    """The package as it is with one of them.

    Attributes:
        name: empty where the package has none.
        is_usual: taken where nothing chooses; its ``on_by_default``.
    """

    component: Component
    name: str = ""
    is_usual: bool = True


def variations_of(component: Component) -> list[Variation]:
    """One for each; of a package without any, the package itself.

    Raises:
        BadComponentError: they are no objects by name.
    """
    names = [*component.meta.mapping(_KEY)]
    return [_variation(component, name) for name in names] or [Variation(component=component)]


def varied(component: Component, name: str) -> Component:
    """With the variation of that name; as it is where it has no such one."""
    found = {one.name: one.component for one in variations_of(component)}
    return found.get(name, component)


def _variation(component: Component, name: str) -> Variation:
    meta = component.meta.mapping(_KEY).mapping(name)
    said = {key: meta.raw(key) for key in meta if key not in _OWN}
    values = merged(without(component.values, _KEY), said)
    values = merged(values, {"customize": _values(meta.mapping("extra_customize"))})
    if version := meta.text("version"):
        values = merged(values, {"customize": {"version": version}})
    values = merged(values, {"tags": [name, *meta.texts("extra_tags")]})
    return Variation(
        component=replace(component, values=values),
        name=name,
        is_usual=meta.flag("on_by_default"),
    )


def _values(meta: Meta) -> dict[str, Any]:
    return {key: meta.raw(key) for key in meta}
