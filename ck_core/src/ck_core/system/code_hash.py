"""What a binary does, apart from when, where and by which words it was made."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ck_core.system.files import file_digest

_LOADED = 0x2
"""SHF_ALLOC: the section is in memory while the program runs."""
_SAYS_NOTHING = frozenset({".note.gnu.build-id", ".gnu_debuglink", ".comment"})


def code_hash(binary: Path) -> str:
    """``code:...`` of what an ELF file puts into memory; of another file its digest.

    Raises:
        OSError: it cannot be read.
    """
    from elftools.common.exceptions import ELFError  # noqa: PLC0415  # only tuning needs it
    from elftools.elf.elffile import ELFFile  # noqa: PLC0415  # as above

    with binary.open("rb") as file:
        try:
            sections = [*ELFFile(file).iter_sections()]
        except (ELFError, ValueError):
            return file_digest(binary)
        found = sha256()
        for one in sections:
            if one["sh_flags"] & _LOADED and one.name not in _SAYS_NOTHING:
                place = (one.name, one["sh_type"], one["sh_addr"], one["sh_flags"], one["sh_size"])
                found.update(repr(place).encode())
                found.update(b"" if one["sh_type"] == "SHT_NOBITS" else one.data())
    return f"code:{found.hexdigest()}"
