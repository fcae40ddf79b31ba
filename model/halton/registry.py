"""The parameter registry: one row per element of every constant in the model, with its prior.

``load_registry()`` reads and checks ``parameters.csv``; ``Registry.sample`` turns uniforms into
parameter values. Rows of one group share a quantile (they rest on one study) or, for a Dirichlet
group, are normalised to the group's total.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from ..errors import InputError, nearest
from . import priors

Array = npt.NDArray[np.float64]
Prior = Literal["fixed", "lognormal", "normal", "beta", "uniform", "triangular", "dirichlet"]
Role = Literal["calibrated", "cut", "fixed", "lever", "switch", "control"]
Grade = Literal["A", "B", "C", "D"]

COLUMNS = [
    *("name", "element", "unit", "value", "prior", "low", "high", "spike", "minimum", "maximum"),
    *("role", "group", "source", "grade", "note"),
]
NO_EFFECT = 1.0  # what a ratio is under the sceptic's spike


@dataclass(frozen=True)
class Parameter:
    """One element of one constant. ``low`` and ``high`` bound 95 % (uniform, triangular: all)."""

    name: str
    element: str
    unit: str
    value: float
    prior: Prior
    low: float
    high: float
    spike: float
    minimum: float
    maximum: float
    role: Role
    group: str
    sources: tuple[str, ...]
    grade: Grade
    note: str

    @property
    def column(self) -> str:
        """The element's name as the engine writes it: ``name[A, B]``, or ``name`` for a scalar."""
        return f"{self.name}[{self.element}]" if self.element else self.name


@dataclass(frozen=True)
class _Draw:
    """Where an uncertain row finds its uniforms, and the shape it needs (beta, Dirichlet)."""

    quantile: int
    spike: int | None
    concentration: float


@dataclass(frozen=True)
class Registry:
    """All rows in file order. Sampling is a pure function of the uniforms."""

    rows: tuple[Parameter, ...]
    _plan: Mapping[str, _Draw] = field(repr=False)
    dimension: int  # independent uniforms a draw needs

    @cached_property
    def uncertain(self) -> tuple[Parameter, ...]:
        """The rows that have a distribution."""
        return tuple(row for row in self.rows if row.prior != "fixed")

    @cached_property
    def _columns(self) -> Mapping[str, Parameter]:
        return {row.column: row for row in self.rows}

    def row(self, column: str) -> Parameter:
        """The row of an element name. Raises InputError if there is none."""
        found = self._columns.get(column)
        if found is None:
            raise InputError(f"No parameter '{column}'.{nearest(column, self._columns)}")
        return found

    def defaults(self) -> dict[str, float]:
        """The central value of every element, by element name."""
        return {row.column: row.value for row in self.rows}

    def sample(self, u: Array) -> dict[str, Array]:
        """Map uniforms (draw, dimension) in (0, 1) to values (draw,) of each uncertain element.

        No value leaves its row's bounds, which are also those that the model file states.

        Raises InputError if the shape is wrong or a uniform lies outside 0 to 1.
        """
        u = np.asarray(u, dtype=np.float64)
        if u.ndim != 2 or u.shape[1] != self.dimension:
            raise InputError(f"Need uniforms of shape (draws, {self.dimension}), got {u.shape}.")
        if not bool(np.all((u >= 0) & (u <= 1))):
            raise InputError("Uniforms must lie between 0 and 1; a quantile outside has no value.")
        u = np.clip(u, 1e-12, 1 - 1e-12)  # Sobol points include 0, where quantiles are infinite
        drawn = {row.column: self._value(row, u) for row in self.uncertain}
        for members in _groups(self.uncertain, dirichlet=True).values():
            whole = np.sum([drawn[row.column] for row in members], axis=0)
            total = sum(row.value for row in members)
            for row in members:
                drawn[row.column] = drawn[row.column] / whole * total
        return drawn

    def _value(self, row: Parameter, u: Array) -> Array:
        plan = self._plan[row.column]
        drawn = _quantile(row, u[:, plan.quantile], plan.concentration)
        if plan.spike is None:
            return drawn
        return np.where(u[:, plan.spike] < row.spike, NO_EFFECT, drawn)


def load_registry(path: Path | None = None) -> Registry:
    """Read and check a registry; the Halton model's own by default.

    Raises InputError naming the file and row of the first fault.
    """
    path = path or Path(__file__).with_name("parameters.csv")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != COLUMNS:
                raise InputError(f"{path.name}: the first row must be {','.join(COLUMNS)}.")
            rows = tuple(_parse(raw, f"{path.name} row {i}") for i, raw in enumerate(reader, 2))
    except OSError as error:
        raise InputError(f"Cannot read the registry {path}: {error.strerror}.") from error
    seen: set[str] = set()
    for i, row in enumerate(rows, 2):
        if row.column in seen:
            raise InputError(f"{path.name} row {i}: '{row.column}' appears twice; keep one row.")
        seen.add(row.column)
    plan, dimension = _plan_draws(rows, path.name)
    return Registry(rows, plan, dimension)


