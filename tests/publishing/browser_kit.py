"""A headless Chromium, and what it says about a page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--v=0",
)
_WAIT_MS = 20_000
_BROWSER_ITSELF = "not an origin"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The page after its scripts, what they printed, and addresses that were asked for."""

    page: str
    console: list[str]
    requests: list[str]


def visit(page: Path, room: Path, *, width: int = 1200, dark: bool = False) -> Visit:
    """Opens a file; ``room`` is an empty directory for the browser."""
    log = room / "net.json"
    done = subprocess.run(
        [
            CHROMIUM,
            *_FLAGS,
            f"--user-data-dir={room / 'profile'}",
            f"--log-net-log={log}",
            f"--virtual-time-budget={_WAIT_MS}",
            f"--window-size={width},1600",
            *(["--blink-settings=preferredColorScheme=0"] if dark else []),
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=180,
        check=True,
    )
    return Visit(
        page=done.stdout,
        console=[line for line in done.stderr.splitlines() if "CONSOLE" in line],
        requests=_requests(log),
    )


def _requests(log: Path) -> list[str]:
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    asked = [one["params"] for one in events if "initiator" in one.get("params", {})]
    urls = {str(one["url"]) for one in asked if one["initiator"] != _BROWSER_ITSELF}
    return sorted(url for url in urls if re.match(r"(https?|wss?|ftp):", url))
