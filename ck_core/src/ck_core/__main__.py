"""``python -m ck_core`` is ``ckp``."""

from ck_core.cli.main import main

main()
