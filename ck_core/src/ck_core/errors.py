"""The one error tree: a class a cause, an exit code a class.

CkpError                      1   anything a user can cause that has no class below
├── UsageError                2   the command line asks for something impossible
├── ComponentNotFoundError    3   no such component, repository, kind or command key
├── BadComponentError         4   a component's files are not what the format says
├── UnresolvedError           5   a requirement (compiler, dataset, ...) cannot be met
├── InstallError              6   getting what is missing failed
├── BuildError                7   the program does not compile or link
├── RunError                  8   the program crashed or exited with an error
├── RunTimeoutError           9   the program ran past its time limit and was killed
├── WrongOutputError         10   the program ran, but its output is not the reference
├── PluginError              11   a plugin is broken or raised
├── StorageError             12   disk full, unreadable or unwritable, or its files removed
├── NotReproducedError       13   a replay gave something else than was recorded
├── CannotTellError          14   a replay could not tell whether it is reproduced
└── UnfulfilledError         15   a search found nothing that holds its constraints
"""

from __future__ import annotations


class CkpError(Exception):
    """What happened, to what, and the next command to type.

    Args:
        message: one sentence that names the thing.
        hint: the next command to type or file to look at; may be empty.
        details: longer text (a compiler's last lines), shown below the message.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details


class UsageError(CkpError):
    exit_code = 2


class ComponentNotFoundError(CkpError):
    exit_code = 3


class BadComponentError(CkpError):
    exit_code = 4


class UnresolvedError(CkpError):
    exit_code = 5


class InstallError(CkpError):
    exit_code = 6


class BuildError(CkpError):
    exit_code = 7


class RunError(CkpError):
    exit_code = 8


class RunTimeoutError(CkpError):
    exit_code = 9


class WrongOutputError(CkpError):
    exit_code = 10


class PluginError(CkpError):
    exit_code = 11


class StorageError(CkpError):
    exit_code = 12

    def __init__(self, message: str, *, hint: str = "", details: str = "") -> None:
        usual = "check space and permissions (df -h, ls -ld), or set CKP_HOME to another place"
        super().__init__(message, hint=hint or usual, details=details)


class NotReproducedError(CkpError):
    exit_code = 13


class CannotTellError(CkpError):
    exit_code = 14


INTERRUPTED_EXIT_CODE = 130


class UnfulfilledError(CkpError):
    """Every trial is recorded, and none of them is what was asked for."""

    exit_code = 15
