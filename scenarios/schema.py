"""The scenario schema: what a YAML file under ``library/`` may say."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .economics import POLICY_START

LAST_YEAR = 2045
"""The end of the policy horizon."""
MOST_CAD_A_YEAR = 100_000_000.0
"""No lever takes more: far above the whole Community Investment Fund, so a slip of the keyboard."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class Lever(BaseModel):
    """Additional spending on one lever: real CAD a year of the price year, on top of the
    comparator, from ``start``, reached in a straight line over ``ramp`` years, until ``end``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Annotated[Number, Field(ge=0, le=MOST_CAD_A_YEAR)]
    start: Annotated[Number, Field(ge=POLICY_START, le=LAST_YEAR)] = float(POLICY_START)
    ramp: Annotated[Number, Field(ge=0, le=20)] = 1.0
    end: Annotated[Number, Field(ge=POLICY_START, le=2100)] = 2100.0

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end is {self.end:g}; it must come after start, {self.start:g}")
        return self


class Scenario(BaseModel):
    """One decision, or one comparator.

    ``levers`` are keyed by the model's lever names, ``settings`` by its constants, either
    ``name`` (every element) or ``name[element]``. A scenario without ``compare with`` is a
    comparator, and spends nothing. ``order`` is where it stands in tables, for the reader.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Name
    title: Annotated[str, Field(min_length=3, max_length=90)]
    description: Annotated[str, Field(min_length=3, max_length=4000)]
    order: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 1000
    compare_with: Annotated[Name | None, Field(alias="compare with")] = None
    levers: dict[str, Lever] = Field(default_factory=dict)
    settings: dict[str, Number] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _compares_with_another(self) -> Self:
        if self.compare_with == self.name:
            raise ValueError(
                f"'compare with' is '{self.name}', the scenario itself; name its comparator, "
                "usually current-funding"
            )
        if self.compare_with is None and self.levers:
            raise ValueError(
                "'compare with' is missing; a scenario with levers names its comparator, usually "
                "current-funding"
            )
        return self

    @property
    def is_comparator(self) -> bool:
        """Whether this is what others are compared with."""
        return self.compare_with is None

    @property
    def spends(self) -> bool:
        """Whether any lever gets money."""
        return any(lever.amount > 0 for lever in self.levers.values())

    @property
    def amount(self) -> float:
        """Additional spending a year at full ramp, summed over levers, CAD of the price year."""
        return sum(lever.amount for lever in self.levers.values())


def spent_between(lever: Lever, first: float, last: float) -> float:
    """CAD a lever spends between two years, ramp and end included (undiscounted)."""

    def until(year: float) -> float:
        """Spent from the start to ``year`` if the lever never ended."""
        age = max(year - lever.start, 0.0)
        if age < lever.ramp:
            return lever.amount * age**2 / (2 * lever.ramp)
        return lever.amount * (age - lever.ramp / 2)

    return until(min(last, lever.end)) - until(min(first, lever.end))