def _parse(raw: Mapping[str, str], where: str) -> Parameter:
    if None in raw or None in raw.values():
        raise InputError(f"{where}: wrong number of columns; quote a text that holds a comma.")

    def number(key: str, missing: float) -> float:
        text = raw[key].strip()
        if not text:
            return missing
        try:
            return float(text)
        except ValueError:
            raise InputError(f"{where}: {key} is '{text}', which is not a number.") from None

    def choice(key: str, allowed: tuple[str, ...]) -> str:
        if raw[key] not in allowed:
            raise InputError(f"{where}: {key} is '{raw[key]}'; allowed: {', '.join(allowed)}.")
        return raw[key]

    row = Parameter(
        name=raw["name"],
        element=raw["element"],
        unit=raw["unit"],
        value=number("value", np.nan),
        prior=cast("Prior", choice("prior", get_args(Prior))),
        low=number("low", np.nan),
        high=number("high", np.nan),
        spike=number("spike", 0.0),
        minimum=number("minimum", -np.inf),
        maximum=number("maximum", np.inf),
        role=cast("Role", choice("role", get_args(Role))),
        group=raw["group"],
        sources=tuple(raw["source"].split(";")),
        grade=cast("Grade", choice("grade", get_args(Grade))),
        note=raw["note"],
    )
    _check(row, where)
    return row


def _check(row: Parameter, where: str) -> None:
    """Raise InputError if the numbers of a row contradict one another."""
    if not row.name or not row.unit or not all(row.sources):
        raise InputError(f"{where}: name, unit and source must be filled in.")
    if not np.isfinite(row.value) or not row.minimum <= row.value <= row.maximum:
        raise InputError(f"{where}: value {row.value} must be finite and within its bounds.")
    if not 0 <= row.spike < 1:
        raise InputError(f"{where}: spike {row.spike} must be at least 0 and below 1.")
    if row.spike and not row.minimum <= NO_EFFECT <= row.maximum:
        raise InputError(f"{where}: a spike needs {NO_EFFECT:g}, no effect, within the bounds.")
    if row.prior == "fixed":
        return
    if not row.low < row.high or not row.low <= row.value <= row.high:
        raise InputError(f"{where}: needs low <= value <= high with low < high.")
    if row.prior == "lognormal" and row.low <= 0:
        raise InputError(f"{where}: a lognormal needs low above 0, got {row.low}.")
    if row.prior in ("beta", "dirichlet") and not (row.low >= 0 and row.high <= 1):
        raise InputError(f"{where}: a {row.prior} lives between 0 and 1.")
    if row.prior == "normal" and abs(row.low + row.high - 2 * row.value) > 1e-9 * abs(row.high):
        raise InputError(f"{where}: a normal's value must lie midway between low and high.")
    if row.prior == "dirichlet" and not row.group:
        raise InputError(f"{where}: a Dirichlet row needs the group it sums with.")


def _groups(rows: tuple[Parameter, ...], dirichlet: bool) -> dict[str, list[Parameter]]:
    found: dict[str, list[Parameter]] = defaultdict(list)
    for row in rows:
        if row.group and (row.prior == "dirichlet") == dirichlet:
            found[row.group].append(row)
    return found


def _plan_draws(rows: tuple[Parameter, ...], file: str) -> tuple[dict[str, _Draw], int]:
    """Give every uncertain row its columns of uniforms; a group shares one quantile, one spike."""
    uncertain = tuple(row for row in rows if row.prior != "fixed")
    shared = _groups(uncertain, dirichlet=False)
    sizes = {
        name: _concentration(max(members, key=lambda row: row.value), file)
        for name, members in _groups(uncertain, dirichlet=True).items()
    }
    columns: dict[tuple[str, str], int] = {}
    plan: dict[str, _Draw] = {}
    for row in uncertain:
        key = row.group if row.prior != "dirichlet" and row.group in shared else row.column
        quantile = columns.setdefault(("quantile", key), len(columns))
        spike = columns.setdefault(("spike", key), len(columns)) if row.spike else None
        size = sizes[row.group] if row.prior == "dirichlet" else np.nan
        if row.prior == "beta":
            size = _concentration(row, file)
        plan[row.column] = _Draw(quantile, spike, size)
    return plan, len(columns)


def _concentration(row: Parameter, file: str) -> float:
    try:
        return priors.concentration_of(row.value, row.low, row.high)
    except ValueError as error:
        raise InputError(
            f"{file}: '{row.column}': {error}; widen the interval or move the value."
        ) from None


def _quantile(row: Parameter, u: Array, concentration: float) -> Array:
    bounds = (row.minimum, row.maximum)
    match row.prior:
        case "lognormal":
            drawn = priors.lognormal(u, (row.value, row.low, row.high), bounds)
        case "normal":
            drawn = priors.normal(u, (row.value, row.low, row.high), bounds)
        case "uniform":
            drawn = priors.uniform(u, row.low, row.high)
        case "triangular":
            drawn = priors.triangular(u, row.value, row.low, row.high)
        case "beta":
            drawn = priors.beta(u, row.value, concentration)
        case "dirichlet":
            drawn = priors.gamma(u, row.value * concentration)
        case "fixed":
            drawn = np.full_like(u, row.value)
    if row.prior == "dirichlet":
        return drawn  # not yet a share: the group is normalised when all members are drawn
    return np.clip(drawn, row.minimum, row.maximum)
