"""Where the posterior's mode is, and what the record can tell apart.

Everything happens on the scale of standard normal scores, where the prior's information matrix is
the identity: an eigenvalue of the likelihood's information above 1 is a direction in which the
record says more than the prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from ..model.errors import InputError

Array = npt.NDArray[np.float64]
Density = Callable[[Array], Array]
GRADIENT_STEP, CURVATURE_STEP = 1e-4, 2e-2
BATCH = 256
IMPOSSIBLE = 1e10  # the loss at a point that the record does not allow


@dataclass(frozen=True)
class Mode:
    """The best of several searches, and the posterior's shape there.

    ``scores`` (parameter,); ``covariance`` (parameter, parameter) is the inverse of the curvature;
    ``information`` holds the eigenvalues of the likelihood's information matrix, largest first, and
    ``directions`` their vectors as columns; ``peaks`` the log density every start ended with.
    """

    scores: Array
    log_density: float
    covariance: Array
    information: Array
    directions: Array
    peaks: tuple[float, ...]

    @property
    def deviations(self) -> Array:
        """Standard deviation of each parameter in the normal approximation."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def informed(self) -> int:
        """Number of directions in which the record says more than the prior."""
        return int((self.information > 1).sum())


@dataclass(frozen=True)
class Profile:
    """The density along one parameter with all others at their best: drops from the mode.

    ``offsets`` are in posterior standard deviations; for a normal posterior the drop is
    ``offsets**2 / 2``.
    """

    name: str
    offsets: Array
    drops: Array


def find_mode(
    density: Density, dimension: int, seed: int, starts: int = 4, first: Array | None = None
) -> Mode:
    """Climb from ``first`` (the prior's centre by default) and from random points; keep the best.

    Raises InputError when no start reaches a finite density, or the best is no maximum.
    """
    generator = np.random.default_rng(seed)
    centre = np.zeros(dimension) if first is None else first
    beginnings = np.vstack([centre, generator.normal(0, 0.7, (starts - 1, dimension))])
    ends = [_climb(density, start) for start in beginnings]
    peaks = tuple(float(value) for _, value in ends)
    if max(peaks) <= -IMPOSSIBLE:
        raise InputError(
            "No start reaches a point that the record allows. Usual causes: a series observes the "
            "wrong variable, a wrong unit, or a prior far from the record."
        )
    best = ends[int(np.argmax(peaks))][0]
    curvature = _curvature(density, best)
    values, vectors = np.linalg.eigh(curvature)
    # A mode on a ridge can look flat to finite differences; the prior bends by 1 everywhere.
    values = np.maximum(values, 0.05)
    covariance = (vectors / values) @ vectors.T
    order = np.argsort(values)[::-1]
    return Mode(
        best,
        max(peaks),
        (covariance + covariance.T) / 2,
        values[order] - 1,
        vectors[:, order],
        peaks,
    )


def profile(density: Density, mode: Mode, columns: dict[str, int]) -> tuple[Profile, ...]:
    """The density along parameters (name to column), the others re-optimised.

    The start is the normal approximation's conditional mode; two Newton steps with its curvature
    follow.
    """
    offsets = np.array([-2.0, -1.0, 1.0, 2.0])
    found = []
    for name, column in columns.items():
        others = np.delete(np.arange(len(mode.scores)), column)
        slope = mode.covariance[:, column] / mode.covariance[column, column]
        points = mode.scores + np.outer(offsets * mode.deviations[column], slope)
        inner = np.linalg.inv(np.linalg.inv(mode.covariance)[np.ix_(others, others)])
        best = density(points)
        for _ in range(2):
            slopes = np.stack([_gradient(density, point) for point in points])
            moved = points.copy()
            moved[:, others] += np.clip(slopes[:, others] @ inner, -0.5, 0.5)
            now = density(moved)
            points = np.where((now > best)[:, None], moved, points)
            best = np.maximum(now, best)
        found.append(Profile(name, offsets, mode.log_density - best))
    return tuple(found)


def _climb(density: Density, start: Array) -> tuple[Array, float]:
    def loss(point: Array) -> tuple[float, Array]:
        value = float(density(point[None, :])[0])
        if not np.isfinite(value):
            return IMPOSSIBLE, np.zeros_like(point)
        return -value, -_gradient(density, point)

    bounds = [(-6.0, 6.0)] * len(start)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200}
    )
    return np.asarray(found.x), -float(found.fun)


def _gradient(density: Density, point: Array) -> Array:
    moves = np.eye(len(point)) * GRADIENT_STEP
    values = density(np.concatenate([point + moves, point - moves]))
    up, down = values[: len(point)], values[len(point) :]
    slope = (up - down) / (2 * GRADIENT_STEP)
    return np.where(np.isfinite(slope), slope, 0.0)


def _curvature(density: Density, point: Array) -> Array:
    """Negative second derivatives by central differences, in batches."""
    size, h = len(point), CURVATURE_STEP
    pairs = [(i, j) for i in range(size) for j in range(i + 1)]
    signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
    points = np.repeat(point[None, :], 4 * len(pairs), axis=0)
    for row, (i, j) in enumerate(pairs):
        for k, (a, b) in enumerate(signs):
            points[4 * row + k, i] += a * h
            points[4 * row + k, j] += b * h
    values = np.concatenate(
        [density(points[i : i + BATCH]) for i in range(0, len(points), BATCH)]
    ).reshape(-1, 4)
    if not np.isfinite(values).all():
        raise InputError("The density is not finite beside its mode: a prior reaches too far.")
    second = (values[:, 0] - values[:, 1] - values[:, 2] + values[:, 3]) / (4 * h * h)
    curvature = np.zeros((size, size))
    for (i, j), value in zip(pairs, second, strict=True):
        curvature[i, j] = curvature[j, i] = -value
    return curvature
