"""Files that pose an allocation problem: a budget, what it may go to, and what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...model.errors import InputError, nearest
from ..complaints import Kinds, validated
from ..economics import POLICY_START
from ..provenance import Evidence
from ..reading import Place, read_yaml
from ..schema import LAST_YEAR, MOST_CAD_A_YEAR, Name, Number
from .limits import Limits, positions_per_cad
from .objective import check_objective, check_robust
from .outcome import DEFAULT_OUTCOME

Money = Annotated[Number, Field(ge=0, le=MOST_CAD_A_YEAR)]
Year = Annotated[int, Field(strict=True, ge=POLICY_START, le=LAST_YEAR - 1)]


class Room(BaseModel):
    """What a lever must and may get, CAD a year; without a ceiling, the whole budget."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    floor: Money = 0.0
    ceiling: Money | None = None


class Starts(BaseModel):
    """The years in which a lever may start."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: Annotated[Year, Field(alias="from")] = POLICY_START
    last: Annotated[Year, Field(alias="to")] = POLICY_START

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"'to' is {self.last}; it must not come before 'from', {self.first}")
        return self


class Problem(BaseModel):
    """An allocation problem. ``budget`` is CAD a year that is exceeded in no year; ``levers`` are
    those that may get money (by default every action table's); ``hiring`` is the most new staff
    positions a year; ``objectives`` are one to three outcomes, scored as ``robust`` says."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Name
    title: Annotated[str, Field(min_length=3, max_length=60)]
    compare_with: Annotated[Name, Field(alias="compare with")] = "current-funding"
    budget: Annotated[Number, Field(gt=0, le=MOST_CAD_A_YEAR)]
    objectives: Annotated[list[str], Field(min_length=1, max_length=3)] = [DEFAULT_OUTCOME]
    robust: str = "expected"
    levers: dict[str, Room] = Field(default_factory=dict)
    starts: Starts = Starts()
    ramp: Annotated[Number, Field(ge=0, le=20)] = 1.0
    hiring: Annotated[Number, Field(gt=0)] | None = None


def read_problem(path: Path, levers: tuple[str, ...]) -> Problem:
    """The problem file at ``path``, checked against the model's ``levers``.

    Raises InputError with file, line, column and what is allowed.
    """
    document = read_yaml(path)
    places = {place: document.where(place) for place in document.marks}
    problem = validated(document, places, Problem, Kinds((Problem, Problem, Room)))
    _check_names(problem, levers, places)
    return problem


def _check_names(problem: Problem, levers: tuple[str, ...], places: Mapping[Place, str]) -> None:
    """Refuse names that there are not; ``places`` says, by path of keys, where they stand."""

    def told(place: Place, error: object) -> InputError:
        where = places.get(place)
        return InputError(f"{where}: {error}" if where else f"{error}")

    try:
        check_robust(problem.robust)
    except InputError as error:
        raise told(("robust",), error) from None
    try:
        for name in problem.objectives:
            check_objective(name)
    except InputError as error:
        raise told(("objectives",), error) from None
    if len(set(problem.objectives)) < len(problem.objectives):
        raise told(("objectives",), "An objective is named twice; name each once.")
    for name in problem.levers:
        if name not in levers:
            fault = (
                f"The model has no lever '{name}'.{nearest(name, levers)} "
                f"Levers: {', '.join(levers)}."
            )
            raise told(("levers", name), fault)


def limits_of(problem: Problem, evidence: Evidence, levers: tuple[str, ...]) -> Limits:
    """The problem's limits, checked against the model's ``levers`` and registry.

    Raises InputError for an unknown lever or objective, and for limits that nothing keeps.
    """
    _check_names(problem, levers, {})
    rooms = problem.levers or {
        row["lever"]: Room() for row in evidence.table_rows() if row.get("lever") in levers
    }
    names = tuple(rooms)
    ceilings = [
        problem.budget if room.ceiling is None else min(room.ceiling, problem.budget)
        for room in rooms.values()
    ]
    positions = np.zeros(len(names))
    if problem.hiring is not None:
        positions = positions_per_cad(names, evidence.parameter_rows())
    found = Limits(
        levers=names,
        floors=np.array([room.floor for room in rooms.values()]),
        ceilings=np.array(ceilings),
        budget=problem.budget,
        starts=(problem.starts.first, problem.starts.last),
        ramp=problem.ramp,
        positions=positions,
        hiring=problem.hiring,
    )
    found.check()
    return found
