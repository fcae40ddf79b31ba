"""Sweep files: one scenario varied along several axes, as a design of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..model.errors import InputError
from .complaints import Kinds, validated
from .named import Section, constants_of
from .reading import Place, read_yaml
from .schema import Lever, Name, Number
from .spec import load_scenario
from .vocabulary import Vocabulary

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
    """What is varied: keys of levers, futures, policy switches and settings, each over an axis."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levers: dict[str, dict[Part, Axis]] = Field(default_factory=dict)
    futures: dict[str, Axis] = Field(default_factory=dict)
    policy: dict[str, Axis] = Field(default_factory=dict)
    settings: dict[str, Axis] = Field(default_factory=dict)

    @property
    def named(self) -> dict[Section, dict[str, Axis]]:
        """The axes over named futures and policy switches."""
        return {"futures": self.futures, "policy": self.policy}


class Experiment(BaseModel):
    """A design over a base scenario.

    ``grid`` crosses all axes; ``one at a time`` changes one and leaves the others as in the base;
    ``latin hypercube`` and ``sobol`` take ``points`` of them (a Sobol design of more points keeps
    the first ones); ``table`` reads points from a CSV or Parquet file beside the sweep file, one
    column an axis, named ``LEVER amount`` (start, ramp, end) or as the future, switch or setting.
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
        vary = self.vary
        varies = any((*vary.levers.values(), *vary.named.values(), vary.settings))
        if varies == (self.design == "table"):
            raise ValueError(
                "'vary' is not used when the points come from a table; leave it out"
                if varies
                else "'vary' is empty; name at least one lever, future or setting with its values"
            )
        return self


def read_experiment(path: Path, vocabulary: Vocabulary) -> Experiment:
    """The sweep file at ``path``, every name and value in it checked against the model's.

    Raises InputError with file, line, column and what is allowed.
    """
    document = read_yaml(path)
    places = {place: document.where(place) for place in document.marks}
    experiment = validated(document, places, Experiment, Kinds((Experiment, Vary, Span)))
    for place, check in _checks(experiment, path.parent, vocabulary):
        try:
            check()
        except InputError as error:
            raise InputError(f"{document.where(place)}: {error}") from None
    return experiment


def beside(folder: Path, name: str) -> str | Path:
    """A scenario that a file in ``folder`` names: of the library, or a file beside that file."""
    return folder / name if name.endswith((".yaml", ".yml")) else name


def _checks(
    experiment: Experiment, folder: Path, vocabulary: Vocabulary
) -> Iterator[tuple[Place, Callable[[], object]]]:
    """What must hold of the names and values of a sweep file, and the keys at which they stand."""
    yield ("base",), partial(load_scenario, beside(folder, experiment.base), vocabulary)
    vary = experiment.vary
    for lever, parts in vary.levers.items():
        yield ("vary", "levers", lever), partial(vocabulary.check_lever, lever)
        for part, axis in parts.items():
            for value in _ends(axis):
                yield ("vary", "levers", lever, part), partial(_check_part, part, value)
    for section, axes in vary.named.items():
        for name, axis in axes.items():
            for value in _ends(axis):
                yield ("vary", section, name), partial(constants_of, section, name, value)
    for name, axis in vary.settings.items():
        for value in _ends(axis):
            yield ("vary", "settings", name), partial(vocabulary.check_setting, name, value)


def _ends(axis: Axis) -> tuple[float, float]:
    return (axis.low, axis.high) if isinstance(axis, Span) else (min(axis), max(axis))


def _check_part(part: Part, value: float) -> None:
    """Raises InputError for a value that no lever takes."""
    try:
        Lever.model_validate({"amount": 0.0} | {part: value})
    except ValidationError as error:
        raise InputError(f"{part}: {error.errors()[0]['msg']}, found {value:g}.") from None
