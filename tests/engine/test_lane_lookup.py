"""A table gives a run the same bits wherever its neighbours in the lane read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, SimulateOptions, load_model, simulate

POINTS = ((-3.0, 2.0), (-1.0, 0.5), (0.0, 0.7), (0.25, 4.0), (2.0, -1.0), (5.5, 3.3))
CLOCK = "INITIAL TIME= 0 ~~|\nFINAL TIME= 1 ~~|\nTIME STEP= 1 ~~|\nSAVEPER= 1 ~~|\n"


def _table(count: int, folder: Path) -> CompiledModel:
    pairs = ",".join(f"({x},{y})" for x, y in POINTS[:count])
    path = folder / "table.mdl"
    path.write_text(
        f"{{UTF-8}}\ntable( {pairs} ) ~~|\nx= 1 ~~|\nread= table(x) ~~|\n"
        f"stock= INTEG(read, table(x)) ~~|\n{CLOCK}",
        encoding="utf-8",
    )
    return load_model(path)


def _expected(xs: np.ndarray, count: int) -> np.ndarray:
    points = POINTS[:count]
    values = np.full(xs.shape, points[0][1])
    for (x0, y0), (x1, y1) in pairwise(points):
        values = np.where(xs >= x0, y0 + (y1 - y0) / (x1 - x0) * (xs - x0), values)
    return np.where(xs >= points[-1][0], points[-1][1], values)


@pytest.mark.parametrize("count", [2, 6])
def test_a_table_reads_the_same_bits_whatever_the_other_runs_read(
    tmp_path: Path, count: int
) -> None:
    chance = np.random.default_rng(3)
    corners = [x + d for x, _ in POINTS for d in (-1e-9, 0.0, 1e-9)] + [-1e300, 1e300]
    apart = np.concatenate([corners, chance.uniform(-4, 7, 100)])
    model = _table(count, tmp_path)

    def read(xs: np.ndarray) -> np.ndarray:
        return simulate(model, {"x": xs}, ["read"], SimulateOptions(times=[1.0])).values[:, 0, 0]

    far = read(apart)
    beside = np.array([read(np.full(8, x))[0] for x in apart[::5]])  # all runs at one place
    sorted_order = np.argsort(apart)
    near = read(apart[sorted_order])  # most batches within one segment, some across two
    assert np.array_equal(far, _expected(apart, count))
    assert np.array_equal(far[::5], beside)
    assert np.array_equal(far[sorted_order], near)
