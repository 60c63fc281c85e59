"""Ready-made workflows: components of kind ``solution``, commands of ckp one after the other."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ck_core.domain.component import Component
from ck_core.domain.meta import Meta
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reserved import RESERVED
from ck_core.domain.template import UnknownPlaceholderError, expand_words, placeholders
from ck_core.domain.tuning.choice_values import TYPES, ends_of
from ck_core.errors import UsageError

OUTPUT, FROM_STEP = "output", "from-step"
_OWN = {
    OUTPUT: ProgramOption(
        name=OUTPUT, description="directory that the results go into; NAME-results if left out"
    ),
    FROM_STEP: ProgramOption(
        name=FROM_STEP, kind="integer", default="1", description="begin with this step"
    ),
}
_NAME = re.compile(r"[a-z][a-z0-9]{0,49}")
_TAKEN = (RESERVED - {"program"}) | {"dataset", FROM_STEP}
"""Names that ``ckp run`` has itself."""
_PATH = "path"
_PARAMETER_KEYS = frozenset({"default", "values", "type", "range", "desc"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command.

    Attributes:
        title: what it is for.
        template: its words, as one types them behind ``ckp``, with ``$<<PARAMETER>>$``.
    """

    title: str
    template: str

    def words(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """A value stays one word, whatever it holds."""
        quoted = {name: (value,) for name, value in values.items()}
        return expand_words(self.template, quoted)


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A ``solution`` component, read and checked.

    Attributes:
        options: its parameters by name, and those that every solution has.
        defaults: of those that have one.
        paths: names of those that name a file or directory.
        results: files and directories that it leaves in its output directory.
    """

    component: Component
    options: Mapping[str, ProgramOption]
    defaults: Mapping[str, str]
    steps: tuple[Step, ...]
    paths: frozenset[str] = frozenset()
    results: tuple[str, ...] = ()

    def values(self, given: Mapping[str, object]) -> dict[str, str]:
        """Of every parameter; raises UsageError for one that it does not have or take."""
        if unknown := given.keys() - self.options.keys():
            known = ", ".join(self.options)
            raise UsageError(
                f"{self.component.cid} has no --{min(unknown)}", hint=f"it has {known}"
            )
        needed = [name for name in self.options if name not in {*given, *self.defaults}]
        if needed:
            raise UsageError(f"{self.component.cid} needs --{needed[0]}", hint="--help lists them")
        found = {name: self.options[name].text(one) for name, one in given.items()}
        return {**self.defaults, **found}


def parse_solution(component: Component) -> Solution:
    """Raises BadComponentError where a key has a wrong type, or a step cannot be read."""
    meta = component.meta
    parameters = meta.mappings("parameters")
    options = {name: _parameter(name, one, meta) for name, one in parameters.items()}
    return Solution(
        component=component,
        options={**options, **_OWN},
        defaults={
            **{name: options[name].default for name, one in parameters.items() if "default" in one},
            **{name: one.default for name, one in _OWN.items()},
        },
        steps=tuple(_steps(meta, {*options, OUTPUT})),
        paths=frozenset(name for name, one in parameters.items() if one.raw("type") == _PATH),
        results=meta.inner_paths("results"),
    )


def _parameter(name: str, meta: Meta, whole: Meta) -> ProgramOption:
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise whole.mistaken("parameters", f"has {name!r:.60}, which cannot be a parameter's name")
    if unknown := {*meta} - _PARAMETER_KEYS:
        raise meta.mistaken(min(unknown), f"is none of {', '.join(sorted(_PARAMETER_KEYS))}")
    kind = meta.text("type", "choice")
    if kind not in {*TYPES, _PATH}:
        raise meta.wrong("type", f"one of {', '.join(TYPES)}, {_PATH}", kind)
    kind = "choice" if kind == _PATH else kind
    option = ProgramOption(
        name=name,
        kind=kind,
        values=tuple(TYPES[kind].text(one) for one in _listed(meta)),
        ends=_ends(meta, kind),
        description=meta.text("desc"),
    )
    return replace(option, default=_default(option, meta))


def _listed(meta: Meta) -> list[object]:
    found = meta.raw("values") or []
    if not isinstance(found, list) or any(isinstance(one, (list, dict)) for one in found):
        raise meta.wrong("values", "a list", found)
    return found


def _ends(meta: Meta, kind: str) -> tuple[float, float] | None:
    if "range" not in meta:
        return None
    if kind not in ("integer", "float"):
        raise meta.wrong("type", "integer or float beside a 'range'", kind)
    return ends_of(meta, kind)


def _default(option: ProgramOption, meta: Meta) -> str:
    try:
        return option.text(meta.raw("default")) if "default" in meta else ""
    except UsageError as error:
        raise meta.mistaken("default", f"does not fit: {error.message}") from None


def _steps(meta: Meta, known: set[str]) -> Iterator[Step]:
    found = meta.mapping_or_mappings("steps")
    if not found:
        raise meta.mistaken("steps", "must hold at least one step")
    for one in found:
        template = one.text("run")
        _check_template(one, template, known)
        yield Step(title=one.text("title") or template, template=template)


def _check_template(meta: Meta, template: str, known: set[str]) -> None:
    try:
        words = expand_words(template, dict.fromkeys(placeholders(template), "x"))
    except (ValueError, UnknownPlaceholderError) as error:
        raise meta.mistaken("run", f"cannot be read: {error}") from None
    if not words or shlex.split(template)[0].startswith("-"):
        raise meta.mistaken("run", "must begin with an action of ckp's, such as install")
    if words[0] == "run" and any("solution:" in word for word in words):
        raise meta.mistaken("run", "runs a solution, which a step of one cannot")
    if any("$<<" in word for word in words):
        raise meta.mistaken("run", "names a parameter otherwise than $<<NAME>>$")
    if unknown := placeholders(template) - known:
        raise meta.mistaken("run", f"asks for {min(unknown)}, which is no parameter")
