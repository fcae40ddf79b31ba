"""SALib, which is optional: our points of the unit cube in, its indices and intervals out.

Its samplers and analysers take a *problem*: names, bounds and groups of the axes. Everything here
is a pure function of arrays; running the model is the caller's.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from ...model.errors import InputError
from ..design import sample_uniforms

Array = npt.NDArray[np.float64]

LEVELS = 4
RESAMPLES = 1000
CONFIDENCE = 0.95
MOST_SOBOL_AXES = 20
"""Beyond, pairs of Sobol axes are too alike for some thousand points; a Latin hypercube is used."""


@dataclass(frozen=True)
class Indices:
    """Per group: ``main`` (first-order index or mean elementary effect's size), ``total``
    (total-order index, or spread of elementary effects), and half widths of 95 % intervals.

    ``total_reach`` is NaN where there is no interval (Morris' spread).
    """

    groups: tuple[str, ...]
    main: Array
    main_reach: Array
    total: Array
    total_reach: Array


def check_installed() -> None:
    """Raises InputError when SALib is absent."""
    if find_spec("SALib") is None:
        raise InputError(
            "Morris and Sobol analysis need the package SALib. Install its extra: "
            "pip install -c constraints.txt -e '.[analysis]'. Ranks from a finished sweep "
            "(upshift sensitivity FOLDER) need nothing more."
        )


def problem_of(groups: Sequence[str]) -> dict[str, Any]:
    """SALib's description of uniform axes, one entry of ``groups`` an axis."""
    return {
        "num_vars": len(groups),
        "names": [f"axis {number}" for number in range(len(groups))],
        "bounds": [[0.0, 1.0]] * len(groups),
        "groups": list(groups),
    }


def in_order(groups: Sequence[str]) -> tuple[str, ...]:
    """The groups, each once, in the order in which SALib names them: that of first appearance."""
    return tuple(dict.fromkeys(groups))


def saltelli_points(groups: Sequence[str], base: int, seed: int) -> Array:
    """Points for first and total-order indices: ``(base * (groups + 2), axis)``.

    For every base point: A, then A with each group's axes from B in turn, then B. Source: Saltelli
    et al., Computer Physics Communications 181 (2010) 259-270, table 2; the order is SALib's.
    Raises InputError when ``base`` or ``seed`` is out of range.
    """
    axes = len(groups)
    spread = "sobol" if axes <= MOST_SOBOL_AXES else "latin hypercube"
    if spread == "sobol":
        both = sample_uniforms("sobol", base, 2 * axes, seed)
    else:
        both = sample_uniforms("latin hypercube", base, 2 * axes, seed)
    first, second = both[:, :axes], both[:, axes:]
    blocks = [first]
    for name in in_order(groups):
        own = np.array([group == name for group in groups])
        blocks.append(np.where(own, second, first))
    blocks.append(second)
    return np.stack(blocks, axis=1).reshape(-1, axes)


def sobol_indices(groups: Sequence[str], outcome: Array, seed: int) -> Indices:
    """First and total-order indices of each group, with bootstrap intervals, by SALib.

    ``outcome`` has one entry a row of `saltelli_points`. Estimators: Saltelli et al. (2010) for
    the first order, Jansen, Computer Physics Communications 117 (1999) 35-43, for the total.
    """
    check_installed()
    from SALib.analyze import sobol  # noqa: PLC0415

    found = _quietly(
        sobol.analyze,
        problem_of(groups),
        _standard(outcome),
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=seed + 1,  # SALib takes a seed of 0 for none
    )
    return Indices(
        groups=in_order(groups),
        main=np.asarray(found["S1"], dtype=np.float64),
        main_reach=np.asarray(found["S1_conf"], dtype=np.float64),
        total=np.asarray(found["ST"], dtype=np.float64),
        total_reach=np.asarray(found["ST_conf"], dtype=np.float64),
    )


def morris_points(groups: Sequence[str], trajectories: int, seed: int) -> Array:
    """Trajectories of elementary effects by SALib: ``(trajectories * (groups + 1), axis)``.

    Source: Morris, Technometrics 33 (1991) 161-174; groups as in Campolongo, Cariboni and
    Saltelli, Environmental Modelling and Software 22 (2007) 1509-1518.
    """
    check_installed()
    from SALib.sample import morris  # noqa: PLC0415

    points = _quietly(
        morris.sample, problem_of(groups), trajectories, num_levels=LEVELS, seed=seed + 1
    )
    return np.asarray(points, dtype=np.float64)


def morris_indices(groups: Sequence[str], points: Array, outcome: Array, seed: int) -> Indices:
    """The mean size of elementary effects with its bootstrap interval, and their spread.

    Effects are in the unit of ``outcome`` for a move across the whole axis. A group has no spread
    (NaN): its effects have no sign.
    """
    check_installed()
    from SALib.analyze import morris  # noqa: PLC0415

    found: Mapping[str, Any] = _quietly(
        morris.analyze,
        problem_of(groups),
        points,
        np.asarray(outcome, dtype=np.float64),
        num_levels=LEVELS,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=seed + 1,
    )
    spread = np.asarray(found["sigma"], dtype=np.float64)
    return Indices(
        groups=tuple(str(name) for name in found["names"]),
        main=np.asarray(found["mu_star"], dtype=np.float64),
        main_reach=np.asarray(found["mu_star_conf"], dtype=np.float64),
        total=spread,
        total_reach=np.full(spread.shape, np.nan),
    )


def _standard(outcome: Array) -> Array:
    """The outcome with mean 0 and spread 1. Raises InputError when it does not vary."""
    values = np.asarray(outcome, dtype=np.float64)
    spread = float(values.std())
    if not np.isfinite(values).all() or spread <= 0:
        raise InputError(
            "The outcome is the same at every point, so nothing drives it. Choose another "
            "--outcome, or a scenario that changes it."
        )
    return np.asarray((values - values.mean()) / spread)


def _quietly(call: Any, *given: Any, **options: Any) -> Any:
    """Call SALib without what it says about its own future, and without a trace in NumPy's shared
    generator, which it seeds."""
    state = np.random.get_state()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call(*given, **options)
    finally:
        np.random.set_state(state)
