"""AMD's cards, as ``rocm-smi`` shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ck_core.domain.machine import Accelerator
from ck_core.system.machine.tree import number, one_line

HIP_TOOL = (
    "rocm-smi",
    "--showproductname",
    "--showmeminfo",
    "vram",
    "--showdriverversion",
    "--json",
)
_CARD = re.compile(r"card([0-9]{1,4})")
_NAMES = ("card series", "device name", "card model", "card sku")


def parse_rocm_smi(text: str) -> Iterator[Accelerator]:
    """One object a card; warnings may stand before, and releases write keys differently."""
    values = _json(text[max(0, text.find("{")) :])
    driver = _lower(values.get("system")).get("driver version", "")
    for key, card in values.items():
        match, told = _CARD.fullmatch(key), _lower(card)
        name = next((told[one] for one in _NAMES if told.get(one)), "")
        if not match or not name:
            continue
        yield Accelerator(
            api="hip",
            platform_index=0,
            device_index=int(match[1]),
            name=name,
            memory_bytes=number(told.get("vram total memory (b)")) or 0,
            driver=driver,
        )


def _json(text: str) -> Mapping[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _lower(values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        return {}
    return {key.lower(): one_line(text) for key, text in values.items() if isinstance(text, str)}
