"""What a component itself does before and after its runs."""

from __future__ import annotations

from dataclasses import dataclass

from ck_core.domain.cid import Cid
from ck_core.domain.meta import Meta


@dataclass(frozen=True, kw_only=True)
class Script:
    """Python of a component, with functions that CK calls: ``ck_preprocess(i)`` and others.

    Attributes:
        component: whose it is; None is the program's own.
        name: of the file, without ``.py``.
    """

    component: Cid | None
    name: str


@dataclass(frozen=True, kw_only=True)
class Processing:
    """Commands, then functions; both may be missing.

    Attributes:
        commands: templates, one after another.
        functions_of_commands: CK's older way: ``python FILE`` means the functions in FILE.
        timeout_s: of each command and function; None where the meta does not say.
    """

    commands: tuple[str, ...] = ()
    script: Script | None = None
    functions_of_commands: bool = False
    timeout_s: float | None = None

    def __bool__(self) -> bool:
        return bool(self.commands or self.script)


NO_PROCESSING = Processing()


def parse_processing(step: str, *places: Meta) -> Processing:
    """``pre_process_...`` or ``post_process_...`` keys; the first place that has one counts.

    Args:
        step: ``pre`` or ``post``.
    """
    commands = next(filter(None, (_lines(one, f"{step}_process_cmds") for one in places)), ())
    single = next(filter(None, (one.text(f"{step}_process_cmd") for one in places)), "")
    key = f"{step}_process_via_ck"
    given = next((one for one in places if one.raw(key) not in (None, "", "no", {})), None)
    is_flag = given is not None and not isinstance(given.raw(key), dict)
    return Processing(
        commands=(*commands, *([single] if single else [])),
        script=_parse_script(given.mapping(key), step) if given and not is_flag else None,
        functions_of_commands=bool(given and is_flag and given.flag(key)),
        timeout_s=_parse_timeout(f"{step}_process_timeout", *places),
    )


def _parse_timeout(key: str, *places: Meta) -> float | None:
    place = next((one for one in places if key in one), None)
    if place and place.number(key) <= 0:
        raise place.wrong(key, "a number of seconds above 0", place.raw(key))
    return place.number(key) if place else None


def _lines(meta: Meta, key: str) -> tuple[str, ...]:
    """One text is one line: a command may hold commas."""
    return (meta.text(key),) if isinstance(meta.raw(key), str) else meta.texts(key)


def _parse_script(meta: Meta, step: str) -> Script:
    kind, name = meta.text("module_uoa") or "program", meta.text("data_uoa")
    return Script(
        component=Cid(kind, name) if name else None,
        name=meta.file_name("script_name", f"{step}process").removesuffix(".py"),
    )
