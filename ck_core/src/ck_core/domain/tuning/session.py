"""What the autotune hook contributes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ck_core.domain.build import BuildRequest
from ck_core.domain.installation import Installation
from ck_core.domain.program import Program
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import StrategyFactory

FeatureReader = Callable[[BuildRequest], Mapping[str, float]]
"""Static features of what the request would build; nothing of it is run.

``..._share`` is a part of 1 and ``mean_...`` is of one thing: by these programs of any size are
compared. All others are counts. Whatever is written goes below the request's directory.

Raises:
    BuildError: a source does not compile.
"""


@dataclass
class TuningSession:
    """The core owns loop, budget, seed and record.

    Attributes:
        program: what is tuned.
        compilers: what its requirements were resolved to; compilers among others.
        flags: the user's own, which every build gets.
        constraints: what values must fulfil together.
        starts: configurations worth trying first, e.g. the -O levels.
        feature_readers: by the plugin whose compilers they know.
        offered: groups that somebody would have parameters of.
        resolved: ``compilers`` by the requirement's key.
        launcher, launcher_options, environment: what the user says of the run: who executes, what
            it is told, and variables. What is said there is not varied.
        fixed: variables whose values what the user has told says as well.
        superseded: names of parameters to those that stand for them, whoever offers them.
        groups: of parameters that are asked for; empty are all.
        only_features: nothing will be varied: flags need not be looked for.
        contributor: the plugin that contributes at the moment, for people.
        origins: of strategies, by name: who contributed them.
    """

    program: Program
    compilers: tuple[Installation, ...] = ()
    flags: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = field(default_factory=dict)
    strategies: dict[str, StrategyFactory] = field(default_factory=dict)
    constraints: list[Expression] = field(default_factory=list)
    starts: list[Configuration] = field(default_factory=list)
    feature_readers: dict[str, FeatureReader] = field(default_factory=dict)
    resolved: Mapping[str, Installation] = field(default_factory=dict)
    launcher: str = "local"
    launcher_options: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    offered: set[str] = field(default_factory=set)
    only_features: bool = False
    contributor: str = ""
    origins: dict[str, str] = field(default_factory=dict)

    def wants(self, group: str) -> bool:
        """Whether parameters of this group are worth looking for; what takes long asks first."""
        self.offered.add(group)
        return not self.only_features and (not self.groups or group in self.groups)

    def begins(self, contributor: str) -> None:
        """What is added from now on is that plugin's."""
        self.contributor = contributor

    def add_parameters(self, *parameters: Parameter) -> None:
        self.parameters.update({parameter.name: parameter for parameter in parameters})

    def supersede(self, name: str, by: str) -> None:
        """One of two parameters that say the same: conditions on it are on the other then."""
        self.superseded[name] = by

    def fix(self, variable: str, value: str) -> None:
        """It has that value by something else that the user has told: it is not varied."""
        self.fixed[variable] = value

    def add_strategy(self, name: str, factory: StrategyFactory) -> None:
        self.strategies[name] = factory
        self.origins[name] = self.contributor

    def add_constraint(self, constraint: Expression) -> None:
        self.constraints.append(constraint)

    def add_start(self, configuration: Configuration) -> None:
        self.starts.append(configuration)

    def add_feature_reader(self, plugin: str, reader: FeatureReader) -> None:
        """For the compilers that this plugin detects."""
        self.feature_readers[plugin] = reader
