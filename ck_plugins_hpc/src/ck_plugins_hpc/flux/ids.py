"""Flux's job ids: shown in base 58 behind an f, kept as decimal numbers.

Source: Flux RFC 19, "Flux Locally Unique ID", F58.
"""

from __future__ import annotations

from ck_core.errors import RunError

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_MARKS = ("\N{LATIN SMALL LETTER F WITH HOOK}", "f")


def decimal_id(text: str) -> str:
    """Of either form; raises RunError where it is none."""
    if text.isascii() and text.isdigit():
        return text
    digits = next((text.removeprefix(one) for one in _MARKS if text.startswith(one)), "")
    if not digits or any(one not in _DIGITS for one in digits):
        raise RunError(f"flux told {text!r:.60}, which is no job id")
    number = 0
    for digit in digits:
        number = number * 58 + _DIGITS.index(digit)
    return str(number)
