"""A design whose points are given: uniforms of a sensitivity design, run as a sweep's draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..plan import Sampler, SweepPlan

Array = npt.NDArray[np.float64]

MOST_RUNS_A_BLOCK = 1024


@dataclass(frozen=True)
class GivenPoints:
    """A `Sampler` that asks for no uniforms, because it has them: ``points`` (draw, dimension)."""

    sampler: Sampler
    points: Array
    dimension: int = 0

    def sample(self, u: Array) -> Mapping[str, Array]:
        """The inputs at the given points; ``u`` has as many rows, and no columns."""
        return self.sampler.sample(self.points[: len(u)])


def at_points(plan: SweepPlan, points: Array) -> SweepPlan:
    """``plan`` with its draws at ``points`` (draw, dimension) of the unit cube."""
    return replace(
        plan,
        sampler=GivenPoints(plan.sampler, np.asarray(points, dtype=np.float64)),
        draws=len(points),
        design="given points",
        block=min(MOST_RUNS_A_BLOCK, max(plan.block, 1)),
    )
