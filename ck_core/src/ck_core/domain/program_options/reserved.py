"""Names that a program's options cannot have: ckp has them, or points have them for a choice."""

RESERVED = frozenset(
    {
        "calibration-time",
        "cmd-key",
        "command",
        "compiler",
        "dataset-uoa",
        "dep-tags",
        "deps",
        "env",
        "flags",
        "help",
        "jobs",
        "json",
        "launcher",
        "level",
        "lock-file",
        "locked",
        "max-repeat",
        "max-time",
        "metric",
        "monitor",
        "no-calibration",
        "no-install",
        "out",
        "output",
        "pgo",
        "pin",
        "precision",
        "program",
        "quiet",
        "rebuild",
        "record",
        "record-reference",
        "record-uoa",
        "repeat",
        "seed",
        "size",
        "speed",
        "tags",
        "target",
        "timeout",
        "warmup",
        "yes",
    }
)
"""As the command line compares them, with ``-`` for ``_``. ``dataset`` may be a requirement's."""


def plain(name: str) -> str:
    """As names are compared: the command line knows no difference between ``_`` and ``-``."""
    return name.replace("_", "-")
