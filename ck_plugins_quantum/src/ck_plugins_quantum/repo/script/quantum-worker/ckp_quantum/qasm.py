"""OpenQASM for the SDKs that read none: declarations, gates, measurements at the end.

Of version 2 everything but ``if``, ``reset`` and ``opaque``; of version 3 what says the same in its
words. Qiskit reads the whole language itself, see ``adapters/_qiskit.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ckp_quantum.angles import angle_of
from ckp_quantum.circuit import Circuit, Gate
from ckp_quantum.failure import Failure
from ckp_quantum.gates import GATES

MOST_QUBITS = 4096
MOST_GATES = 1_000_000
_NAME = r"[A-Za-z_]\w*"
_HEADER = re.compile(r"OPENQASM\s+([23])(\.\d+)?")
_INCLUDE = re.compile(r'include\s*"(qelib1|stdgates)\.inc"')
_OLD = re.compile(rf"(qreg|creg)\s+({_NAME})\s*\[\s*(\d+)\s*\]")
_NEW = re.compile(rf"(qubit|bit)\s*(?:\[\s*(\d+)\s*\])?\s*({_NAME})")
_DEFINED = re.compile(rf"gate\s+({_NAME})\s*(?:\(([^)]*)\))?\s*([^{{]*)\{{(.*)\}}", re.DOTALL)
_MEASURED = re.compile(r"measure\s+(.+?)\s*->\s*(.+)")
_TAKEN = re.compile(r"(.+?)\s*=\s*measure\s+(.+)")
_APPLIED = re.compile(rf"({_NAME})\s*(?:\((.*)\))?\s*([^()]*)", re.DOTALL)
_PLACE = re.compile(rf"({_NAME})\s*(?:\[\s*(\d+)\s*\])?")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_ONLY_QISKIT = ("if", "reset", "for", "while", "def", "opaque", "box", "switch", "ctrl", "inv")


@dataclass(frozen=True)
class Definition:
    """A gate that the file itself defines."""

    angles: tuple[str, ...]
    qubits: tuple[str, ...]
    body: tuple[str, ...]


@dataclass
class _Reading:
    """What has been read so far; sizes of registers begin at an offset."""

    qubits: dict[str, tuple[int, int]] = field(default_factory=dict)
    bits: dict[str, tuple[int, int]] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    gates: list[Gate] = field(default_factory=list)
    measured: dict[int, int] = field(default_factory=dict)

    def declare(self, kind: str, name: str, size: int) -> None:
        registers = self.qubits if kind.startswith("q") else self.bits
        if name in {**self.qubits, **self.bits}:
            raise ValueError(f"{name} is declared twice")
        registers[name] = (_size(registers), size)


def _size(registers: dict[str, tuple[int, int]]) -> int:
    return sum(size for _, size in registers.values())


def is_qasm(text: str) -> bool:
    """By its first words."""
    return _HEADER.match(_COMMENT.sub(" ", text).lstrip()) is not None


def declared_qubits(text: str) -> int:
    """How many a text declares, before anything is made of it."""
    clean = _COMMENT.sub(" ", text)
    old = sum(int(size) for kind, _, size in _OLD.findall(clean) if kind == "qreg")
    return old + sum(int(size or 1) for kind, size, _ in _NEW.findall(clean) if kind == "qubit")


def read_qasm(text: str) -> Circuit:
    """Raises Failure with the line that is wrong."""
    reading = _Reading()
    for line, statement in statements(text):
        try:
            _read(reading, statement)
        except (ValueError, RecursionError) as error:
            raise Failure(
                f"line {line} of the OpenQASM is wrong: {error}: {statement:.60}"
            ) from None
    if not reading.qubits:
        raise Failure("the OpenQASM declares no qubit")
    pairs = tuple((qubit, bit) for bit, qubit in sorted(reading.measured.items()))
    return Circuit(_size(reading.qubits), _size(reading.bits), tuple(reading.gates), pairs)


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each with the line that it begins in; a gate's definition is one, with its braces."""
    clean = _COMMENT.sub(lambda one: "\n" * one[0].count("\n"), text)
    start, depth = 0, 0
    for place, sign in enumerate(clean):
        depth += (sign == "{") - (sign == "}")
        if (sign == ";" and depth == 0) or (sign == "}" and depth == 0):
            yield from _statement(clean, start, place + (sign == "}"))
            start = place + 1
    if clean[start:].strip():
        line = clean.count("\n") + 1
        raise Failure(f"the OpenQASM ends in line {line} in the middle of a statement, without ';'")


