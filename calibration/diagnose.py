"""Whether draws may be trusted: R-hat, effective draws, autocorrelation, contraction.

R-hat and effective draws are ArviZ's (Vehtari et al., Bayesian Analysis 16 (2021) 667-718). R-hat
compares the ensembles, which are independent; effective draws take every walker as a chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .parameters import ParameterSet
from .sample import Draws

Array = npt.NDArray[np.float64]
HIGHEST_R_HAT = 1.01
FEWEST_EFFECTIVE = 1000
MOVED = 0.1
"""A parameter whose posterior is not at least this much narrower than its prior is assumed."""


@dataclass(frozen=True)
class ParameterCheck:
    """One parameter: quantiles of prior and posterior, and how well the posterior is known.

    ``contraction`` is 1 - (posterior sd / prior sd) on the scale of standard normal scores.
    """

    name: str
    place: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    contraction: float
    r_hat: float
    bulk: float
    tail: float

    @property
    def verdict(self) -> str:
        """'learned' or, when the record hardly moved it, 'assumed'."""
        return "learned" if self.contraction >= MOVED else "assumed"


@dataclass(frozen=True)
class Diagnosis:
    """All checks; ``autocorrelation`` is the longest integrated time in steps."""

    parameters: tuple[ParameterCheck, ...]
    autocorrelation: float
    accepted: tuple[float, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the draws may not ship; none if they may."""
        found = []
        for check in self.parameters:
            if not check.r_hat <= HIGHEST_R_HAT:
                found.append(f"{check.name}: R-hat {check.r_hat:.3f}, above {HIGHEST_R_HAT}")
            fewest = min(check.bulk, check.tail)
            if not fewest >= FEWEST_EFFECTIVE:
                found.append(f"{check.name}: {fewest:.0f} effective draws of {FEWEST_EFFECTIVE}")
        return tuple(found)


def diagnose(draws: Draws, parameters: ParameterSet) -> Diagnosis:
    """Check draws of standard normal scores."""
    from arviz_stats.base import array_stats  # noqa: PLC0415  (slow to import)

    ensembles, steps, walkers, size = draws.scores.shape
    chains = draws.scores
    axes = {"chain_axis": 0, "draw_axis": 1}
    by_walker = chains.transpose(0, 2, 1, 3).reshape(ensembles * walkers, steps, size)
    times = [float(autocorrelation(chain).max()) for chain in chains]
    thin = max(1, int(np.ceil(max(times))))
    pooled = chains[:, ::thin].reshape(ensembles, -1, size)
    r_hat = np.atleast_1d(array_stats.rhat(pooled, **axes))
    bulk = np.atleast_1d(array_stats.ess(by_walker, method="bulk", **axes))
    tail = np.atleast_1d(array_stats.ess(by_walker, method="tail", prob=(0.05, 0.95), **axes))
    ends = np.array([-1.959963984540054, 0.0, 1.959963984540054])
    prior = parameters.values(np.repeat(ends[:, None], size, axis=1))
    posterior = np.quantile(parameters.values(draws.flat), [0.025, 0.5, 0.975], axis=0)
    width = draws.flat.std(axis=0)
    checks = tuple(
        ParameterCheck(
            row.name,
            row.place,
            (float(prior[0, i]), float(prior[1, i]), float(prior[2, i])),
            (float(posterior[0, i]), float(posterior[1, i]), float(posterior[2, i])),
            1 - float(width[i]),
            float(r_hat[i]),
            float(bulk[i]),
            float(tail[i]),
        )
        for i, row in enumerate(parameters.rows)
    )
    return Diagnosis(checks, max(times), tuple(float(rate) for rate in draws.accepted))


def autocorrelation(chain: Array) -> Array:
    """Integrated autocorrelation time in steps (parameter,) of a chain (step, walker, parameter).

    Autocovariances are averaged over walkers before they are divided by the variance, so that a
    walker that never moves counts as the worst and not as none; the window is the shortest that
    holds five times (Sokal, Monte Carlo methods in statistical mechanics, 1996, section 3).
    """
    steps = len(chain)
    centred = chain - chain.mean(axis=(0, 1))
    spectrum = np.abs(np.fft.rfft(centred, n=2 * steps, axis=0)) ** 2
    covariance = np.fft.irfft(spectrum, axis=0)[:steps].mean(axis=1)
    correlation = covariance / np.maximum(covariance[0], 1e-300)
    times = 2 * np.cumsum(correlation, axis=0) - 1
    enough = np.arange(steps)[:, None] >= 5 * times
    window = np.where(enough.any(axis=0), enough.argmax(axis=0), steps - 1)
    return np.asarray(np.maximum(1.0, times[window, np.arange(times.shape[1])]))
