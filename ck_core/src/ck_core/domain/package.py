"""How something that is missing is installed: components of kind ``package``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ck_core.domain.component import Component
from ck_core.domain.conditions import Conditions, parse_conditions
from ck_core.domain.package_variations import variations_of
from ck_core.domain.recipe import Recipe
from ck_core.domain.recipe_reading import parse_recipe
from ck_core.domain.requirement import Requirement, parse_requirements
from ck_core.domain.version import Version, label_of


@dataclass(frozen=True, kw_only=True)
class Package:
    """A ``package`` component, read and checked (CK_FORMAT section 3).

    Attributes:
        tags: what its installation will have, its version's among them.
        soft: UID or alias of the ``soft`` that finds what was installed; may be empty.
        requirements: what its installation takes; one key, one candidate, as everywhere.
        variation: which of the component's it is; empty where it has none.
        is_usual: among variations, the one that is taken where nothing chooses.
        environment: what scripts find in theirs: CK's ``extra_env``.
        components: the same, but paths of components: variable to Cid, CK's ``ck_to_env``.
        problem: why ckp cannot install it, e.g. because it is a script of CK's; else empty.
    """

    component: Component
    product: str
    version: str
    tags: frozenset[str]
    soft: str
    requirements: tuple[Requirement, ...]
    recipe: Recipe | None
    conditions: Conditions
    priority: int = 0
    variation: str = ""
    is_usual: bool = True
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    components: Mapping[str, str] = field(default_factory=dict, hash=False)
    problem: str = ""

    @property
    def uid(self) -> str:
        """Of an installation, which it is not."""
        return ""

    @property
    def name(self) -> str:
        return self.component.alias

    @property
    def title(self) -> str:
        """For people: which it is, of which package."""
        return f"package:{self.name}" + (f" ({self.variation})" if self.variation else "")

    @property
    def label(self) -> str:
        return label_of(self.product, self.version)

    @property
    def package_names(self) -> frozenset[str]:
        return frozenset({self.component.uid, self.component.alias})


def parse_packages(component: Component) -> list[Package]:
    """The package, or each of its variations; raises BadComponentError as ``parse_package``."""
    return [
        replace(parse_package(one.component), variation=one.name, is_usual=one.is_usual)
        for one in variations_of(component)
    ]


def parse_package(component: Component) -> Package:
    """Without variations.

    Raises:
        BadComponentError: a key has a wrong type.
    """
    meta = component.meta
    version = meta.mapping("customize").text("version")
    recipe, problem = parse_recipe(component)
    return Package(
        component=component,
        product=meta.text("product") or component.alias.removesuffix(f"-{version}"),
        version=version,
        tags=component.tags | Version(version).tags,
        soft=meta.text("soft_uoa"),
        requirements=parse_requirements(meta.mapping("deps")),
        recipe=recipe,
        conditions=parse_conditions(meta),
        priority=int(meta.number("priority")),
        environment=meta.environment("extra_env"),
        components=meta.environment("ck_to_env"),
        problem=problem,
    )
