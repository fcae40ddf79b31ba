"""Experimental designs: evenly spread points of the unit cube, seeded and repeatable."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..model.errors import InputError
from .manifest import Design

Array = npt.NDArray[np.float64]

DEFAULT_DESIGN: Design = "latin hypercube"
"""With hundreds of inputs and hundreds of draws, pairs of Sobol axes can be correlated above 0.8,
which invents drivers; a Latin hypercube's pairs stay within the noise of independent draws."""
MOST_DRAWS = 1_000_000
_SOBOL_CELL = 2.0**-30  # scrambled Sobol points are whole multiples of this


def sample_uniforms(design: Design, draws: int, dimension: int, seed: int) -> Array:
    """``draws`` points, each strictly inside the unit cube: ``(draw, dimension)``.

    ``sobol`` is scrambled Sobol: Owen, Journal of Complexity 14 (1998) 466-489. Its first points
    are the same whatever ``draws``; the spread is best when ``draws`` is a power of two.
    ``latin hypercube`` puts one point in each of ``draws`` equal slices of every axis: McKay,
    Beckman and Conover, Technometrics 21 (1979) 239-245.
    Raises InputError when ``draws`` or ``seed`` is out of range.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise InputError(
            f"The number of draws is {draws}; it must be between 1 and {MOST_DRAWS:,}. "
            "The default is 256; for Sobol points, powers of two spread best."
        )
    if seed < 0:
        raise InputError(f"The seed is {seed}; it must be zero or a positive whole number.")
    if dimension == 0:
        return np.empty((draws, 0))
    if design == "latin hypercube":
        return _latin_hypercube(draws, dimension, seed)
    return _sobol(draws, dimension, seed)


def _sobol(draws: int, dimension: int, seed: int) -> Array:
    # Imported here because SciPy's statistics are slow to import and only sweeps need them.
    from scipy.stats import qmc  # noqa: PLC0415

    if dimension > qmc.Sobol.MAXDIM:
        raise InputError(
            f"The registry has {dimension} uncertain quantities; Sobol sequences end at "
            f"{qmc.Sobol.MAXDIM}. Use the latin hypercube design."
        )
    sequence = qmc.Sobol(dimension, scramble=True, seed=np.random.default_rng(seed))
    # A whole power of two is drawn and cut: the sequence is defined for no other number.
    points = sequence.random_base2((draws - 1).bit_length())[:draws]
    return np.asarray(points + _SOBOL_CELL / 2, dtype=np.float64)


def _latin_hypercube(draws: int, dimension: int, seed: int) -> Array:
    generator = np.random.default_rng(seed)
    slices = np.tile(np.arange(draws, dtype=np.float64)[:, None], (1, dimension))
    within = generator.uniform(0.0, 1.0, size=slices.shape)
    points = (generator.permuted(slices, axis=0) + within) / draws
    return np.clip(points, 2.0**-53, 1 - 2.0**-53)
