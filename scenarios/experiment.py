"""Sweep files: one scenario varied along several axes, as a design of many."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .complaints import Kinds, validated
from .reading import read_yaml
from .schema import Name, Number

PointDesign = Literal["grid", "one at a time", "latin hypercube", "sobol", "table"]
MOST_POINTS = 100_000


class Span(BaseModel):
    """Values from ``from`` to ``to``. A grid takes ``steps`` of them, evenly spaced and both ends
    included; a random design takes any value between."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    low: Annotated[Number, Field(alias="from")]
    high: Annotated[Number, Field(alias="to")]
    steps: Annotated[int, Field(strict=True, ge=2, le=1000)] = 5

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.high <= self.low:
            raise ValueError(f"'to' is {self.high:g}; it must be above 'from', {self.low:g}")
        return self


Axis = Span | Annotated[list[Number], Field(min_length=1, max_length=1000)]
Part = Literal["amount", "start", "ramp", "end"]


class Vary(BaseModel):
    """What is varied: keys of levers, and settings, each over an axis."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levers: dict[str, dict[Part, Axis]] = Field(default_factory=dict)
    settings: dict[str, Axis] = Field(default_factory=dict)


class Experiment(BaseModel):
    """A design over a base scenario.

    ``grid`` crosses all axes; ``one at a time`` changes one and leaves the others as in the base;
    ``latin hypercube`` and ``sobol`` take ``points`` of them (a Sobol design of more points keeps
    the first ones); ``table`` reads points from a CSV or Parquet file beside the sweep file, one
    column an axis, named ``LEVER amount`` (start, ramp, end) or as the setting.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[Name, Field(max_length=45)]
    title: Annotated[str, Field(min_length=3, max_length=60)]
    base: Annotated[str, Field(min_length=1, max_length=1000)]
    design: PointDesign = "grid"
    points: Annotated[int | None, Field(strict=True, ge=1, le=MOST_POINTS)] = None
    seed: Annotated[int, Field(strict=True, ge=0)] = 20171101
    table: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    vary: Vary = Field(default_factory=Vary)

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        random = self.design in ("latin hypercube", "sobol")
        if random != (self.points is not None):
            raise ValueError(
                f"'points' is needed for a {self.design} design"
                if random
                else f"'points' is not used by the design '{self.design}'; leave it out"
            )
        if (self.design == "table") != (self.table is not None):
            raise ValueError("'table' names a file exactly when the design is 'table'")
        varies = bool(self.vary.settings) or any(self.vary.levers.values())
        if varies == (self.design == "table"):
            raise ValueError(
                "'vary' is not used when the points come from a table; leave it out"
                if varies
                else "'vary' is empty; name at least one lever or setting with its values"
            )
        return self


def read_experiment(path: Path) -> Experiment:
    """The sweep file at ``path``. Raises InputError with file, line and what is allowed."""
    document = read_yaml(path)
    places = {place: document.where(place) for place in document.lines}
    return validated(document, places, Experiment, Kinds((Experiment, Vary, Span)))
