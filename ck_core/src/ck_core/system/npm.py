"""The one door to npm: the user's own settings for it, and nothing else of theirs."""

from __future__ import annotations

import os

from ck_core.system.processes import clean_environment

_VARIABLES = frozenset(
    {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"}
    | {"XDG_CONFIG_HOME", "XDG_CACHE_HOME"}
)


def npm_command(*arguments: str) -> list[str]:
    return ["npm", *arguments]


def npm_environment() -> dict[str, str]:
    """Where the user told npm to fetch from: its variables, and those of its network layer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.lower().startswith("npm_config_") or name.upper() in _VARIABLES
    }
    return {**clean_environment(), **kept}
