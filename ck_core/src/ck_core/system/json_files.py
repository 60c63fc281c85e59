"""JSON files that programs have written: checked before anything is made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from ck_core.errors import UsageError
from ck_core.system.files import read_text

_LARGEST = 1 << 20


class StrangeFileError(ValueError):
    """Its text says what is wrong with the file."""


@dataclass(frozen=True, kw_only=True)
class JsonFile:
    """An object; all errors that its methods raise name the file.

    Attributes:
        name: of the file, in its directory.
    """

    name: str
    values: Mapping[str, Any]

    def count(self, key: str) -> int:
        """A whole number; raises StrangeFileError."""
        found = self.values.get(key)
        if not is_count(found):
            raise StrangeFileError(f"{self.name}: '{key}' is no whole number")
        return found

    def optional_count(self, key: str) -> int | None:
        """None where it is not told; raises StrangeFileError."""
        return None if self.values.get(key) is None else self.count(key)

    def require_schema(self, known: int, writer: str, package: str) -> None:
        """Raises StrangeFileError where there is none, UsageError where it is another.

        Args:
            writer: who should have written it.
            package: which reads it.
        """
        schema = self.values.get("schema")
        if type(schema) is not int:
            raise StrangeFileError(f"{self.name} has no 'schema', it is not written by {writer}")
        if schema != known:
            raise UsageError(
                f"{self.name} has schema {schema!r:.20}, this {package} reads {known}: no metrics "
                f"are made of it; pip install --upgrade {package}"
            )


def read_json_file(file: Path, largest: int = _LARGEST) -> JsonFile:
    """Raises StrangeFileError, which names the file, also where it is missing.

    Args:
        largest: size of the file in bytes.
    """
    try:
        return JsonFile(name=file.name, values=read_json_object(file, largest))
    except StrangeFileError as error:
        raise StrangeFileError(f"{file.name} {error}") from None


def read_json_object(file: Path, largest: int = _LARGEST) -> dict[str, Any]:
    """Raises StrangeFileError, which does not name the file, also where it is missing."""
    try:
        values = json.loads(read_text(str(file), largest)[0])
    except OSError as error:
        raise StrangeFileError(f"cannot be read: {error.strerror}") from None
    except RecursionError:
        raise StrangeFileError("nests too deep") from None
    except ValueError as error:  # also no UTF-8, and numbers of thousands of digits
        raise StrangeFileError(f"is no JSON: {error}") from None
    if not isinstance(values, dict):
        raise StrangeFileError("is no JSON object")
    return values


def is_count(value: object) -> TypeGuard[int]:
    """A bool is no number here, and what no clock or disk reaches would not fit a float."""
    return type(value) is int and 0 <= value < 1 << 63
