"""Points are in the order of asking, whatever was recorded first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.point import Point
from ck_core.domain.point_order import as_asked
from experiments.point_kit import sample

ONE, TWO = "a" * 16, "b" * 16


def point(number: int, session: str, place: int | None) -> Point:
    return replace(sample(number), session=session, place=place)


def numbers(points: list[Point]) -> list[int]:
    return [int(one.uid, 16) for one in points]


def test_who_left_first_is_not_the_first() -> None:
    given = [point(1, ONE, 2), point(2, TWO, 1), point(3, ONE, 0), point(4, TWO, 0)]
    assert numbers(as_asked(given)) == [3, 1, 4, 2]


def test_points_without_session_or_place_stay_where_they_stand() -> None:
    given = [point(1, "", None), point(2, ONE, None), point(3, "", 0), point(4, ONE, None)]
    assert numbers(as_asked(given)) == [1, 2, 4, 3]
    mixed = [point(1, ONE, None), point(2, ONE, 1), point(3, ONE, 0)]
    assert numbers(as_asked(mixed)) == [3, 2, 1]


sessions = st.sampled_from(["", ONE, TWO])
places = st.none() | st.integers(0, 3)


@given(st.lists(st.tuples(sessions, places), max_size=8))
def test_nothing_is_lost_and_a_second_time_changes_nothing(
    found: list[tuple[str, int | None]],
) -> None:
    given = [point(number, session, place) for number, (session, place) in enumerate(found)]
    ordered = as_asked(given)
    assert sorted(numbers(ordered)) == numbers(given)
    assert as_asked(ordered) == ordered
