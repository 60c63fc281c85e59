"""Which adapter: one of ours by its name, or a file of somebody else's."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any, Callable

from ckp_ml.adapter import Options, Session
from ckp_ml.failure import Failure, lacks_memory
from ckp_ml.operators import missing_operator
from ckp_ml.settings import Settings

Load = Callable[[Options], Session]
_OWN = Path(__file__).parent / "adapters"


def adapter_of(settings: Settings) -> Load:
    """Its ``load``.

    Raises:
        Failure: there is none, or it is none.
    """
    module = _from_file(settings.adapter) if settings.adapter else _own(settings.framework)
    load = getattr(module, "load", None)
    if not callable(load):
        raise Failure(
            f"{module.__name__} has no function load(options)", "docs/ml.md has a whole one"
        )
    return load  # type: ignore[no-any-return]  # whether it answers a Session is seen then


def loaded(load: Load, options: Options, framework: str) -> Session:
    """What the framework raises becomes a Failure that names the model."""
    try:
        session = load(options)
    except (Failure, MemoryError):
        raise
    except Exception as error:  # each framework has errors of its own
        if lacks_memory(str(error)):
            raise MemoryError from error
        raise _unloadable(error, options, framework) from error
    if not isinstance(session, Session):
        raise Failure(f"the adapter of {framework} answers a {type(session).__name__}, no Session")
    return session


def _unloadable(error: Exception, options: Options, framework: str) -> Failure:
    words, file = " ".join(str(error).split()) or type(error).__name__, options.path.name
    if operator := missing_operator(words):
        return Failure(
            f"{framework} lacks the operator {operator}, which {file} has",
            "take another framework or version, or a model without it",
        )
    hint = "is it whole, and in the format of this framework? CKP_ML_TRACEBACK=1 shows all"
    return Failure(f"{framework} cannot load {file}: {_ends_of(words)}", hint)


def _ends_of(words: str) -> str:
    """C++ tells first where it is, and last what is wrong."""
    return words if len(words) <= 200 else f"{words[:80]} ... {words[-115:]}"


def _own(name: str) -> Any:
    known = sorted(one.stem for one in _OWN.glob("[a-z]*.py"))
    if name not in known:
        raise Failure(
            f"there is no adapter for framework {name!r}, only for {', '.join(known)}",
            "CKP_ML_ADAPTER names a file with one",
        )
    return importlib.import_module(f"ckp_ml.adapters.{name}")


def _from_file(text: str) -> Any:
    path = Path(text)
    file = path / "adapter.py" if path.is_dir() else path
    spec = importlib.util.spec_from_file_location("ckp_ml_other_adapter", file)
    if not file.is_file() or spec is None or spec.loader is None:
        raise Failure(f"CKP_ML_ADAPTER names {file}, which is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Failure:
        raise
    except Exception as error:  # a stranger's code
        raise Failure(f"the adapter {file} fails: {type(error).__name__}: {error}") from error
    return module
