"""Of what type the names in a GCC dump are."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FLOAT = re.compile(
    r"(?:complex )?(?:float|double|long double|real\(kind=\d+\)|complex\(kind=\d+\)"
    r"|__?[Ff]loat\d+x?|_Decimal\d+)"
)
_VECTOR = re.compile(r"vector\(\d+\) |__m(?:64|128|256|512)[di]?\b|__vector")
_QUALIFIERS = re.compile(r"\b(?:const|volatile|static|register|restrict)\b ?")
_REAL_CONSTANT = re.compile(r"-?\d+\.\d*(?:e[+-]\d+)?|-?\d+e[+-]\d+|[+-]?(?:Inf|NaN)")
_BRACKETS = re.compile(r'["(\[{]')
_VERSION = re.compile(r"_\d+(?:\(D\))?$")


class Types:
    """Of one function.

    Dumps tell the types of variables, some by names of the program's own (``real_t``). Of those
    the ones are floating point that something is done with that only floating point allows.

    Args:
        floats: names of types that are floating point; what one function teaches the next knows.
    """

    def __init__(self, floats: set[str]) -> None:
        self._floats = floats
        self._types: dict[str, str] = {}

    def declare(self, text: str) -> None:
        """``long unsigned int _5``, ``double a[10] = {}``."""
        text = text.partition(" = ")[0].partition("[")[0].strip()
        kind, _, name = text.rpartition(" ")
        if kind:
            self._types[name] = _QUALIFIERS.sub("", kind).strip()

    def declare_parameters(self, line: str) -> None:
        """``double dot (const real * a, int n)``."""
        _, _, inside = line.removesuffix(")").partition(" (")
        for one in operands(inside):
            self.declare(one)

    def declares(self, name: str) -> bool:
        """As a name by itself, not as a version of another."""
        return name in self._types

    def knows(self, name: str) -> bool:
        return bool(self.of(name))

    def of(self, name: str) -> str:
        """Empty where it is not told."""
        return self._types.get(name) or self._types.get(_VERSION.sub("", name), "")

    def is_float(self, text: str) -> bool:
        """A name or a constant."""
        kind = self.of(text)
        if not kind:
            return bool(_REAL_CONSTANT.fullmatch(text))
        element = _VECTOR.sub("", kind)
        return bool(_FLOAT.fullmatch(element)) or kind in self._floats

    def is_vector(self, name: str) -> bool:
        return bool(_VECTOR.match(self.of(name)))

    def alike(self, texts: Iterable[str], *, floats: bool = False) -> None:
        """All of one type; ``floats``: of a floating-point one, whatever it is called."""
        texts = [*texts]
        if floats or any(map(self.is_float, texts)):
            self._floats |= {kind for one in texts if (kind := self.of(one)) and "*" not in kind}

    def learn_from_conversion(self, name: str, target: str, value: str) -> None:
        if name == "float_expr":
            self.alike([target], floats=True)
        elif name == "fix_trunc_expr":
            self.alike([value], floats=True)


def operands(text: str) -> list[str]:
    """Split at commas that stand in no brackets and no quotes."""
    if not _BRACKETS.search(text):
        return [one.strip() for one in text.split(",")]
    found, depth, quoted, start, at = [], 0, False, 0, 0
    while at < len(text):
        letter = text[at]
        if quoted:
            at += letter == "\\"
            quoted = letter != '"'
        elif letter == '"':
            quoted = True
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(text[start:at].strip())
            start = at + 1
        at += 1
    return [*found, text[start:].strip()]
