"""The framework is imported from where it was found."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from ckp_ml.apart import IMPORTING, apart
from ckp_ml.failure import Failure


def framework(name: str) -> ModuleType:
    """Raises Failure where it cannot be imported; adapters call it in ``load``."""
    try:
        with apart(IMPORTING):
            return importlib.import_module(name)
    except (ImportError, AttributeError, OSError) as error:  # AttributeError: MXNet with NumPy 1.24
        raise Failure(
            f"{name} cannot be imported by {sys.executable}: {error}",
            "install it with what it needs: ckp ls package --tags=ml,framework",
        ) from None


def add_user_packages() -> None:
    """An isolated interpreter leaves out ``~/.local``, where a found framework may lie."""
    found = os.environ.get("CKP_ML_FILE", "")  # .../site-packages/FRAMEWORK/__init__.py
    place = str(Path(found).parent.parent)
    if found and place not in sys.path:
        sys.path.append(place)
