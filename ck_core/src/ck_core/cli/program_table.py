"""One program on the screen: ckp show program:NAME."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.cli.own_options import help_of
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.metric import WALL
from ck_core.domain.program import parse_program
from ck_core.domain.program_options.option import ProgramOption
from ck_core.workspace.program_facts import ProgramFacts, facts_of, program_json

_SHOWN = 6


def show_program(cid: Cid, *, as_json: bool) -> None:
    """Its title and commands, then its options; raises CkpError."""
    context = Context(ConsoleReporter())
    facts = facts_of(parse_program(context.store.get(cid)), context)
    if as_json:
        print_json([program_json(facts)])
        return
    print_table(("program", facts.program.component.cid), _rows(facts))
    if facts.options:
        click.echo()
        options = facts.options.values()
        print_table(("option", "values", "what"), [_option_row(one, facts) for one in options])


def _rows(facts: ProgramFacts) -> Iterator[tuple[str, str]]:
    component = facts.program.component
    yield "title", component.title
    yield "tags", ", ".join(sorted(component.tags))
    yield "commands", ", ".join(facts.program.commands)
    if facts.program.metric != WALL:
        yield "judged by", facts.program.metric


def _option_row(option: ProgramOption, facts: ProgramFacts) -> tuple[str, str, str]:
    name = f"--{option.name}"
    if option.wishes and not option.chooses:
        values = facts.values_of(option)
        more = f", ... ({len(values)})" if len(values) > _SHOWN else ""
        return name, ", ".join(values[:_SHOWN]) + more or option.takes, help_of(option)
    return name, option.takes, help_of(option)
