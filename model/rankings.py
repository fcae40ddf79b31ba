"""Whether options keep their order when the uncertain inputs move: ranks, not only numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import kendalltau, qmc, spearmanr

from .checks_file import ChecksFile, Ranking
from .engine import CompiledModel, simulate
from .engine.checks import CheckRow
from .errors import InputError
from .halton.registry import load_registry

Array = npt.NDArray[np.float64]
DRAWS = 64
SEED = 1


def ranking_rows(model: CompiledModel, checks: ChecksFile, registry: Path) -> Iterator[CheckRow]:
    """How often the best option stays best, and how like the orders are, over joint draws.

    There is no right answer, so the rows report and do not judge. Without a ranking in the file
    there is none. Raises InputError, also when nothing says how uncertain the inputs are.
    """
    if checks.ranking is None:
        return
    drawn = _drawn(checks.ranking, registry)
    gains = _gains(model, checks.ranking, drawn)
    central = _gains(model, checks.ranking, {})[0]
    names = list(checks.ranking.options)
    best = int(central.argmax())
    first = gains.argmax(axis=1) == best
    alike = [float(kendalltau(row, central).statistic) for row in gains]
    test, allowed = "ranking of options", "reported, not judged"
    rivals = np.delete(gains, best, axis=1).max(axis=1)
    yield CheckRow(
        test,
        f"{names[best]} comes first",
        f"in {int(first.sum())} of {DRAWS} draws",
        allowed,
        passed=True,
        note=_mover(drawn, gains[:, best] - rivals),
    )
    yield CheckRow(
        test,
        f"order of {len(names)} options",
        f"Kendall's tau {np.median(alike):.2f} (least {min(alike):.2f})",
        allowed,
        passed=True,
        note=f"against central values; median of {DRAWS} draws",
    )


def _drawn(ranking: Ranking, registry: Path) -> dict[str, Array]:
    """Joint draws (draw,) of the uncertain inputs: uniform over ranges, or from their priors."""
    if ranking.vary:
        u = qmc.Sobol(len(ranking.vary), seed=SEED).random(DRAWS)
        return {
            name: low + (high - low) * u[:, column]
            for column, (name, (low, high)) in enumerate(ranking.vary.items())
        }
    if not registry.exists():
        raise InputError(
            f"ranking: there is no {registry.name} beside the model, so nothing says how uncertain "
            "its inputs are. Give ranges under 'vary', as in {harm of waiting: [0, 0.5]}."
        )
    known = load_registry(registry)
    return known.sample(qmc.Sobol(known.dimension, seed=SEED).random(DRAWS))


def _gains(model: CompiledModel, ranking: Ranking, drawn: dict[str, Array]) -> Array:
    """How far each option moves the output in its direction (draw, option)."""

    def ends(values: dict[str, float | Array]) -> Array:
        run = simulate(model, values, [ranking.output]).values[:, -1]
        return np.asarray(run.sum(axis=1))

    sign = 1 if ranking.direction == "rises" else -1
    plain = ends({**drawn})
    found = [sign * (ends({**drawn, **option}) - plain) for option in ranking.options.values()]
    return np.stack(found, axis=1)


def _mover(drawn: dict[str, Array], lead: Array) -> str:
    """The input whose draws go most with the best option's lead."""
    strengths = {
        column: abs(float(spearmanr(values, lead).statistic))
        for column, values in drawn.items()
        if np.ptp(values) > 0
    }
    if not strengths or np.ptp(lead) == 0:
        return ""
    name = max(strengths, key=lambda column: strengths[column])
    return f"its lead goes most with {name} (rank correlation {strengths[name]:.2f})"
