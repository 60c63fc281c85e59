"""Starts and measures repetitions; a script run as ``python -I -S supervisor.py``.

It is a process of its own for three reasons. It adopts orphans, so that a program's whole
tree can be killed, which the process of a ckp user must not do to itself. It dies with ckp,
and its tree with it. And Linux counts the memory of whoever starts a child towards the
child's peak (exec folds the old address space's high-water mark into it): started from here
a small program would seem to need 11 MB. So a program is started by the *nursery*, a tiny
shell whose orphaned subshell waits at a gate and then becomes the program.
"""

from __future__ import annotations

import os
import sys


def without_the_rest_of_ckp() -> None:
    """Makes ``ck_core.system`` importable without running ``ck_core/__init__.py``.

    That imports what a supervisor does not need, from where this interpreter does not look.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    for name, place in (("ck_core", os.path.dirname(here)), ("ck_core.system", here)):
        module = type(sys)(name)
        module.__path__ = [place]
        sys.modules[name] = module


if __name__ == "__main__":
    without_the_rest_of_ckp()
    from ck_core.system.supervising.serving import main

    main()
