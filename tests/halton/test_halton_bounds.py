"""At either end of what may be set, a parameter gives a sensible run or is listed as too wide."""

from __future__ import annotations

from typing import Any

import numpy as np

from upshift.model.engine.ir import Kind
from upshift.model.errors import InputError

BATCH = 128
# One limit serves a variable's every element and cuts off its priors, so it must clear the widest
# of them; for these populations it lies beyond what the model can hold, and far beyond any draw.
TOO_WIDE = {
    ("prevalence[homelessness]", 0.5),
    ("crisis onset rate[youth mental health]", 5.0),
    ("crisis onset rate[older adult isolation]", 5.0),
}


def _ends(halton: Any) -> list[tuple[str, float]]:
    """Both finite bounds of whatever is uncertain or may be set, where they are not the default."""
    return [
        (row.column, bound)
        for row in halton.registry.rows
        if row.prior != "fixed" or row.role in ("lever", "switch")
        for bound in (row.minimum, row.maximum)
        if np.isfinite(bound) and bound != row.value
    ]


def _worst(halton: Any, cases: list[tuple[str, float]]) -> list[float]:
    """Each case's most negative stock relative to its size, with money on every lever."""
    setting = {**halton.registry.defaults(), **halton.spend(amount=1e6)}
    values: dict[str, Any] = dict(setting)
    for run, (column, bound) in enumerate(cases):
        values[column] = np.array(np.broadcast_to(values[column], len(cases)))
        values[column][run] = bound
    stocks = [name for name, v in halton.model.variables.items() if v.kind is Kind.STOCK]
    series = np.array(list(halton.run(values, *stocks).columns.values()))
    size = np.maximum(np.abs(series).max(axis=(1, 2)), 1.0)
    return [float(worst) for worst in (series.min(axis=2) / size[:, None]).min(axis=0)]


def test_both_ends_of_every_bound_give_a_sensible_run(halton: Any) -> None:
    cases = [case for case in _ends(halton) if case not in TOO_WIDE]
    assert len(cases) > 600
    for start in range(0, len(cases), BATCH):
        batch = cases[start : start + BATCH]
        for case, worst in zip(batch, _worst(halton, batch), strict=True):
            assert worst > -1e-9, case


def test_bounds_listed_as_too_wide_are_so_and_no_draw_comes_near(halton: Any) -> None:
    assert set(_ends(halton)) >= TOO_WIDE
    draws = halton.draws(4096)
    for column, bound in TOO_WIDE:
        assert draws[column].max() < 0.1 * bound, column
        try:
            (worst,) = _worst(halton, [(column, bound)])
        except InputError:
            continue  # refused, naming the variable
        assert worst < -1e-9, column
