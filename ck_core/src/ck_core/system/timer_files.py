"""The JSON file in which a program tells what it has measured itself."""

from __future__ import annotations

import json
from pathlib import Path

from ck_core.system.files import read_text

_LARGEST = 1 << 20


class BadTimerFileError(ValueError):
    """Its text says what is wrong with the file."""


def read_timer_file(file: Path) -> dict[str, object]:
    """Its object; raises BadTimerFileError, also where the file is missing."""
    try:
        values = json.loads(read_text(str(file), _LARGEST)[0])
    except OSError as error:
        raise BadTimerFileError(f"cannot be read: {error.strerror}") from None
    except RecursionError:
        raise BadTimerFileError("nests too deep") from None
    except ValueError as error:  # also no UTF-8, and numbers of thousands of digits
        raise BadTimerFileError(f"is no JSON: {error}") from None
    if not isinstance(values, dict):
        raise BadTimerFileError("is no JSON object")
    return values
