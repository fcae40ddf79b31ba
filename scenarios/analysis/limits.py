"""What a plan may spend: a budget a year, floors, ceilings, starting years, a limit on hiring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...model.errors import InputError
from ..provenance import ParameterRow

Array = npt.NDArray[np.float64]

STEP = 1000.0
"""Amounts are whole thousands of CAD: nobody decides on less."""
STAFF_COST = "cost per staff year"
OTHER_SHARE = "non staff cost share"


@dataclass(frozen=True)
class Limits:
    """Arrays are by lever, in the order of ``levers``; amounts are CAD a year at full ramp.

    Spending never exceeds ``budget`` in any year, because no lever spends more than its amount.
    ``positions`` are new staff positions per CAD a year; in no year are more than ``hiring`` begun
    (None: no limit), a lever's being spread over its ``ramp``.
    """

    levers: tuple[str, ...]
    floors: Array
    ceilings: Array
    budget: float
    starts: tuple[int, int]
    ramp: float
    positions: Array
    hiring: float | None

    @property
    def genes(self) -> int:
        """Numbers between 0 and 1 that a plan is made of: an amount a lever, and a start where
        there is a choice."""
        return len(self.levers) * (2 if self.starts[1] > self.starts[0] else 1)

    def plan(self, genes: Array) -> Plan:
        """The allowed plan nearest in spirit to ``genes`` (gene,): too much is cut above the
        floors in proportion, a lever whose floor alone breaks the hiring limit starts later."""
        count = len(self.levers)
        amounts = self.floors + np.clip(genes[:count], 0, 1) * (self.ceilings - self.floors)
        starts = np.full(count, self.starts[0], dtype=np.int64)
        if self.genes > count:
            span = self.starts[1] - self.starts[0]
            starts = starts + np.minimum((np.clip(genes[count:], 0, 1) * (span + 1)), span).astype(
                np.int64
            )
        return self.allowed(amounts, starts)

    def allowed(self, amounts: Array, starts: npt.NDArray[np.int64]) -> Plan:
        """Amounts and starts cut to what is allowed. Raises InputError when nothing is."""
        amounts = np.clip(amounts, self.floors, self.ceilings)
        if self.hiring is not None:
            starts = self._postponed(starts)
            for year in self._years():
                begun = self._begun(starts, year)
                amounts = self._cut(amounts, begun * self.positions, self.hiring)
        amounts = self._cut(amounts, np.ones(len(amounts)), self.budget)
        amounts = np.maximum(np.floor(amounts / STEP + 1e-9) * STEP, self.floors)
        return Plan(tuple(map(float, amounts)), tuple(map(int, starts)))

    def check(self) -> None:
        """Raises InputError when the floors alone exceed the budget or the hiring limit, or a
        floor its ceiling."""
        for lever, low, high in zip(self.levers, self.floors, self.ceilings, strict=True):
            if not 0 <= low <= high:
                raise InputError(
                    f"'{lever}': the floor is {low:,.0f} CAD and the ceiling {high:,.0f}; a floor "
                    "is at least 0 and at most the ceiling."
                )
        if self.floors.sum() > self.budget:
            raise InputError(
                f"The floors add up to {self.floors.sum():,.0f} CAD a year, more than the budget "
                f"of {self.budget:,.0f}. Lower a floor or raise the budget."
            )
        if self.hiring is not None:
            self._postponed(np.full(len(self.levers), self.starts[0], dtype=np.int64))

    def _years(self) -> range:
        return range(self.starts[0], self.starts[1] + max(int(np.ceil(self.ramp)), 1))

    def _begun(self, starts: npt.NDArray[np.int64], year: int) -> Array:
        """The share of each lever's positions that is begun in a year."""
        ramp = max(self.ramp, 1.0)
        begun = np.minimum(starts + ramp, year + 1) - np.maximum(starts, year)
        return np.asarray(np.clip(begun, 0, None) / ramp)

    def _cut(self, amounts: Array, weights: Array, most: float) -> Array:
        """Amounts cut above their floors in one proportion, so that their weighted sum fits."""
        above = amounts - self.floors
        room = most - float(weights @ self.floors)
        wanted = float(weights @ above)
        if wanted <= room:
            return amounts
        share = max(room, 0.0) / wanted
        return np.where(weights > 0, self.floors + share * above, amounts)

    def _postponed(self, starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Starts moved to the nearest years in which the floors can be hired for."""
        first, last = self.starts
        most = np.inf if self.hiring is None else self.hiring
        taken = dict.fromkeys(self._years(), 0.0)
        moved = starts.copy()
        for lever in np.argsort(starts, kind="stable"):
            own = self.positions[lever] * self.floors[lever]
            years = sorted(range(first, last + 1), key=lambda year: abs(year - starts[lever]))
            for year in years:
                begun = {at: own * self._share(year, at) for at in taken}
                if all(taken[at] + begun[at] <= most + 1e-9 for at in taken):
                    break
            else:
                raise InputError(
                    f"The floor of '{self.levers[lever]}' needs {own:.1f} new positions, which the "
                    f"hiring limit of {most:g} a year leaves no room for until {last}. "
                    "Lower a floor, raise the limit, or let levers start later."
                )
            moved[lever] = year
            taken = {at: taken[at] + begun[at] for at in taken}
        return moved

    def _share(self, start: int, year: int) -> float:
        return float(self._begun(np.array([start], dtype=np.int64), year)[0])


@dataclass(frozen=True)
class Plan:
    """Amounts (CAD a year) and starting years by lever."""

    amounts: tuple[float, ...]
    starts: tuple[int, ...]

    @property
    def total(self) -> float:
        """CAD a year once every lever is at its full amount."""
        return sum(self.amounts)


def positions_per_cad(levers: Sequence[str], registry: Sequence[ParameterRow]) -> Array:
    """New staff positions per CAD a year, by lever, from the registry's central values.

    ``(1 - share of other costs) / cost per staff year``. Raises InputError for a lever without.
    """
    values: Mapping[str, float] = {row.column: row.value for row in registry}
    found = []
    for lever in levers:
        cost = values.get(f"{STAFF_COST}[{lever}]", values.get(STAFF_COST, 0.0))
        if cost <= 0:
            raise InputError(
                f"The registry has no '{STAFF_COST}' for '{lever}', so a hiring limit cannot be "
                "kept. Leave out 'hiring', or that lever."
            )
        other = values.get(f"{OTHER_SHARE}[{lever}]", values.get(OTHER_SHARE, 0.0))
        found.append((1 - other) / cost)
    return np.array(found)
