"""Input from files: ``@input.json`` and ``@input.yaml`` say what the command line would."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from ck_core.errors import UsageError
from ck_core.system.files import read_text

_LIMIT = 16 << 20
_CK_NAMES = ("repo_uoa", "module_uoa", "data_uoa")


def words_of_file(name: str, dictionaries: Collection[str]) -> list[str]:
    """The words of a command line.

    Args:
        dictionaries: options that take a JSON object as a whole.

    Raises:
        UsageError: the file cannot be read, or holds no object.
    """
    values = _read(Path(name))
    given = {key: value for key, value in values.items() if value is not None}
    cid = [str(given.pop(key, "*")) for key in _CK_NAMES]
    options = [word for key, value in given.items() for word in _words(key, value, dictionaries)]
    return options if cid == ["*"] * len(cid) else [":".join(cid), *options]


def _words(key: str, value: Any, dictionaries: Collection[str]) -> Iterator[str]:
    option = f"--{key}"
    if isinstance(value, Mapping) and key in dictionaries:
        yield f"{option}={json.dumps(value)}"
    elif isinstance(value, Mapping):
        for inner, one in value.items():
            yield f"{option}.{inner}={one}"
    elif isinstance(value, list) and key == "tags":
        yield f"{option}={','.join(map(str, value))}"
    elif isinstance(value, list):
        yield from (f"{option}={one}" for one in value)
    elif isinstance(value, bool):
        yield f"{option}={'yes' if value else 'no'}"
    else:
        yield f"{option}={value}"


def _read(path: Path) -> dict[str, Any]:
    try:
        text, _ = read_text(str(path), _LIMIT)
        values = _parse_yaml(text) if path.suffix in {".yaml", ".yml"} else json.loads(text)
    except OSError as error:
        raise UsageError(f"cannot read the input file {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the input file {path} cannot be read: {error}") from None
    if not isinstance(values, dict):
        raise UsageError(f"the input file {path} must hold an object")
    return {str(key): value for key, value in values.items()}


def _parse_yaml(text: str) -> Any:
    import yaml  # noqa: PLC0415  # only who gives YAML pays for it

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
