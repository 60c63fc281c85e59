"""Archives: unpacked only after all in them has been checked; zip ones also packed."""

from pathlib import Path

from ck_core.system.archives.limits import DEFAULT_LIMITS, Limits
from ck_core.system.archives.packing import pack
from ck_core.system.archives.unpacking import unpack

__all__ = ["DEFAULT_LIMITS", "Limits", "pack", "unpack", "unpack_source"]


def unpack_source(archive: Path, directory: Path) -> int:
    """As ``unpack``, of a zip or a tar archive, by its first bytes."""
    from ck_core.system.archives.regular_files import open_regular  # noqa: PLC0415  # few unpack
    from ck_core.system.archives.tarballs import unpack_tarball  # noqa: PLC0415  # as above
    from ck_core.system.files import storage_errors  # noqa: PLC0415  # as above

    with storage_errors("unpack", archive), open_regular(archive) as stream:
        is_zip = stream.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}
    return unpack(archive, directory) if is_zip else unpack_tarball(archive, directory)
