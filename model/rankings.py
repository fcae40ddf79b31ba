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
from .halton.registry import Registry, load_registry

Array = npt.NDArray[np.float64]
DRAWS = 64
SEED = 1


def ranking_rows(model: CompiledModel, checks: ChecksFile, registry: Path) -> Iterator[CheckRow]:
    """How often the best option stays best, and how like the orders are, over joint draws.

    There is no right answer, so the rows report and do not judge. Without a registry of priors
    beside the model, or without a ranking in the file, there is none. Raises InputError.
    """
    if checks.ranking is None or not registry.exists():
        return
    known = load_registry(registry)
    drawn = known.sample(qmc.Sobol(known.dimension, seed=SEED).random(DRAWS))
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
        note=_mover(known, drawn, gains[:, best] - rivals),
    )
    yield CheckRow(
        test,
        f"order of {len(names)} options",
        f"Kendall's tau {np.median(alike):.2f} (least {min(alike):.2f})",
        allowed,
        passed=True,
        note=f"against central values; median of {DRAWS} draws",
    )


def _gains(model: CompiledModel, ranking: Ranking, drawn: dict[str, Array]) -> Array:
    """How far each option moves the output in its direction (draw, option)."""

    def ends(values: dict[str, float | Array]) -> Array:
        run = simulate(model, values, [ranking.output]).values[:, -1]
        return np.asarray(run.sum(axis=1))

    sign = 1 if ranking.direction == "rises" else -1
    plain = ends({**drawn})
    found = [sign * (ends({**drawn, **option}) - plain) for option in ranking.options.values()]
    return np.stack(found, axis=1)


def _mover(registry: Registry, drawn: dict[str, Array], lead: Array) -> str:
    """The input whose draws go most with the best option's lead."""
    strengths = {
        row.column: abs(float(spearmanr(drawn[row.column], lead).statistic))
        for row in registry.uncertain
        if np.ptp(drawn[row.column]) > 0
    }
    if not strengths or np.ptp(lead) == 0:
        return ""
    name = max(strengths, key=lambda column: strengths[column])
    return f"its lead goes most with {name} (rank correlation {strengths[name]:.2f})"
