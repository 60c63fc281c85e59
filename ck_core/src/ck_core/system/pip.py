"""The one door to pip: the user's own settings for it, and nothing else of theirs."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Mapping

from ck_core.errors import InstallError
from ck_core.system.processes import NOT_STARTED, ToolResult, clean_environment, run_tool

_QUICK_S = 60.0
# Where it shall install to, and what, is not for the user's habits to say.
_NOT_PASSED = frozenset(
    {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIRE_VIRTUALENV"}
    | {"PIP_REQUIREMENT", "PIP_EDITABLE", "PIP_DRY_RUN", "PIP_LOG"}
)
_VARIABLES = frozenset(
    {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
    | {"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_CACHE_HOME"}
)


def pip_command(*arguments: str) -> list[str]:
    """The pip of the Python that runs ckp; it also works on others' environments (--python)."""
    return [sys.executable, "-m", "pip", *arguments]


def pip_environment() -> dict[str, str]:
    """Where the user told pip and its network layer to fetch from."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if (name.startswith("PIP_") or name.upper() in _VARIABLES) and name not in _NOT_PASSED
    }
    return {**clean_environment(), **kept}


def pip_settings() -> Mapping[str, str]:
    """pip's own options by name, from its files and variables, e.g. ``index-url``.

    Raises:
        InstallError: there is no pip.
    """
    result = run_tool(
        pip_command("config", "list"), timeout_s=_QUICK_S, environment=pip_environment()
    )
    if error := pip_is_missing(result):
        raise error
    sections: dict[str, dict[str, str]] = {"global": {}, "download": {}, ":env:": {}}
    for line in result.output.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        sections.get(section, {})[option] = _text(value)
    return {**sections["global"], **sections["download"], **sections[":env:"]}


def pip_is_missing(result: ToolResult) -> InstallError | None:
    """The error that says so, where that is why a call has failed."""
    said = f"{result.output}\n{result.error_output}"
    if result.status != NOT_STARTED and "No module named pip" not in said:
        return None
    return InstallError("there is no pip", hint=f"{sys.executable} -m ensurepip")


def plain_project(name: str) -> str:
    """The spelling that stands for all others of a project's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _text(value: str) -> str:
    """pip shows values as Python writes them."""
    try:
        return str(ast.literal_eval(value))
    except (ValueError, SyntaxError):
        return value
