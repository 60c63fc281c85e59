"""The command ``ckp``, also as ``python -m ck_core``."""

from __future__ import annotations

import sys


def main() -> None:
    """Ctrl-C may come while the command line is still being imported."""
    try:
        from ck_core.cli.main import main as run  # noqa: PLC0415  # see above

        run()
    except KeyboardInterrupt:
        print("ckp: interrupted before anything was done", file=sys.stderr)  # noqa: T201  # no cli yet
        sys.exit(130)


if __name__ == "__main__":
    main()
