"""TensorFlow Lite's own runtime."""

from __future__ import annotations

from ckp_ml.adapter import Options, Session
from ckp_ml.adapters._interpreter import session_of
from ckp_ml.importing import framework
from ckp_ml.rehearsal import rehearse

PACKAGE = "tflite_runtime"


def load(options: Options) -> Session:
    """Raises Failure, or what the runtime raises."""
    module, title = framework(f"{PACKAGE}.interpreter"), "TensorFlow Lite"

    def session() -> Session:
        return session_of(module, options, package=PACKAGE, title=title)

    rehearse(session, title, options)  # a damaged file ends the process
    return session()
