"""LiteRT, which continues TensorFlow Lite."""

from __future__ import annotations

from ckp_ml.adapter import Options, Session
from ckp_ml.adapters._interpreter import session_of
from ckp_ml.importing import framework

PACKAGE = "ai_edge_litert"


def load(options: Options) -> Session:
    """Raises Failure, or what LiteRT raises."""
    module = framework(f"{PACKAGE}.interpreter")
    return session_of(module, options, package=PACKAGE, title="LiteRT")
