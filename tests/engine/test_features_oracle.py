"""The oracle agrees with recorded references, and with PySD run live, on every feature model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import oracle
from upshift.model.engine.ir import Model
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read

FEATURES = Path(__file__).parents[1] / "features"
NAMES = sorted(path.parent.name for path in FEATURES.glob("*/model.*"))


def oracle_series(catalogue: Any, name: str, method: str) -> tuple[Model, dict[str, Any]]:
    model = lower(read(catalogue.model_path(name)))
    result = oracle.run(model, method="rk4" if method == "rk4" else "euler")
    return model, catalogue.flatten(model, result.time, result.variables)


def assert_close(got: Any, expected: Any, name: str) -> None:
    largest = np.max(np.abs(expected), initial=1e-300)
    assert got.shape == expected.shape, name
    assert np.max(np.abs(got - expected)) <= 1e-9 * largest, name


def test_there_are_enough_feature_models() -> None:
    assert len(NAMES) >= 35


@pytest.mark.parametrize("name", NAMES)
def test_oracle_equals_recorded_reference(catalogue: Any, name: str) -> None:
    reference = catalogue.read_reference(name)
    _, series = oracle_series(catalogue, name, reference.method)
    assert len(reference.series) > 1
    for column, expected in reference.series.items():
        assert_close(series[column], expected, column)


@pytest.mark.parametrize("name", NAMES)
def test_pysd_run_live_equals_oracle(catalogue: Any, name: str) -> None:
    if name in catalogue.CLOSED_FORMS:
        pytest.skip("PySD cannot run this model, or deviates: see tests/features/README.md")
    model, series = oracle_series(catalogue, name, "euler")
    witness = catalogue.pysd_run(catalogue.model_path(name), model, series["time"])
    assert set(witness) == set(series)
    for column, expected in witness.items():
        assert_close(series[column], expected, column)
