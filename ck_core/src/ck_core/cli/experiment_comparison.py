"""Comparisons on the screen: ckp compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

from ck_core.analysis.comparison import Comparison, Effect, Scale, Verdict
from ck_core.analysis.more_repetitions import smallest_difference
from ck_core.cli.console import ConsoleReporter, print_table, printable
from ck_core.cli.experiment_cells import say
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point, Scalar
from ck_core.domain.units import format_metric, metric_text
from ck_core.experiments.comparing.comparing import Answer, ComparedPair, exact_verdict
from ck_core.publishing.texts import shorten

_MOST_PAIRS = 200


def print_answers(answers: Sequence[Answer]) -> None:
    for number, answer in enumerate(answers):
        if number:
            click.echo()
        _print_answer(answer)


def _print_answer(answer: Answer) -> None:
    click.echo(printable(f"A: {_side_text(answer, 0)}\nB: {_side_text(answer, 1)}\n"))
    if len(answer.pairs) == 1:
        print_table(("", answer.metric), _pair_rows(answer.pairs[0], answer))
        click.echo()
        say(sentence(answer.pairs[0], answer))
    else:
        _print_pairs(answer)
    reporter = ConsoleReporter()
    for warning in dict.fromkeys(text for pair in answer.pairs for text in pair.warnings):
        count = sum(warning in pair.warnings for pair in answer.pairs)
        where = f" ({count} of {len(answer.pairs)} pairs)" if len(answer.pairs) > 1 else ""
        reporter.warn(f"{warning}{where}")
    if answer.emulated:
        reporter.warn(
            f"{answer.emulated} pairs are left out: only one of the two ran under its emulator"
        )
    if answer.alone:
        reporter.note(f"{answer.alone} points are left out: the other side has none like them")


def _side_text(answer: Answer, which: int) -> str:
    label = (answer.a, answer.b)[which]
    if len(answer.pairs) != 1:
        return label
    point = (answer.pairs[0].a, answer.pairs[0].b)[which]
    given = {name: _chosen(point, name) for name in answer.by}
    if list(given.values()) == [label]:
        return f"{answer.by[0]} {label}  (point {point.uid[:8]})"
    said = ", ".join(f"{name} {value}" for name, value in given.items())
    return f"{label}  ({said or 'same choices'}; point {point.uid[:8]})"


def _chosen(point: Point, name: str) -> str:
    value = {**point.scalars, **point.choices}.get(name, "")
    return shorten(str(value), 50) or "none"


def _pair_rows(pair: ComparedPair, answer: Answer) -> Iterator[tuple[str, str]]:
    found = pair.compared
    counts = (len(found.a), len(found.b)) if found else (0, 0)
    for name, metric, count in zip("AB", pair.metrics, counts, strict=True):
        yield name, _value(metric, count)
    if found is None:
        yield from _exact_rows(pair, answer)
        return
    if found.comparison.effect is None:
        return
    effect = found.comparison.effect
    yield _ratio_name(effect.scale, answer), _effect_text(effect)
    probability = _probability(found.comparison.probability)
    yield "probability", f"{probability} that A is {_better(answer)}"
    order = "in turn, block by block" if found.paired else "one after the other"
    yield "measured", order


def _value(metric: Metric | None, count: int) -> str:
    if metric is None:
        return "unknown"
    text = format_metric(metric)
    return f"{text}  of {count}" if count else text


def _exact_rows(pair: ComparedPair, answer: Answer) -> Iterator[tuple[str, str]]:
    ratio = _exact_ratio(pair, answer)
    if ratio is not None:
        yield _ratio_name(Scale.RATIO, answer), f"{ratio:.4g}"


def _exact_ratio(pair: ComparedPair, answer: Answer) -> float | None:
    """Of one value each; None where one is not known, or is nothing."""
    a, b = (float(one.value) if one and one.value is not None else None for one in pair.metrics)
    over, under = (a, b) if answer.maximize else (b, a)
    return over / under if over is not None and under else None


def _ratio_name(scale: Scale, answer: Answer) -> str:
    sides = "A / B" if answer.maximize else "B / A"
    return sides if scale is Scale.RATIO else sides.replace("/", "-")


def _effect_text(effect: Effect) -> str:
    covered = min(effect.coverage, 0.999)
    interval = f"[{effect.low:.4g}, {effect.high:.4g}]"
    return f"{effect.estimate:.4g}  {interval}, {covered:.1%} interval"


def _probability(value: float) -> str:
    if value > 0.999:
        return "above 99.9 %"
    if value < 0.001:
        return "below 0.1 %"
    return f"{value:.1%}".replace("%", " %")


def _better(answer: Answer) -> str:
    timed = answer.metric.endswith("_s") and not answer.maximize
    return "faster" if timed else "better"


def _worse(answer: Answer) -> str:
    return {"faster": "slower", "better": "worse"}[_better(answer)]


def sentence(pair: ComparedPair, answer: Answer) -> str:
    """The answer in words: what is faster, by how much, or what would decide."""
    if pair.compared is None:
        return _exact_sentence(pair, answer)
    compared = pair.compared.comparison
    effect = compared.effect
    if effect is None:
        return "Undecided: some values are no numbers."
    if compared.verdict is Verdict.UNDECIDED:
        return f"Undecided: {_undecided(pair, effect, compared)}"
    word = _better(answer) if compared.verdict is Verdict.FASTER else _worse(answer)
    if effect.scale is Scale.DIFFERENCE:
        return f"A is {word}: the difference is {effect.estimate:.4g}."
    return f"A is {word}: {_by_how_much(effect, compared.verdict, answer)}."


def _by_how_much(effect: Effect, verdict: Verdict, answer: Answer) -> str:
    """Over the smaller value: ``B takes 12.0 % more (10.9 to 13.1 %)``."""
    ends = [effect.estimate, effect.low, effect.high]
    if verdict is Verdict.SLOWER:
        ends = [1 / effect.estimate, 1 / effect.high, 1 / effect.low]
    middle, low, high = (f"{(one - 1) * 100:.3g}" for one in ends)
    larger = "A" if (verdict is Verdict.SLOWER) != answer.maximize else "B"
    takes = "takes" if _better(answer) == "faster" else "has"
    return f"{larger} {takes} {middle} % more ({low} to {high} %)"


def _undecided(pair: ComparedPair, effect: Effect, compared: Comparison) -> str:
    found = pair.compared
    count = min(len(found.a), len(found.b)) if found else 0
    if count < compared.needed:
        return f"{compared.needed} repetitions of each are needed at the least, these are {count}."
    size = ""
    if effect.scale is Scale.RATIO:
        size = f"; a difference above {smallest_difference(effect) * 100:.2g} % is ruled out"
    text = f"the noise could make this difference{size}."
    if pair.more:
        return f"{text} About {pair.more:,} repetitions of each would decide it, if it is real."
    return text


def _exact_sentence(pair: ComparedPair, answer: Answer) -> str:
    verdict = exact_verdict(pair)
    if verdict == "undecided":
        return f"Undecided: {answer.metric} is not known of both."
    if verdict == "equal":
        return "A and B are equal."
    a, b = (float(one.value) if one and one.value is not None else 0.0 for one in pair.metrics)
    share = f", by {abs(a / b - 1) * 100:.3g} %" if b else ""
    return f"A has {verdict} {answer.metric}{share}; one value each, so no noise is known."


def _exact_word(pair: ComparedPair) -> str:
    verdict = exact_verdict(pair)
    return f"A has {verdict}" if verdict in {"less", "more"} else verdict


def _print_pairs(answer: Answer) -> None:
    names = sorted({name for pair in answer.pairs for name in pair.same})
    columns = (*names, "A", "B", "ratio", "interval", "verdict")
    shown = answer.pairs[:_MOST_PAIRS]
    print_table(columns, [_pair_cells(pair, names, answer) for pair in shown])
    if len(answer.pairs) > len(shown):
        ConsoleReporter().note(f"and {len(answer.pairs) - len(shown)} more pairs; --json has all")
    if mean := answer.mean:
        ends = (
            "" if mean.low is None or mean.high is None else f" [{mean.low:.4g}, {mean.high:.4g}]"
        )
        sides = "A over B" if answer.maximize else "B over A"
        click.echo(f"\nGeometric mean of {mean.count} ratios, {sides}: {mean.mean:.4g}{ends}")


def _pair_cells(pair: ComparedPair, names: Sequence[str], answer: Answer) -> list[str]:
    same: Mapping[str, Scalar] = pair.same
    cells = [shorten(str(same.get(name, "-")), 30) for name in names]
    values = [metric_text(one) if one else "-" for one in pair.metrics]
    effect = pair.compared.comparison.effect if pair.compared else None
    if pair.compared is None or effect is None:
        ratio = _exact_ratio(pair, answer) if pair.compared is None else None
        shown = "-" if ratio is None else f"{ratio:.4g}"
        return [*cells, *values, shown, "-", _exact_word(pair)]
    word = {
        Verdict.FASTER: f"A {_better(answer)}",
        Verdict.SLOWER: f"A {_worse(answer)}",
        Verdict.UNDECIDED: "undecided",
    }[pair.compared.comparison.verdict]
    interval = f"{effect.low:.4g} to {effect.high:.4g}"
    return [*cells, *values, f"{effect.estimate:.4g}", interval, word]
