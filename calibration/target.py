"""The posterior density over standard normal scores, for batches of points."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .likelihood import Likelihood
from .predict import Predictor
from .region import Region

Array = npt.NDArray[np.float64]


@dataclass
class Target:
    """Log prior plus log-likelihood. ``evaluations`` counts the points asked for."""

    region: Region
    predictor: Predictor
    likelihood: Likelihood
    evaluations: int = field(default=0)

    @property
    def dimension(self) -> int:
        """The number of calibrated parameters."""
        return len(self.region.parameters.rows)

    def __call__(self, scores: Array) -> Array:
        """Log posterior density (point,) at standard normal scores (point, parameter)."""
        self.evaluations += len(scores)
        prior = -0.5 * np.square(scores).sum(axis=1) - 0.5 * self.dimension * np.log(2 * np.pi)
        return np.asarray(prior + self.log_likelihood(scores))

    def log_likelihood(self, scores: Array) -> Array:
        """Log-likelihood (point,) of the fitted observations."""
        values = self.region.parameters.values(scores)
        expected = self.predictor(values)
        bad = ~np.isfinite(expected).all(axis=1)
        expected[bad] = 1.0
        return np.where(bad, -np.inf, self.likelihood(values, expected))


def target_of(region: Region, threads: int | None = None, weighted: bool = True) -> Target:
    """The posterior of a region given its observations of use ``fit``."""
    return Target(
        region,
        Predictor(region, region.fit, threads=threads),
        Likelihood(region, region.fit, weighted),
    )
