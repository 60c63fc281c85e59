"""Between installations that are equal the user chooses, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core.analysis.solving import solve
from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import Findings, Plan, rank, refusal


def prefer(
    plan: Plan, requirements: Sequence[Requirement], found: Findings, context: Context
) -> Plan:
    """The plan with the user's choices; where nobody can be asked, as it is.

    Equal are installations of one product, version and priority at different places, each of
    which would do as well beside everything else in the plan.
    """
    equality = _Equality(requirements, found, context)
    for key, option in plan.choices.items():
        if isinstance(option, Installation):
            plans = equality.plans(key, option, plan)
            plan = plans[_chosen([one for one, _ in plans], context)][1]
    return plan


def question_of(installation: Installation) -> str:
    """What an answer is kept under."""
    return f"{installation.label} {installation.target}".strip()


class _Equality:
    """Which installations would do as well as the one a plan has taken."""

    def __init__(
        self, requirements: Sequence[Requirement], found: Findings, context: Context
    ) -> None:
        self._requirements = requirements
        self._found = found
        self._platform = context.platform

    def plans(self, key: str, taken: Installation, plan: Plan) -> list[tuple[Installation, Plan]]:
        """The plan itself, and the same with each of the equals instead."""
        found = [(taken, plan)]
        fixed = {other: [choice] for other, choice in plan.choices.items()}
        for one in self._equals(key, taken):
            solved = solve(self._requirements, {**fixed, key: [one]}, self._platform)
            if solved.is_whole:
                found.append((one, solved))
        return found

    def _equals(self, key: str, taken: Installation) -> Iterator[Installation]:
        needs = [one for one in self._requirements if one.key == key]
        places = {_place(taken)}
        for one in self._found.get(key, ()):
            if (
                isinstance(one, Installation)
                and one.label == taken.label
                and rank(one)[:-1] == rank(taken)[:-1]
                and not any(refusal(need, one, self._platform) for need in needs)
                and _place(one) not in places
            ):
                places.add(_place(one))
                yield one


def _place(installation: Installation) -> Path:
    """Two names of one file are no choice."""
    try:
        return installation.path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return installation.path


def _chosen(options: Sequence[Installation], context: Context) -> int:
    """The number of what the user has chosen, now or before; else the first."""
    if len(options) == 1:
        return 0
    question = question_of(options[0])
    uids = [one.uid for one in options]
    kept = context.choices.all().get(question, "")
    if kept in uids:
        return uids.index(kept)
    texts = [f"{one.name}  {one.path}{_origin(one)}" for one in options]
    number = context.reporter.choose(
        f"{len(options)} installations of {question} do equally", texts
    )
    if number is None:
        return 0
    context.choices.keep(question, uids[number])
    context.reporter.note("kept for next time; ckp refresh env --ask-again forgets the answer")
    return number


def _origin(installation: Installation) -> str:
    return "" if installation.origin == "detected" else f"  ({installation.origin})"
