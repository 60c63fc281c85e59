from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _gcc_only(gcc_only: None) -> None:
    """Other folders find this machine's compilers."""
