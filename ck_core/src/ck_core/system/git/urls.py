"""Addresses of repositories: which are fetched from, and how they are shown."""

from __future__ import annotations

import re

from ck_core.errors import UsageError

SCHEMES = ("file", "git", "http", "https", "ssh")
_SCHEME = re.compile(r"([A-Za-z0-9+.-]*)(::|://)")
_SSH_PASSWORD = re.compile(r"(?<=ssh://)([^\s/:@]*):[^\s/]*@")
_SECRET = re.compile(r"(?<!ssh)(://)(?:[^\s/]*|[^\s/:]*:(?!\d+(?:[/?#\s]|$))\S*)@")


def check_url(url: str) -> None:
    """Raises UsageError for what git would take for an option or for a program to run."""
    shown = without_credentials(url)
    if not url or not url.isprintable() or url.startswith("-"):
        raise UsageError(f"{shown!r} is no address of a repository", hint="give a URL or a path")
    scheme = _SCHEME.match(url)
    if scheme and (scheme[2] == "::" or scheme[1] not in SCHEMES):
        raise UsageError(
            f"{shown} begins with {scheme[0]}, which is not fetched from",
            hint=f"give a path or a URL of {', '.join(SCHEMES)}",
        )


def without_credentials(url: str) -> str:
    """The URL, or any text with URLs in it, without passwords and tokens.

    The user's name goes too, for it may be a token; only ssh needs it and has no tokens.
    """
    return _SECRET.sub(r"\1", _SSH_PASSWORD.sub(r"\1@", url))
