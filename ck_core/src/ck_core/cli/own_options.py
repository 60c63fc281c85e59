"""Options of the program that a command works on, beside the command's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import parse_cid

if TYPE_CHECKING:
    from ck_core.domain.program_options.option import ProgramOption

_HAS_OPTIONS = re.compile(r"([^:\s]+:)?(program|solution):[^:\s]+")
_OWN = "ck_core.own_options"
_HELP = frozenset({"-h", "--help"})


class ProgramCommand(CkpCommand):
    """Takes what ``options`` of the program's meta say; given as ``own``, name to text.

    The program is read only where a word is none of the command's own options, or help is asked
    for.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = self._plain(args)
        if self._has_unknown(words) and (cid := _program_in(words)):
            ctx.meta[_OWN] = [*self._options(cid, is_asked=not _HELP.isdisjoint(words))]
        rest = super().parse_args(ctx, args)
        names = {one.name: one.human_readable_name for one in _own(ctx)}
        given = {label: ctx.params.pop(name, None) for name, label in names.items() if name}
        ctx.params["own"] = {label: text for label, text in given.items() if text is not None}
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *_own(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The program's behind the command's."""
        own = _own(ctx)
        shown = [one for one in super().get_params(ctx) if isinstance(one, click.Option)]
        for title, options in (("Options", shown), ("Options of the program", own)):
            if records := [found for one in options if (found := one.get_help_record(ctx))]:
                with formatter.section(title):
                    formatter.write_dl(records)

    def _has_unknown(self, words: Sequence[str]) -> bool:
        known = {name for one in self.params for name in one.opts}
        end = words.index("--") if "--" in words else len(words)
        names = (one.partition("=")[0].replace("_", "-") for one in words[:end])
        return any(one.startswith("--") and one not in known for one in names) or (
            not _HELP.isdisjoint(words[:end])
        )

    def _options(self, cid: str, *, is_asked: bool) -> Iterator[OwnOption]:
        """Without those whose names this command has itself."""
        known = {name.lstrip("-") for one in self.params for name in one.opts}
        for one in _options_of(cid, may_be_gone=is_asked):
            if one.name.replace("_", "-") not in known:
                yield OwnOption(one)


class OwnOption(click.Option):
    """One of a program's; its value stays text until the program is at hand."""

    def __init__(self, option: ProgramOption) -> None:
        self.label = option.name
        super().__init__(
            [f"--{option.name}", f"own_{option.name.replace('-', '_')}"],
            type=str,
            metavar=option.takes,
            help=help_of(option),
        )

    @property
    def human_readable_name(self) -> str:
        return self.label


def help_of(option: ProgramOption) -> str:
    """What it is for, and what holds without it."""
    if option.description or option.declared:
        text = option.description
    else:
        text = f"What to take as '{option.wishes}'; short for --deps.{option.wishes}."
    default = f"[default: {option.default}]" if option.default else ""
    return " ".join(filter(None, (text, default)))


def _own(ctx: click.Context) -> list[OwnOption]:
    found: list[OwnOption] = ctx.meta.get(_OWN, [])
    return found


def _program_in(words: Sequence[str]) -> str:
    """The component's name, which is no value of an option; empty where none stands there."""
    return next((one for one in words if _HAS_OPTIONS.fullmatch(one) and "*" not in one), "")


def _options_of(cid: str, *, may_be_gone: bool) -> list[ProgramOption]:
    """Raises ComponentNotFoundError, unless only help is asked for."""
    from ck_core.errors import ComponentNotFoundError  # noqa: PLC0415  # start-up

    try:
        return [*_read(cid).values()]
    except ComponentNotFoundError:
        if may_be_gone:
            return []
        raise


def _read(cid: str) -> Mapping[str, ProgramOption]:
    from ck_core.context import Context, SilentReporter  # noqa: PLC0415  # as above
    from ck_core.domain.program import parse_program  # noqa: PLC0415  # as above
    from ck_core.domain.program_options.reading import options_of  # noqa: PLC0415  # as above
    from ck_core.domain.solution import parse_solution  # noqa: PLC0415  # as above

    component = Context(SilentReporter()).store.get(parse_cid(cid))
    if component.kind == "solution":
        return parse_solution(component).options
    return options_of(parse_program(component))


def several_of(own: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Several values of each, with commas between them."""
    from ck_core.domain.variation_text import split_values  # noqa: PLC0415  # as above

    return {name: split_values(text) for name, text in own.items()}
