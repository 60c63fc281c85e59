"""What is wrong with the meta of a component, by file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.json_place import JsonPlaces
from ck_core.domain.meta import WrongMetaError
from ck_core.domain.mistake import Mistake
from ck_core.domain.program import parse_program
from ck_core.domain.tuning.choices_reading import mistakes_in_choices
from ck_core.errors import BadComponentError, CkpError
from ck_core.store.components import read_meta
from ck_core.store.schemas import check_meta
from ck_core.store.store import Store

_STEP = re.compile(r"\[([0-9]+)\]|[^.\[]+")


def mistakes_of(component: Component, store: Store) -> list[Mistake]:
    """Against the schema of its kind; and what only reading a program's choices tells.

    Raises:
        BadComponentError: its meta cannot be read.
    """
    file = str(component.meta_file)
    text = read_meta(file).text
    found = check_meta(component.kind, text, file)
    if found or component.kind != "program":
        return found
    places = JsonPlaces(text)
    return [_mistake(one, places, file) for one in _wrong_choices(component, store)]


def _wrong_choices(component: Component, store: Store) -> Iterator[BadComponentError]:
    if "_base_entry" in component.values:
        with suppress(CkpError):  # a base that is not here is no mistake of this file
            component = store.get(Cid("program", component.alias, component.repository))
    if component.values.keys().isdisjoint({"choices", "constraints"}):
        return
    try:
        program = parse_program(component)
    except BadComponentError as error:
        yield error
    else:
        yield from mistakes_in_choices(program)


def _mistake(error: BadComponentError, places: JsonPlaces, file: str) -> Mistake:
    if not isinstance(error, WrongMetaError):
        problem = error.message.removeprefix(f"{file}: ")
        return Mistake(file=file, line=1, key="", problem=problem)
    path = [int(step[1]) if step[1] else step[0] for step in _STEP.finditer(error.key)]
    line = places.line_of(path)
    return Mistake(file=file, line=line, key=error.key, problem=error.problem)
