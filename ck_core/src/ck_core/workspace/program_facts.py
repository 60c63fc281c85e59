"""What can be asked of a program: its commands, and options with the values that they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.program import Program
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reading import options_of
from ck_core.stages.looking import packages


@dataclass(frozen=True, kw_only=True)
class ProgramFacts:
    """Attributes: known: option to what is here or can be installed for its requirement."""

    program: Program
    options: Mapping[str, ProgramOption]
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values_of(self, option: ProgramOption) -> tuple[str, ...]:
        return option.values or self.known.get(option.name, ())


def facts_of(program: Program, context: Context) -> ProgramFacts:
    """Nothing is looked for on the machine: what is registered counts, and packages."""
    options = options_of(program)
    labels = _labels(program, context) if any(one.wishes for one in options.values()) else {}
    known = {name: labels.get(one.wishes, ()) for name, one in options.items() if one.wishes}
    return ProgramFacts(program=program, options=options, known=known)


def _labels(program: Program, context: Context) -> dict[str, tuple[str, ...]]:
    """By the requirement's key: ``product@version`` of what has the tags that a command wants."""
    there: list[Installation | Package] = [*context.environments.registered(), *packages(context)]
    found: dict[str, dict[str, None]] = {}
    for command in program.commands.values():
        for need in program.requirements_of(command):
            fitting = (one.label for one in there if not need.refusal(one))
            found.setdefault(need.key, {}).update(dict.fromkeys(sorted(fitting)))
    return {key: tuple(labels) for key, labels in found.items()}


def program_json(facts: ProgramFacts) -> dict[str, Any]:
    """The component as ``search`` answers it, with what a user may choose."""
    program = facts.program
    return {
        **program.component.as_json(),
        "commands": [*program.commands],
        "metric": program.metric,
        "options": [
            {
                "name": one.name,
                "values": [*facts.values_of(one)],
                "takes": one.takes,
                "default": one.default or None,
                "commands": sorted(one.commands),
                "description": one.description,
                "declared": one.declared,
            }
            for one in facts.options.values()
        ],
    }
