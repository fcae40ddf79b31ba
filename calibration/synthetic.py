"""Made-up records: what a region would have seen if its parameters were known.

``python -m upshift.calibration.synthetic`` prints the observations of the example region, as they
ship, made from ``TRUTH``.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .observations import COLUMNS, Observation
from .predictive import imitate
from .region import Region, load_region

Array = npt.NDArray[np.float64]
EXAMPLE = Path(__file__).with_name("example")
SEED = 11
TRUTH: Mapping[str, float] = {
    "becoming homeless rate": 0.0045,
    "calls per resident": 0.008,
    "calls per homeless person": 1.8,
    "trend rise": 0.45,
    "shock amplitude": -0.2,
    "spread monthly": 0.06,
    "spread yearly": 0.04,
    "discrepancy": 0.02,
    "wider wording": 1.08,
    "season cosine 1": -0.04,
    "season sine 1": 0.02,
    "season cosine 2": 0.0,
    "season sine 2": 0.0,
}
"""What the example's record was made with; a calibration should find it again."""


def made_up(region: Region, values: Array, seed: int) -> Region:
    """The region with its compared observations replaced by an imitated record.

    ``values`` (parameter,) are the truth. Rounded values are rounded, bounds become exact.
    """
    compared = region.fit + region.validate
    drawn = imitate(region, compared, values[None, :], seed).imitated[0]
    new = {
        item: replace(item, value=_as_printed(item, float(value)))
        for item, value in zip(compared, drawn, strict=True)
    }
    return replace(region, observations=tuple(new.get(item, item) for item in region.observations))


def _as_printed(item: Observation, value: float) -> float:
    if item.bound == "rounded":
        return float(item.step * round(value / item.step))
    return float(round(value)) if item.error in ("count", "level") else value


def main() -> None:
    """Print the example's observations."""
    region = load_region(EXAMPLE)
    truth = np.array([TRUTH[name] for name in region.parameters.names])
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in made_up(region, truth, SEED).observations:
        cells = [getattr(item, column) for column in COLUMNS]
        writer.writerow(
            [f"{cell:g}" if isinstance(cell, float) and cell else cell or "" for cell in cells]
        )


if __name__ == "__main__":
    main()
