"""What calibration moves: model constants with wide priors, and parameters of the observations.

Every parameter lives on a scale where its prior is standard normal; ``values`` maps points of that
scale to parameter values through the registry's own quantile functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from ..model.errors import InputError, nearest
from ..model.halton import priors
from ..model.halton.registry import Registry
from .rows import Row, read_rows

Array = npt.NDArray[np.float64]
Family = Literal["lognormal", "normal", "uniform", "beta"]
Place = Literal["model", "observation"]
COLUMNS = (
    *("parameter", "place", "unit", "prior", "value", "low", "high", "minimum", "maximum"),
    "reason",
)
REACH = 7.0  # standard normal scores beyond this add nothing that a double can hold
DISCREPANCY = "discrepancy"
SEASON = ("season cosine 1", "season sine 1", "season cosine 2", "season sine 2")


@dataclass(frozen=True)
class Calibrated:
    """One parameter with its prior: ``low`` to ``high`` hold 95 % (uniform: all)."""

    name: str
    place: Place
    unit: str
    prior: Family
    value: float
    low: float
    high: float
    minimum: float
    maximum: float
    reason: str
    where: str

    def quantile(self, u: Array) -> Array:
        """Probabilities to values."""
        bounds = (self.minimum, self.maximum)
        match self.prior:
            case "lognormal":
                drawn = priors.lognormal(u, (self.value, self.low, self.high), bounds)
            case "normal":
                drawn = priors.normal(u, (self.value, self.low, self.high), bounds)
            case "uniform":
                drawn = priors.uniform(u, self.low, self.high)
            case "beta":
                size = _concentration(self.value, self.low, self.high)
                drawn = priors.beta(u, self.value, size)
        return np.clip(drawn, *bounds)


@dataclass(frozen=True)
class ParameterSet:
    """All calibrated parameters in file order."""

    rows: tuple[Calibrated, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(row.name for row in self.rows)

    @cached_property
    def model_names(self) -> tuple[str, ...]:
        """Those that are constants of the model."""
        return tuple(row.name for row in self.rows if row.place == "model")

    @cached_property
    def index(self) -> dict[str, int]:
        """Column of each parameter."""
        return {name: i for i, name in enumerate(self.names)}

    def values(self, scores: Array) -> Array:
        """Standard normal scores (point, parameter) to parameter values of the same shape."""
        u = np.clip(ndtr(np.clip(scores, -REACH, REACH)), 1e-12, 1 - 1e-12)
        columns = [row.quantile(u[:, i]) for i, row in enumerate(self.rows)]
        return np.stack(columns, axis=1)


@cache
def _concentration(mean: float, low: float, high: float) -> float:
    return priors.concentration_of(mean, low, high)


def load_parameters(path: Path, registry: Registry) -> ParameterSet:
    """Read the table and hold it against the registry.

    Raises InputError naming the row for a model parameter that the registry lacks, has in another
    unit or does not call calibrated, a prior outside the registry's bounds, or a name given twice.
    """
    rows = tuple(_parse(row, registry) for row in read_rows(path, COLUMNS))
    seen: set[str] = set()
    for item in rows:
        if item.name in seen:
            raise InputError(f"{item.where}: '{item.name}' is there twice; keep one row.")
        seen.add(item.name)
    if not any(item.place == "model" for item in rows):
        raise InputError(f"{path}: no model parameter is calibrated.")
    return ParameterSet(rows)


def _parse(row: Row, registry: Registry) -> Calibrated:
    item = Calibrated(
        name=row.text("parameter"),
        place=cast("Place", row.choice("place", get_args(Place))),
        unit=row.text("unit"),
        prior=cast("Family", row.choice("prior", get_args(Family))),
        value=row.number("value"),
        low=row.number("low"),
        high=row.number("high"),
        minimum=row.number("minimum", missing=-np.inf),
        maximum=row.number("maximum", missing=np.inf),
        reason=row.text("reason"),
        where=row.where,
    )
    _check(item)
    if item.place == "model":
        return _within_registry(item, registry)
    return item


def _check(item: Calibrated) -> None:
    if not item.low < item.high or not item.low <= item.value <= item.high:
        raise InputError(f"{item.where}: needs low <= value <= high with low < high.")
    if item.prior == "lognormal" and item.low <= 0:
        raise InputError(f"{item.where}: a lognormal needs low above 0, got {item.low:g}.")
    if item.prior == "beta":
        try:
            priors.concentration_of(item.value, item.low, item.high)
        except ValueError as error:
            raise InputError(f"{item.where}: {error}.") from None


def _within_registry(item: Calibrated, registry: Registry) -> Calibrated:
    names = {row.column: row for row in registry.rows}
    row = names.get(item.name)
    if row is None:
        raise InputError(
            f"{item.where}: the registry has no '{item.name}'.{nearest(item.name, names)}"
        )
    if row.role != "calibrated":
        raise InputError(
            f"{item.where}: the registry calls '{item.name}' {row.role}, so the record may not "
            "move it. Only rows of role 'calibrated' are fitted."
        )
    if row.unit != item.unit:
        raise InputError(
            f"{item.where}: the unit of '{item.name}' is {row.unit} in the registry, "
            f"{item.unit} here."
        )
    if row.group:
        raise InputError(
            f"{item.where}: '{item.name}' belongs to group '{row.group}' in the registry, whose "
            "rows move together; such rows cannot be calibrated one by one."
        )
    minimum, maximum = max(item.minimum, row.minimum), min(item.maximum, row.maximum)
    if item.low < minimum or item.high > maximum:
        raise InputError(
            f"{item.where}: {item.low:g} to {item.high:g} leaves the bounds of '{item.name}' in "
            f"the registry, {minimum:g} to {maximum:g}."
        )
    return replace(item, minimum=minimum, maximum=maximum)
