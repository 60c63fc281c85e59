"""Ctrl-C: whether jobs that nobody waits for any more go on."""

from __future__ import annotations

import sys


def leaves_jobs(count: int, manager: str, wish: str) -> bool:
    """Asks where somebody is there to answer; where nobody is, jobs are cancelled.

    Args:
        wish: ``leave``, ``cancel`` or ``ask``.
    """
    jobs = f"1 job of {manager} goes on" if count == 1 else f"{count} jobs of {manager} go on"
    if wish != "ask":
        if wish == "leave":
            sys.stderr.write(f"ckp: {jobs}: ckp jobs --attach takes what they give\n")
        return wish == "leave"
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(
        f"\n{jobs}. Leave them, and take what they give later (ckp jobs --attach)? [y/N] "
    )
    sys.stderr.flush()
    try:
        return sys.stdin.readline().strip().lower() in {"y", "yes", "l", "leave"}
    except KeyboardInterrupt:
        return False
