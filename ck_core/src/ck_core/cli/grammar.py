"""CK's command grammar on click: ``--key.sub=value``, ``--flag=yes``, ``--cmd_key``."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from ck_core.cli.types import MetaType
from ck_core.errors import UsageError

_OPTIONS_OF_CK = {"dep-add-tags": "dep-tags"}


def _normalized(token: str) -> str:
    name = token.replace("_", "-")
    return _OPTIONS_OF_CK.get(name, name)


_SETTINGS: dict[str, Any] = {
    "token_normalize_func": _normalized,
    "help_option_names": ["-h", "--help"],
}
_MODULES = {
    "add": "add",
    "autotune": "autotune",
    "benchmark": "benchmark",
    "check": "check",
    "compare": "compare",
    "compile": "compile_",
    "cp": "cp",
    "detect": "detect",
    "doctor": "doctor",
    "export": "export",
    "features": "features",
    "find": "find",
    "help": "help_",
    "import": "import_",
    "info": "info",
    "install": "install",
    "jobs": "jobs",
    "load": "load",
    "lock": "lock",
    "ls": "ls",
    "mv": "mv",
    "pareto": "pareto",
    "plot": "plot",
    "plugins": "plugins",
    "pull": "pull",
    "refresh": "refresh",
    "replay": "replay",
    "report": "report",
    "rm": "rm",
    "run": "run",
    "scale": "scale",
    "search": "search",
    "show": "show",
    "uninstall": "uninstall",
    "unzip": "unzip",
    "update": "update",
    "virtual": "virtual",
    "zip": "zip_",
}
_SYNONYMS = {
    "copy": "cp",
    "delete": "rm",
    "list": "ls",
    "move": "mv",
    "remove": "rm",
    "ren": "mv",
    "rename": "mv",
    "reproduce": "replay",
}


class CkpCommand(click.Command):
    """A command that reads CK's spellings beside click's."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        return super().make_context(info_name, args, parent, **{**_SETTINGS, **extra})

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for word in args:
            if not word.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in word):
                ctx.fail(f"{word!r:.60} is no UTF-8 text.")
        words = self._plain(args)
        self._refuse_repeated(ctx, words)
        return super().parse_args(ctx, words)

    def _refuse_repeated(self, ctx: click.Context, words: Sequence[str]) -> None:
        """The last of two would silently win."""
        given = [word.partition("=")[0].replace("_", "-") for word in words]
        for option in self.get_params(ctx):
            once = isinstance(option, click.Option) and not option.multiple and not option.is_flag
            if once and sum(given.count(name) for name in option.opts) > 1:
                ctx.fail(f"Option '{option.opts[0]}' is given twice; it takes one value.")

    def _plain(self, args: Sequence[str]) -> list[str]:
        """The arguments in click's spelling; everything behind ``--`` stays."""
        end = args.index("--") if "--" in args else len(args)
        given = [word for arg in args[:end] for word in self._from_file(arg)]
        return [word for arg in given for word in self._words(arg)] + list(args[end:])

    def _from_file(self, arg: str) -> list[str]:
        """What an input file says, for ``@input.json``."""
        if not arg.startswith("@"):
            return [arg]
        from ck_core.cli.input_files import words_of_file  # noqa: PLC0415  # start-up

        return words_of_file(arg[1:], self._dictionaries())

    def _dictionaries(self) -> set[str]:
        """The options that take a whole JSON object."""
        found = (opt for p in self.params if isinstance(p.type, MetaType) for opt in p.opts)
        return {opt.lstrip("-").replace("-", "_") for opt in found}

    def _words(self, arg: str) -> list[str]:
        name, equals, value = arg.partition("=")
        if name == "--out" and equals:  # CK's; ours is --json
            return _as_ours(value)
        if name.startswith("--") and "." in name:
            option, _, key = name.partition(".")
            return [option, f"{key}={value if equals else 'yes'}"]
        if equals and name.replace("_", "-") in self._flags():
            return [name] if value.lower() in {"yes", "on", "true"} else []
        return [arg]

    def _flags(self) -> set[str]:
        options = (p for p in self.params if isinstance(p, click.Option) and p.is_flag)
        return {name for option in options for name in option.opts}


def _as_ours(out: str) -> list[str]:
    """What CK's ``--out`` asks for; a file's name would silently be lost."""
    if out not in {"json", "json_file", "json_with_sep", "con", "none", ""}:
        raise UsageError(
            f"--out={out:.60} is none of CK's json, con and none",
            hint="--json prints JSON; where a command writes a file, --output=FILE names it",
        )
    return ["--json"] if out.startswith("json") else []


class CkpGroup(click.Group):
    """Imports a command's module when it is needed; knows near misses."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        name = _SYNONYMS.get(cmd_name, cmd_name)
        if name not in _MODULES:
            return None
        module = import_module(f"ck_core.cli.commands.{_MODULES[name]}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101  # our own modules
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = _MODULES.keys() | _SYNONYMS.keys()
        if args and args[0] not in known and not args[0].startswith("-"):
            near = get_close_matches(args[0], sorted(known), n=2)
            suggestion = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"There is no action '{args[0]}'.{suggestion} ckp --help lists the actions.")
        return super().resolve_command(ctx, args)
