"""The machine as its maker calls it, and the cards in it."""

from __future__ import annotations

import re

from ck_core.system.machine.tree import Tree

_PCI = "sys/bus/pci/devices"
_COMPUTING_CLASSES = ("0x03", "0x12")
"""Display controllers and processing accelerators."""
_PLACEHOLDERS = {"", "Default string", "To Be Filled By O.E.M.", "System Product Name"}
_HEXADECIMAL = re.compile(r"0x([0-9a-f]{4})")


def read_product(tree: Tree) -> str:
    """Maker and product; serial numbers lie in other files, which are not read."""
    names = [tree.line(f"sys/class/dmi/id/{name}") for name in ("sys_vendor", "product_name")]
    told = " ".join(name for name in names if name not in _PLACEHOLDERS)
    return told or tree.line("sys/firmware/devicetree/base/model")


def read_devices(tree: Tree) -> tuple[str, ...]:
    """PCI identities of graphics and compute cards, ``vendor:device``, sorted."""
    places = [f"{_PCI}/{name}" for name in tree.names(_PCI)]
    found = [_identity(tree, one) for one in places if _computes(tree, one)]
    return tuple(sorted(filter(None, found)))


def _computes(tree: Tree, place: str) -> bool:
    return tree.text(f"{place}/class").startswith(_COMPUTING_CLASSES)


def _identity(tree: Tree, place: str) -> str:
    texts = (tree.text(f"{place}/{name}") for name in ("vendor", "device"))
    matches = [_HEXADECIMAL.fullmatch(text) for text in texts]
    return ":".join(match[1] for match in matches if match) if all(matches) else ""
