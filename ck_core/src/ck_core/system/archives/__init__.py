"""Zip archives: packed the same each time, unpacked only after all in them has been checked."""

from ck_core.system.archives.limits import DEFAULT_LIMITS, Limits
from ck_core.system.archives.packing import pack
from ck_core.system.archives.unpacking import unpack

__all__ = ["DEFAULT_LIMITS", "Limits", "pack", "unpack"]
