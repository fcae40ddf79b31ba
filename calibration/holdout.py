"""Numbers kept back: rolling origins and one series left out at a time.

A fit without some numbers predicts them. The pandemic's amplitudes are no exception: what the
remaining numbers do not say about them comes from their priors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .explore import find_mode
from .fit_table import SeriesFit, fit_table
from .observations import Observation, year_of
from .predictive import Predictive, imitate
from .region import Region
from .sample import SamplerSettings, Shape, sample, tuned
from .target import target_of

Array = npt.NDArray[np.float64]
ORIGINS = (12, 18, 24)
REFIT = SamplerSettings(ensembles=2, walkers=128, warm_up=20, steps=60, stretch=80)


@dataclass(frozen=True)
class HoldOut:
    """One fit without some numbers, and its predictions of them.

    ``name`` says what was kept back; ``fits`` has a row a series, baselines learning from what the
    fit saw.
    """

    name: str
    predictive: Predictive
    fits: tuple[SeriesFit, ...]

    def coverage(self, level: float) -> tuple[float, float]:
        """Share of the kept-back numbers within their interval, and its standard error.

        Half-years share a discrepancy, so the error counts blocks of series and half-year as one:
        it is the larger of their own spread and that of a share of so many with one hit and one
        miss added (Agresti and Coull, American Statistician 52 (1998) 119-126), which is not zero
        when all lie inside.
        """
        inside = self.predictive.covered(level)
        blocks: dict[tuple[str, int], list[bool]] = {}
        for item, good in zip(self.predictive.items, inside, strict=True):
            half = (item.start.year * 12 + item.start.month - 3) // 6
            blocks.setdefault((item.series, half), []).append(bool(good))
        means = np.array([np.mean(block) for block in blocks.values()])
        if len(means) < 2:
            return float(inside.mean()), np.nan
        share = (means.sum() + 1) / (len(means) + 2)
        chance = np.sqrt(share * (1 - share) / (len(means) + 2))
        spread = means.std(ddof=1) / np.sqrt(len(means))
        return float(inside.mean()), float(max(spread, chance))


def origins(region: Region) -> list[tuple[str, Region]]:
    """The region cut after the first 12, 18 and 24 months of its monthly series."""
    months = [item for item in region.fit if item.unit.endswith("/month")]
    if not months:
        return []
    first = min(item.start for item in months)
    found = []
    for count in ORIGINS:
        month = first.month - 1 + count
        cut = first.replace(year=first.year + month // 12, month=month % 12 + 1)
        if any(item.start >= cut for item in months):
            found.append((f"after {count} months", region.until(year_of(cut))))
    return found


def left_out(region: Region) -> list[tuple[str, Region]]:
    """The region without each of its fitted series in turn."""
    names = dict.fromkeys(item.series for item in region.fit)
    if len(names) < 2:
        return []
    return [(f"without {name}", region.without(name)) for name in names]


def hold_out(name: str, regions: tuple[Region, Region], start: Array, seed: int) -> HoldOut:
    """Fit the second of ``regions``, a part of the first, and predict the rest.

    ``start`` are the scores of the whole fit's mode, from where the search sets out.
    """
    whole, part = regions
    target = target_of(part)
    mode = find_mode(target, target.dimension, seed, starts=1, first=start)
    shape = tuned(target, Shape(mode.scores, mode.covariance), REFIT)
    draws = sample(target, shape, REFIT)
    values = part.parameters.values(draws.flat[::8])
    kept: tuple[Observation, ...] = tuple(item for item in whole.fit if item not in set(part.fit))
    predictive = imitate(whole, kept, values, seed)
    return HoldOut(name, predictive, fit_table(predictive, part.fit))
