"""Clones, updates and states of git work trees; nothing that a stranger brings is run.

Hooks, submodules and transports that are programs are off, and git never waits for a password. A
directory that is already here has a ``.git/config`` that may name programs in dozens of ways
(filters, fsmonitor, ssh commands, credential helpers): git never reads it. It works in a *room*, a
git directory of ours with a plain configuration and links to the objects and references.
"""

from ck_core.system.git.cloning import clone
from ck_core.system.git.updating import update
from ck_core.system.git.urls import without_credentials
from ck_core.system.git.work_tree import State, state

__all__ = ["State", "clone", "state", "update", "without_credentials"]
