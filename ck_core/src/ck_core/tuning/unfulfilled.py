"""Nothing that was tried holds the constraints: what is said then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from ck_core.errors import CkpError, RunError, UnfulfilledError
from ck_core.tuning.application import words_of
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.search import Search


def nothing_holds(search: Search) -> UnfulfilledError:
    """After a search without a single trial that holds them."""
    count, program = len(search.memory.findings), search.workshop.program
    limits = " and ".join(one.text for one in search.workshop.constraints)
    return UnfulfilledError(
        f"none of {count} configurations of program:{program} holds {limits}{_nearest(search)}",
        hint=_hint(search),
    )


def _nearest(search: Search) -> str:
    found = search.memory.nearest
    if found is None:
        return ""
    words = words_of(search.plan.space, found.trial.configuration) or "the program as it is"
    return f"; nearest is {words}, {found.excess:.2%} away"


def _hint(search: Search) -> str:
    experiment = search.journal.recorder.open().cid
    more = "all that may be varied was tried: see --param and --tune"
    if larger := " ".join(_larger(search)):
        more = f"ckp autotune --resume {experiment} {larger}"
    return f"{more}; ckp show {experiment} tells what was found"


def _larger(search: Search) -> Iterator[str]:
    """Twice of each budget that is spent: with another one it would end at once again."""
    budget, memory = search.options.budget, search.memory
    if budget.evaluations is not None and len(memory.findings) >= budget.evaluations:
        yield f"--evaluations {2 * len(memory.findings)}"
    if budget.patience is not None and memory.since_best >= budget.patience:
        yield f"--patience {2 * memory.since_best}"
    if budget.max_time_s is not None and search.elapsed_s >= budget.max_time_s:
        yield f"--max-time {2 * ceil(search.elapsed_s)}"


def nothing_held(search: Search, finalists: Sequence[Finalist]) -> CkpError:
    """After finals in which all contenders fail, or break a constraint."""
    program, hint = search.workshop.program, _hint(search)
    breaks = dict.fromkeys(text for one in finalists for text in one.breaks)
    if not breaks:
        message = f"the best configurations of program:{program} fail when they are measured again"
        return RunError(message, hint=hint)
    return UnfulfilledError(
        f"the best configurations of program:{program} break {' and '.join(breaks)} when they "
        "are measured again",
        hint=hint,
    )


def winner_breaks(winner: Finalist) -> UnfulfilledError:
    """In its last runs, though it held them in all before."""
    return UnfulfilledError(
        f"the winner breaks {' and '.join(winner.breaks)} in its last runs",
        hint="a constraint with room for noise is held more surely",
    )
