"""Files from elsewhere, known by their SHA-256: fetched once, whole or not at all."""

from ck_core.system.downloads.fetching import Patience, download
from ck_core.system.downloads.python_index import find_source_distribution

__all__ = ["Patience", "download", "find_source_distribution"]
