"""Whether the machinery works: calibration checked by simulation.

Parameters are drawn from their priors, a record is made up from them, and the record is calibrated.
If prior, likelihood and sampler belong together, the rank of each true value among its posterior
draws is uniform (Talts et al., arXiv 1804.06788). Press records weigh like any other here: a
likelihood with weights is no probability of records, so it has no such property.

``python -m upshift.calibration.simulated --replications 200 --to FOLDER`` does it for the example
region.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import chisquare

from ..model.errors import InputError
from .draw_ranks import draw_ranks
from .explore import find_mode
from .output import csv_bytes, write_bytes
from .region import Region, load_region
from .sample import SamplerSettings, Shape, sample, tuned
from .synthetic import EXAMPLE, made_up
from .target import target_of

Array = npt.NDArray[np.float64]
KEPT = 99  # posterior draws that a true value is ranked among: 100 ranks
BINS = 10
SMALLEST_P = 0.01  # of the least uniform parameter, after allowing for their number
SETTINGS = SamplerSettings(ensembles=2, walkers=64, warm_up=40, steps=60, stretch=100)
SEED = 20250409
log = logging.getLogger("upshift")


@dataclass(frozen=True)
class Ranks:
    """``ranks[replication, parameter]``, from 0 to 99: how many of 99 draws lie below the truth."""

    names: tuple[str, ...]
    ranks: npt.NDArray[np.int64]

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Ranks in ten bins of equal width (parameter, bin)."""
        bins = self.ranks * BINS // (KEPT + 1)
        return np.stack([np.bincount(column, minlength=BINS) for column in bins.T])

    @cached_property
    def chances(self) -> Array:
        """Chance of counts at least this uneven (parameter,) if ranks are uniform: chi-squared."""
        return np.array([chisquare(row).pvalue for row in self.counts])

    @property
    def uniform(self) -> bool:
        """Whether even the least uniform parameter is believable (Bonferroni)."""
        return bool(self.chances.min() * len(self.names) >= SMALLEST_P)

    def covered(self, level: float) -> Array:
        """Share of true values within their central posterior intervals (parameter,)."""
        tail = (1 - level) / 2
        place = (self.ranks + 0.5) / (KEPT + 1)
        return np.asarray(((place > tail) & (place < 1 - tail)).mean(axis=0))


def simulated(
    region: Region,
    replications: int,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> Ranks:
    """Draw, make up, calibrate and rank. Raises InputError for fewer than two replications."""
    if replications < 2:
        raise InputError(f"{replications} replications say nothing; give 20, better 200.")
    found = []
    for number in range(replications):
        if progress is not None:
            progress(number, replications)
        found.append(_rank(region, seed + 1000 * number))
    return Ranks(region.parameters.names, np.stack(found))


def _rank(region: Region, seed: int) -> npt.NDArray[np.int64]:
    size = len(region.parameters.rows)
    truth = np.random.default_rng(seed).standard_normal(size)
    record = made_up(region, region.parameters.values(truth[None, :])[0], seed + 1)
    target = target_of(record, threads=1, weighted=False)
    mode = find_mode(target, size, seed + 2, starts=1)
    settings = SamplerSettings(**{**vars(SETTINGS), "seed": seed + 3})
    shape = tuned(target, Shape(mode.scores, mode.covariance), settings)
    flat = sample(target, shape, settings).flat
    kept = flat[np.linspace(0, len(flat) - 1, KEPT).round().astype(np.int64)]
    return np.asarray((kept < truth).sum(axis=0))


def ranks_table(ranks: Ranks) -> bytes:
    """A CSV row a parameter: counts by bin, their chance under uniformity, coverage."""
    head = [f"ranks_{10 * i}_to_{10 * i + 9}" for i in range(BINS)]
    shares = np.column_stack([ranks.covered(level) for level in (0.5, 0.8, 0.95)])
    rows = (
        (name, *map(int, counts), float(chance), *map(float, covered))
        for name, counts, chance, covered in zip(
            ranks.names, ranks.counts, ranks.chances, shares, strict=True
        )
    )
    return csv_bytes(("parameter", *head, "chance", "covered_50", "covered_80", "covered_95"), rows)


def _tell(done: int, total: int) -> None:
    if done % 20 == 0:
        log.info("Replications: %d of %d", done, total)


def main() -> None:
    """Print the table for the example region; with ``--to``, write it and the histograms."""
    parser = argparse.ArgumentParser(description="Calibration checked by simulation.")
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--to", type=Path)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    ranks = simulated(load_region(EXAMPLE), given.replications, progress=_tell)
    table = ranks_table(ranks)
    print(table.decode(), end="")  # noqa: T201
    print(f"Ranks are {'' if ranks.uniform else 'not '}uniform.")  # noqa: T201
    if given.to is not None:
        write_bytes(given.to / "ranks.csv", table)
        for name, content in draw_ranks(ranks.names, ranks.counts, ranks.uniform).items():
            write_bytes(given.to / name, content)


if __name__ == "__main__":
    main()
