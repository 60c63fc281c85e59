"""Texts of strangers as they may be shown: nothing in them commands a terminal or turns a line."""

from __future__ import annotations

CONTROLS = (*range(9), *range(11, 32), *range(127, 160))
"""All but the tabulator and the line's end."""
DIRECTIONS = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""They turn the direction of what follows, so that a name is read as another."""
_UNSEEN = {
    **{code: f"\\x{code:02x}" for code in CONTROLS},
    **{code: f"\\u{code:04x}" for code in DIRECTIONS},
}


def harmless(text: str) -> str:
    """With such characters written out: ``\\x1b``."""
    return text.translate(_UNSEEN)


def on_one_line(text: str) -> str:
    """Harmless, with tabulators and ends of lines written out as well: ``\\n``."""
    return harmless(text).replace("\n", "\\n").replace("\t", "\\t")
