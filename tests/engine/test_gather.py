"""Kept of a run: chosen times, integrals, extremes, first crossings; and the interpreter."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import Kept, SimulateOptions, interpret, load_model, simulate
from upshift.model.errors import InputError

MIXED = Path(__file__).parent / "models" / "mixed.mdl"
ASKED = (
    Kept("total", "integral"),
    Kept("total", "largest"),
    Kept("inflow[south, a2]", "smallest"),
    Kept("total", "first at or above", 1000.0),
    Kept("total", "first at or below", -1.0),
)


def _values() -> dict[str, Any]:
    return {"birth rate": np.linspace(0.0, 0.2, 11)}


def test_numbers_gathered_in_the_kernel_are_those_of_the_series() -> None:
    model = load_model(MIXED)
    every = {"SAVEPER": model.model.clock.step}
    run = simulate(model, _values() | every, ["total", "inflow[south, a2]"])
    level = float(np.median(run.values[:, :, 0]))
    asked = [*ASKED[:3], Kept("total", "first at or above", level), ASKED[4]]
    kept = simulate(model, _values(), [], SimulateOptions(keep=asked, times=[])).kept
    total, inflow = run.values[:, :, 0], run.values[:, :, 1]
    step = model.model.clock.step
    np.testing.assert_allclose(kept[:, 0], total[:, :-1].sum(axis=1) * step, rtol=1e-12)
    np.testing.assert_array_equal(kept[:, 1], total.max(axis=1))
    np.testing.assert_array_equal(kept[:, 2], inflow.min(axis=1))
    reached = total >= level
    expected = np.where(reached.any(axis=1), run.time[reached.argmax(axis=1)], np.nan)
    np.testing.assert_array_equal(kept[:, 3], expected)
    assert reached.any()
    assert np.isnan(kept[:, 4]).all()


def test_outputs_are_saved_at_the_times_asked_for() -> None:
    model = load_model(MIXED)
    whole = simulate(model, _values() | {"SAVEPER": model.model.clock.step}, ["total"])
    some = [whole.time[0], whole.time[3], whole.time[-1]]
    part = simulate(model, _values(), ["total"], SimulateOptions(times=some))
    np.testing.assert_array_equal(part.time, some)
    np.testing.assert_array_equal(part.values[:, :, 0], whole.values[:, [0, 3, -1], 0])


@pytest.mark.parametrize("times", [[-1.0], [0.0, 0.0], [1e9], [0.1234567], [1.0, 0.0]])
def test_times_off_the_clock_are_refused(times: list[float]) -> None:
    with pytest.raises(InputError, match="times holds"):
        simulate(load_model(MIXED), {}, ["total"], SimulateOptions(times=times))


def test_what_is_kept_is_one_element() -> None:
    options = SimulateOptions(keep=[Kept("People", "largest")])
    with pytest.raises(InputError, match="name one of them"):
        simulate(load_model(MIXED), {}, ["total"], options)


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_model_too_large_to_compile_is_interpreted_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, method: Any
) -> None:
    model = load_model(MIXED)
    options = SimulateOptions(keep=ASKED, method=method)
    names = [n for n, v in model.variables.items() if v.kind != "constant"]
    fast = simulate(model, _values(), names, options)
    monkeypatch.setattr(interpret, "MOST_STATEMENTS", 3)
    with caplog.at_level(logging.WARNING, logger="upshift"):
        slow = simulate(model, _values(), names, options)
    assert "interpreted" in caplog.text
    np.testing.assert_allclose(slow.values, fast.values, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(slow.kept, fast.kept, rtol=1e-9)
    np.testing.assert_array_equal(slow.time, fast.time)
