"""The confusion matrix as SVG: rows are labels, columns what the model takes them for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ck_plugins_ml.metrics.confusion import ClassResult, Confusion

_MOST = 50
"""Classes that can be told apart on a screen; of more, those with most mistakes are shown."""
_CELL, _MARGIN, _TOP = 22, 130, 170
_LONGEST = 18
_RIGHT, _WRONG = "#1a6faf", "#c2410c"
_DARK = 0.6


def confusion_svg(found: Confusion, names: Sequence[str], title: str) -> str:
    """Colours are shares of a row: blue is right, orange wrong; each cell tells its count."""
    shown = _shown(found.classes)
    places = {one.number: place for place, one in enumerate(shown)}
    width, height = _MARGIN + _CELL * len(shown) + 20, _TOP + _CELL * len(shown) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{max(width, 420)}" height="{height}" '
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *_heading(found, shown, title),
        *(line for one in shown for line in _names(places[one.number], _name(one.number, names))),
        *_cells(found, {one.number: one for one in shown}, places, names),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _shown(classes: Sequence[ClassResult]) -> list[ClassResult]:
    worst = sorted(classes, key=lambda one: (-one.mistakes, one.number))[:_MOST]
    return sorted(worst, key=lambda one: one.number)


def _heading(found: Confusion, shown: Sequence[ClassResult], title: str) -> Iterator[str]:
    count = len(found.classes)
    which = f"{count} classes" if len(shown) == count else f"{len(shown)} worst of {count} classes"
    yield f'<text x="10" y="20" font-size="14">{_escaped(title)}</text>'
    yield f'<text x="10" y="38">{found.labelled} images, {which}</text>'
    yield '<text x="10" y="54">rows: label; columns: taken for</text>'


def _names(place: int, name: str) -> Iterator[str]:
    """Beside its row and, upright, above its column."""
    middle = _CELL * place + _CELL // 2 + 4
    x, y = _MARGIN + middle, _TOP - 6
    short = _escaped(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")
    yield f'<text x="{_MARGIN - 6}" y="{_TOP + middle}" text-anchor="end">{short}</text>'
    yield f'<text x="{x}" y="{y}" transform="rotate(-90 {x} {y})">{short}</text>'


def _cells(
    found: Confusion,
    shown: dict[int, ClassResult],
    places: dict[int, int],
    names: Sequence[str],
) -> Iterator[str]:
    for (label, taken), count in sorted(found.counts.items()):
        if label in shown and taken in shown:
            share = count / shown[label].images
            told = f"{_name(label, names)} taken for {_name(taken, names)}: {count}, {share:.1%}"
            x, y = _MARGIN + _CELL * places[taken], _TOP + _CELL * places[label]
            yield from _cell(x, y, _RIGHT if label == taken else _WRONG, share, count, told)


def _cell(x: int, y: int, colour: str, share: float, count: int, told: str) -> Iterator[str]:  # noqa: PLR0917
    yield (
        f'<g><title>{_escaped(told)}</title><rect x="{x}" y="{y}" width="{_CELL - 1}" '
        f'height="{_CELL - 1}" fill="{colour}" fill-opacity="{0.08 + 0.92 * share:.3f}"/>'
    )
    ink = "#ffffff" if share > _DARK else "#1f2937"
    size = 11 if count < 100 else 9 if count < 10_000 else 6
    yield (
        f'<text x="{x + _CELL // 2}" y="{y + _CELL // 2 + 4}" text-anchor="middle" '
        f'font-size="{size}" fill="{ink}">{count}</text></g>'
    )


def _name(number: int, names: Sequence[str]) -> str:
    return names[number] if number < len(names) and names[number] else str(number)


def _escaped(text: str) -> str:
    """XML has no control characters and no halves of surrogate pairs."""
    return escape("".join(one if one.isprintable() else "?" for one in text))
