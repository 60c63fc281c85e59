"""Accounts stay where their SDKs keep them: what is told or written has none of their words."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ACCOUNTS = ("~/.qiskit/qiskit-ibm.json", "~/.qcs/secrets.toml", "~/.config/pennylane/config.toml")
VARIABLES = re.compile(
    r"TOKEN|API_?KEY|SECRET|PASSWORD|INSTANCE|CRN|QISKIT_IBM|QCS_", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"']([^\"'\n]+)[\"']")
_SHORTEST = 8
"""Shorter texts (``ibm``, ``True``) are no secrets, and would tear holes into every message."""
_OPEN = frozenset(
    {"ibm_quantum_platform", "ibm_quantum", "ibm_cloud", "channel", "instance"}
    | {"https://cloud.ibm.com", "pay-as-you-go"}
)
_BEARER = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+")
"""What an account is changed into for an hour: a JSON Web Token."""


def without_secrets(text: str) -> str:
    for one in secrets():
        text = text.replace(one, "***")
    return _BEARER.sub("***", text)


@lru_cache(maxsize=1)
def secrets() -> tuple[str, ...]:
    """Of account files and of variables, the longest first: one may be a part of another."""
    found = {*_of_files(), *_of_variables()}
    long = {one for one in found if len(one) >= _SHORTEST and one not in _OPEN}
    return tuple(sorted(long, key=len, reverse=True))


def _of_variables() -> Iterator[str]:
    yield from (value for name, value in os.environ.items() if VARIABLES.search(name))


def _of_files() -> Iterator[str]:
    for name in ACCOUNTS:
        try:
            text = Path(name).expanduser().read_text(encoding="utf-8")
        except (OSError, ValueError, RuntimeError):  # RuntimeError: nobody knows the home
            continue
        yield from _texts(text)


def _texts(text: str) -> Iterator[str]:
    """Values of JSON; of what is none, everything in quotes."""
    try:
        yield from _values(json.loads(text))
    except (ValueError, RecursionError):
        yield from _QUOTED.findall(text)


def _values(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _values(one)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one)
