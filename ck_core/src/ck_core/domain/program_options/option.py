"""One option of a program, and the values that it takes."""

from __future__ import annotations

from dataclasses import dataclass

from ck_core.domain.point import Scalar
from ck_core.domain.tuning.choice_values import TYPES, UnfitError
from ck_core.errors import UsageError

_SHOWN = 12
_EXPECTED = {
    "integer": "a whole number",
    "float": "a number",
    "choice": "a text that is not empty",
    "boolean": "yes or no",
}


@dataclass(frozen=True, kw_only=True)
class ProgramOption:
    """What one name on the command line does.

    One of ``chooses``, ``wishes``, ``tags`` and ``sets`` is there; ``wishes`` may go with
    ``chooses``, and is of the version alone then: ``tflite@2.14``.

    Attributes:
        chooses: its values are keys of commands.
        wishes: key of the requirement that it says product and version of.
        tags: key of the requirement that gets the value as a tag.
        sets: variable of the run.
        kind: of the values, one of ``choice_values.TYPES``.
        values: all that there are; where ``open_values`` is set, those that are usual; empty: any
            of the kind.
        ends: of a range.
        default: what holds where nobody gives it, as far as the meta says.
        commands: keys of those that it concerns.
        recorded: False: it says where something goes, and changes nothing that is measured.
        declared: it stands in ``options`` of the meta; else it is the key of a requirement.
    """

    name: str
    chooses: bool = False
    wishes: str = ""
    tags: str = ""
    sets: str = ""
    kind: str = "choice"
    values: tuple[str, ...] = ()
    open_values: bool = False
    ends: tuple[float, float] | None = None
    default: str = ""
    description: str = ""
    commands: frozenset[str] = frozenset()
    recorded: bool = True
    declared: bool = True

    @property
    def requirement(self) -> str:
        """Key of the one that it narrows; empty where it narrows none."""
        return self.wishes or self.tags

    def text(self, value: object) -> str:
        """A value as the program, or the resolver, gets it.

        Raises:
            UsageError: it takes no such value.
        """
        try:
            found = TYPES[self.kind].text(value)
        except UnfitError:
            raise self._refused(value) from None
        if self.values and not self.open_values and self._listed(found) not in self.values:
            raise self._refused(value)
        if self.ends and not self.ends[0] <= float(found) <= self.ends[1]:
            raise self._refused(value)
        return found

    def scalar(self, text: str) -> Scalar:
        """A text of ``text`` as points hold it: numbers as such."""
        if self.kind in ("integer", "float"):
            try:
                return int(text) if self.kind == "integer" else float(text)
            except ValueError:  # of a placeholder in ``run_vars``
                return text
        return text

    @property
    def takes(self) -> str:
        """What its values are, for people: ``fp32|fp16|int8``, ``INTEGER``, ``NAME[@VERSION]``."""
        listed = "|".join(self.values[:_SHOWN]) + ("|..." if len(self.values) > _SHOWN else "")
        if self.chooses:
            return f"{listed}[@VERSION]" if self.wishes else listed
        if self.wishes:
            return "NAME[@VERSION]"
        if self.ends:
            return f"{self.ends[0]}..{self.ends[1]}"
        if self.kind == "boolean":
            return "yes|no"
        return listed or {"integer": "INTEGER", "float": "NUMBER"}.get(self.kind, "TEXT")

    def _listed(self, text: str) -> str:
        """The part of a value that is one of the list."""
        return text.partition("@")[0] if self.chooses and self.wishes else text

    def _refused(self, value: object) -> UsageError:
        text = f"{value:.60}" if isinstance(value, str) else f"{value!r:.60}"
        if "," in text:
            return UsageError(
                f"--{self.name} takes one value here, not '{text}'",
                hint="ckp benchmark takes several, with commas",
            )
        return UsageError(
            f"--{self.name} takes {self._expected}, not '{text}'", hint=self._hint(text)
        )

    @property
    def _expected(self) -> str:
        if self.values and not self.open_values:
            return f"one of {', '.join(self.values)}"
        ends = f" from {self.ends[0]} to {self.ends[1]}" if self.ends else ""
        return f"{_EXPECTED[self.kind]}{ends}"

    def _hint(self, text: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415  # only where something is wrong

        example = self.default or next(iter(self.values), "")
        near = next(iter(get_close_matches(self._listed(text), self.values, n=1)), example)
        return f"--{self.name}={near}" if near else ""
