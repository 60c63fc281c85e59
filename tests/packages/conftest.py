from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from packages.server import FileServer


@pytest.fixture(autouse=True)
def _own_home(ckp_home: Path) -> None:
    """Nothing of these tests touches the user's own folders."""


@pytest.fixture
def server() -> Iterator[FileServer]:
    """Serves what a test puts into ``server.files``, in the way it asks for."""
    with FileServer() as running:
        yield running
