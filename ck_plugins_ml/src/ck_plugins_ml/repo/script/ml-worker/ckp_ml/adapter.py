"""What an adapter is given, and what it answers: one function, ``load(options) -> Session``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from ckp_ml.failure import Failure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ckp_ml.model import Model
    from ckp_ml.tensors import Tensor


@dataclass(frozen=True)
class Options:
    """What was asked for; what the framework cannot do is a Failure, not left out.

    Attributes:
        batch: images in a query; resize the model's input, or fail.
        delegate: ``none`` or ``xnnpack``.
        graph_optimization: ``all``, ``extended``, ``basic`` or ``off``.
    """

    model: Model
    batch: int = 1
    threads: int = 1
    inter_threads: int = 1
    delegate: str = "none"
    graph_optimization: str = "all"

    @property
    def path(self) -> Path:
        return self.model.path


@dataclass(frozen=True)
class Session:
    """A model that is ready for queries of one size.

    Attributes:
        version: the framework's.
        input, outputs: as the framework tells them, after the batch was set.
        bind: a batch of the input's shape and type becomes what ``run`` takes; not timed.
        run: the query, timed: returns when the outputs can be read.
        fetch: what ``run`` returned becomes one array for each output, which later queries leave as
        it is; not timed.
        delegate: the one that is really in use, or ``none``.
        threads: that are really taken; 0 is what was asked for.
    backend: what computes, where there are several: ``CpuRef``.
        notes: what users should know.
    """

    version: str
    input: Tensor
    outputs: tuple[Tensor, ...]
    bind: Callable[[NDArray[Any]], Any]
    run: Callable[[Any], Any]
    fetch: Callable[[Any], list[NDArray[Any]]]
    delegate: str = "none"
    threads: int = 0
    backend: str = ""
    notes: tuple[str, ...] = field(default=())


def same(values: Any) -> Any:
    """For ``bind`` and ``fetch`` of frameworks that take and give NumPy's arrays."""
    return values


def refuse(options: Options, framework: str, **possible: tuple[Any, ...]) -> None:
    """Raises Failure for a value that the framework cannot do.

    ``refuse(options, "LiteRT", inter_threads=(1,))``.
    """
    for name, values in possible.items():
        asked = getattr(options, name)
        if asked not in values:
            words = name.replace("_", " ")
            known = " or ".join(map(str, values))
            raise Failure(f"{framework} has no {words} {asked}", f"it does {known}")


def batched(
    shape: tuple[int | None, ...], options: Options, framework: str
) -> tuple[int | None, ...]:
    """The shape with the batch in it, where the model leaves it open or has that one.

    Raises:
        Failure: the model is made for another batch.
    """
    own = shape[0] if shape else None
    if own not in {None, options.batch}:
        raise Failure(
            f"model {options.model.name} takes {own} image{'' if own == 1 else 's'} at a time, and "
            f"{framework} cannot make that {options.batch}",
            f"take --batch {own}, or a model whose batch is open",
        )
    return (options.batch, *shape[1:])
