"""Whether there is a monitor of a name, asked before anything is built.

The hooks do not tell: a monitor wraps ``run``, and looks itself for its name in the request. So
each enters its names into ``Instruments.offers``, and is asked with a request that no launcher
takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

from ck_core.context import Context
from ck_core.domain.instruments import Instruments
from ck_core.domain.run import RunRequest
from ck_core.errors import PluginError, UsageError

_NOBODY = "nobody"
"""A launcher that there is not: monitors are called, and nothing is run."""


def check_monitors(names: Collection[str], context: Context) -> None:
    """One that enters no name is known by what it wants observed.

    Raises:
        UsageError: nobody knows one of the names; it tells those that there are.
    """
    if not names:
        return
    plain = _instruments("", context)
    for name in sorted(names):
        found = _instruments(name, context)
        if found and name not in found.offers and found == plain:
            raise _unknown(name, found.offers)


def _instruments(name: str, context: Context) -> Instruments | None:
    """As monitors fill them when that one is asked for; None where one failed.

    One that reckons with a launcher's answer fails, and is there.
    """
    with TemporaryDirectory(prefix="ckp-") as directory:
        request = RunRequest(
            arguments=("true",),
            environment={},
            directory=Path(directory),
            launcher=_NOBODY,
            monitors=frozenset({name} if name else ()),
        )
        try:
            context.plugins.claim("run", request=request)
        except PluginError:
            return None
    return request.instruments


def _unknown(name: str, offers: dict[str, Callable[[], str]]) -> UsageError:
    near = next(iter(get_close_matches(name, offers, n=1)), "")
    suggestion = f"did you mean {near}? " if near else ""
    told = [f"{one} ({_state(why)})" for one, why in sorted(offers.items())]
    return UsageError(
        f"no plugin measures '{name}' (--monitor)",
        hint=f"{suggestion}there are: {', '.join(told) or 'none'}; ckp plugins lists the plugins",
    )


def _state(why: Callable[[], str]) -> str:
    try:
        reason = why()
    except Exception as error:  # noqa: BLE001  # a stranger's function may raise anything
        return f"cannot tell whether it works here: {type(error).__name__}: {error}"
    return f"not here: {reason}" if reason else "usable here"
