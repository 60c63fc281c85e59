"""From CK's dictionary to an action, and its answer as CK's dictionary."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from ck_core.ck_api import (
    benchmarks,
    components,
    experiments,
    installations,
    programs,
    repositories,
    tunings,
)
from ck_core.ck_api.request import Request, parse_request
from ck_core.errors import CkpError, ComponentNotFoundError, StorageError, UsageError
from ck_core.workspace.workspace import Workspace

Action = Callable[[Workspace, Request], dict[str, Any]]
_NOT_FOUND = 16
"""CK's own code, which its users test for."""
_ACTIONS: dict[str, Action] = {
    **components.ACTIONS,
    **repositories.ACTIONS,
    **programs.ACTIONS,
    **benchmarks.ACTIONS,
    **tunings.ACTIONS,
    **installations.ACTIONS,
    **experiments.ACTIONS,
}


def access(i: Mapping[str, Any] | Sequence[str] | str) -> dict[str, Any]:
    """Does what CK's dictionary, list of words or command line asks for.

    Returns:
        ``return`` is 0, or greater with the reason in ``error``; the rest depends on the action:
        ``lst`` of ``search``, ``dict`` and ``path`` of ``load``, ``metrics`` of ``run``.
    """
    began = time.perf_counter()
    try:
        request = parse_request(i)
        answer = _action(request)(Workspace(), request)
    except CkpError as error:
        return _failure(error)
    except OSError as error:
        return _failure(StorageError(f"{error.strerror or error}: {error.filename or 'a file'}"))
    return {"return": 0, **answer, "elapsed_time": time.perf_counter() - began}


def err(r: Mapping[str, Any]) -> NoReturn:
    """Prints what went wrong and ends the program, as CK's ``err``."""
    print(f"ckp: {r.get('error', '')}", file=sys.stderr)  # noqa: T201  # that is what it is for
    sys.exit(int(r.get("return", 1)))


def _action(request: Request) -> Action:
    name = request.action
    if name not in _ACTIONS:
        near = get_close_matches(name, list(_ACTIONS), n=1)
        suggestion = f"; did you mean '{near[0]}'?" if near else ""
        raise UsageError(f"there is no action '{name}'{suggestion}")
    return _ACTIONS[name]


def _failure(error: CkpError) -> dict[str, Any]:
    code = _NOT_FOUND if isinstance(error, ComponentNotFoundError) else error.exit_code
    text = f"{error.message} ({error.hint})" if error.hint else error.message
    return {"return": code, "error": text, "details": error.details}
