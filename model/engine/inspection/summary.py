"""A model in a page: how much of what it holds, its clock, its files, and what is special."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..ir import Axis, Equation, Kind, LookupCall, Model, Reduction
from ..random_tables import STEP_KEY
from ..units import check_units
from .structure import structure

_HIDDEN = re.compile(r"_(.+?)_\d+ .*?of ")
_MADE_BY = {  # how hidden variables are called, and the functions that make them
    "smooth": "SMOOTH",
    "delay": "DELAY",
    "delay_fixed": "DELAY FIXED",
    "delay_time": "DELAY N",
    "average": "TREND or FORECAST",
    "sample": "SAMPLE IF TRUE",
    "claimed": "ALLOCATE AVAILABLE",
    "active": "ACTIVE INITIAL",
    "initial": "INITIAL",
}


@dataclass(frozen=True)
class Summary:
    """``counts`` are of kinds of variable; ``files`` were read beside the model.

    ``elements`` are those of all variables, ``equations`` those of all that is computed, and
    ``fixed`` the constants that shaped the model. ``unit_problems`` is None without any unit.
    """

    counts: tuple[tuple[str, int], ...]
    elements: int
    equations: int
    sectors: tuple[str, ...]
    features: tuple[str, ...]
    files: tuple[str, ...]
    fixed: tuple[str, ...]
    unit_problems: int | None


def summary(model: Model) -> Summary:
    """What a model holds."""
    shown = [variable for variable in model.variables if not variable.hidden]
    kinds = Counter(variable.kind for variable in shown)
    lookups = sum(not table.name.startswith("_") for table in model.tables)
    flows = sum(not name.startswith("_") for name in structure(model).flows)
    counts = [(str(kind), kinds[kind]) for kind in Kind]
    counts += [("lookup", lookups), ("flow of a stock", flows)]
    stated = any(variable.units.strip() for variable in shown)
    return Summary(
        counts=tuple((kind, number) for kind, number in counts if number),
        elements=sum(variable.size for variable in shown),
        equations=sum(_iterations(equation.axes) for equation in _computed(model)),
        sectors=tuple(dict.fromkeys(v.sector for v in shown if v.sector)),
        features=tuple(dict.fromkeys(_features(model))),
        files=tuple(Path(source).name for source in model.sources[1:]),
        fixed=model.fixed,
        unit_problems=len(check_units(model)) if stated else None,
    )


def _computed(model: Model) -> Iterator[Equation]:
    kinds = {variable.name: variable.kind for variable in model.variables}
    yield from (e for e in model.equations if kinds[e.variable] is not Kind.CONSTANT)
    yield from model.flows


def _iterations(axes: tuple[Axis, ...]) -> int:
    count = 1
    for axis in axes:
        count *= axis.size
    return count


def _features(model: Model) -> Iterator[str]:
    """What a reader would want to know of, in words."""
    if any(variable.name == STEP_KEY for variable in model.variables):
        yield "random numbers"
    made = {match[1] for v in model.variables if v.hidden and (match := _HIDDEN.match(v.name))}
    yield from (words for label, words in _MADE_BY.items() if label in made)
    if any(isinstance(e.expression, LookupCall) for e in model.equations):
        yield "lookups"
    if any(isinstance(e.expression, Reduction) for e in model.equations):
        yield "sums over subscripts"
    controls = {v.name for v in model.variables if v.kind is not Kind.CONSTANT}
    if controls & {"TIME STEP", "FINAL TIME", "SAVEPER", "INITIAL TIME"}:
        yield "a clock that changes during a run"
