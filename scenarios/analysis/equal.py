"""The same prior of an effect for every action table, to see what a ranking owes to the priors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..plan import Sampler
from ..provenance import ParameterRow

Array = npt.NDArray[np.float64]

NO_EFFECT = 1.0


@dataclass(frozen=True)
class Effects:
    """Effects of tables: ``shared`` gives, by constant, its column for every table's element;
    ``own`` are columns that some tables have and others lack."""

    shared: Mapping[str, tuple[str, ...]]
    own: tuple[str, ...]


def effects_of(rows: Sequence[ParameterRow], action_tables: Sequence[Mapping[str, str]]) -> Effects:
    """The effects of action tables in a registry: ratios of which a sceptic's share of the draws
    is exactly one, for elements of tables, and what the file of tables calls their other effects.
    """
    elements = [row["element"] for row in action_tables if row.get("element")]
    others = {
        name.strip()
        for row in action_tables
        for name in row.get("other effects", "").split(";")
        if name.strip()
    }
    drawn = [row for row in rows if row.uncertain]
    by_name: dict[str, dict[str, str]] = {}
    for row in drawn:
        if row.spike > 0 and row.element in elements:
            by_name.setdefault(row.name, {})[row.element] = row.column
    shared = {
        name: tuple(found[element] for element in elements)
        for name, found in by_name.items()
        if len(found) == len(elements)
    }
    partly = [c for name, found in by_name.items() if name not in shared for c in found.values()]
    own = [row.column for row in drawn if row.name in others and row.column not in partly]
    return Effects(shared, (*partly, *own))


@dataclass(frozen=True)
class EqualEffects:
    """A `Sampler` in which every table's effects have one prior: in each draw the tables' effects
    are dealt out anew among them, all constants of a table together; effects that only some tables
    have are none.

    Every table's prior is then the mixture of all, so that a difference between tables comes from
    whom they reach and at what cost. ``seed`` decides the dealing.
    """

    sampler: Sampler
    effects: Effects
    seed: int

    @property
    def dimension(self) -> int:
        """As the sampler's."""
        return self.sampler.dimension

    def sample(self, u: Array) -> Mapping[str, Array]:
        """Uniforms to values by name, effects dealt out."""
        drawn = dict(self.sampler.sample(u))
        draws = len(u)
        tables = max((len(columns) for columns in self.effects.shared.values()), default=0)
        generator = np.random.default_rng(self.seed)
        dealt = generator.permuted(np.tile(np.arange(tables), (draws, 1)), axis=1)
        for columns in self.effects.shared.values():
            values = np.stack([drawn[column] for column in columns], axis=1)
            mixed = np.take_along_axis(values, dealt, axis=1)
            drawn |= {column: mixed[:, at] for at, column in enumerate(columns)}
        drawn |= {column: np.full(draws, NO_EFFECT) for column in self.effects.own}
        return drawn