def _statement(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    found = text[start:end]
    begun = start + len(found) - len(found.lstrip())
    if found.strip():
        yield text.count("\n", 0, begun) + 1, " ".join(found.split())


def _read(reading: _Reading, text: str) -> None:
    """Raises ValueError."""
    first = re.split(r"[^A-Za-z]", text, maxsplit=1)[0]
    if first in _ONLY_QISKIT:
        raise ValueError(f"'{first}' is for Qiskit's backends only (aer, fake:NAME, ibm:NAME)")
    if _HEADER.fullmatch(text) or _INCLUDE.fullmatch(text) or first == "barrier":
        return
    if not _declares(reading, text):
        _acts(reading, text)


def _declares(reading: _Reading, text: str) -> bool:
    if old := _OLD.fullmatch(text):
        reading.declare(old[1], old[2], int(old[3]))
    elif new := _NEW.fullmatch(text):
        reading.declare(new[1], new[3], int(new[2] or 1))
    elif defined := _DEFINED.fullmatch(text):
        body = _words(defined[4], ";")
        definition = Definition(_words(defined[2]), _words(defined[3]), body)
        reading.definitions[defined[1]] = definition
    else:
        return False
    return True


def _acts(reading: _Reading, text: str) -> None:
    if measured := _MEASURED.fullmatch(text):
        _measure(reading, measured[1], measured[2])
    elif taken := _TAKEN.fullmatch(text):
        _measure(reading, taken[2], taken[1])
    elif called := _APPLIED.fullmatch(text):
        _apply(reading, called[1], called[2] or "", called[3])
    else:
        raise ValueError("this is no statement")


def _words(text: str | None, between: str = ",") -> tuple[str, ...]:
    return tuple(one.strip() for one in (text or "").split(between) if one.strip())


def _measure(reading: _Reading, qubits: str, bits: str) -> None:
    sources, targets = _places(reading.qubits, qubits), _places(reading.bits, bits)
    if len(sources) != len(targets):
        raise ValueError(f"{len(sources)} qubits are measured into {len(targets)} bits")
    reading.measured.update(zip(targets, sources, strict=True))


def _places(registers: dict[str, tuple[int, int]], text: str) -> list[int]:
    """One, or all of a register."""
    found = _PLACE.fullmatch(text.strip())
    if not found or found[1] not in registers:
        raise ValueError(f"{text.strip()!r:.40} is not declared")
    offset, size = registers[found[1]]
    if found[2] is None:
        return [*range(offset, offset + size)]
    if int(found[2]) >= size:
        raise ValueError(f"{found[1]} has {size}, numbered from 0")
    return [offset + int(found[2])]


def _apply(reading: _Reading, name: str, angles: str, places: str) -> None:
    """To registers as a whole: once for each of their qubits."""
    values = tuple(angle_of(one, {}) for one in _words(angles))
    operands = [_places(reading.qubits, one) for one in _words(places)]
    times = max(map(len, operands), default=0)
    if any(len(one) not in (1, times) for one in operands):
        raise ValueError("the registers have different sizes")
    for turn in range(times):
        qubits = tuple(one[turn if len(one) > 1 else 0] for one in operands)
        _check_qubits(reading, qubits)
        reading.gates += _expanded(reading, name, values, qubits)
        if len(reading.gates) > MOST_GATES:
            raise ValueError(f"these are more than {MOST_GATES} gates")


def _check_qubits(reading: _Reading, qubits: tuple[int, ...]) -> None:
    if len(set(qubits)) < len(qubits):
        raise ValueError("one qubit stands there twice")
    if early := {*reading.measured.values()} & {*qubits}:
        raise ValueError(
            f"qubit {min(early)} is measured before, which only Qiskit's backends take"
        )


def _expanded(
    reading: _Reading, name: str, angles: tuple[float, ...], qubits: tuple[int, ...]
) -> Iterator[Gate]:
    if (defined := reading.definitions.get(name)) is None:
        yield _gate(name, angles, qubits)
        return
    _check_shape(name, angles, qubits, len(defined.angles), len(defined.qubits))
    values = dict(zip(defined.angles, angles, strict=True))
    where = dict(zip(defined.qubits, qubits, strict=True))
    for one in defined.body:
        called = _APPLIED.fullmatch(one)
        if not called or any(word not in where for word in _words(called[3])):
            raise ValueError(f"in gate {name}: {one!r:.40} is no gate on its qubits")
        if called[1] == "barrier":
            continue
        inner = tuple(angle_of(word, values) for word in _words(called[2]))
        yield from _expanded(reading, called[1], inner, tuple(where[w] for w in _words(called[3])))


def _gate(name: str, angles: tuple[float, ...], qubits: tuple[int, ...]) -> Gate:
    if name not in GATES:
        raise ValueError(f"there is no gate {name!r}")
    _check_shape(name, angles, qubits, *GATES[name][:2])
    return Gate(name, qubits, angles)


def _check_shape(
    name: str, angles: tuple[float, ...], qubits: tuple[int, ...], wanted: int, on: int
) -> None:
    if (len(angles), len(qubits)) != (wanted, on):
        raise ValueError(
            f"gate {name} has {wanted} angles and {on} qubits, not {len(angles)} and {len(qubits)}"
        )
