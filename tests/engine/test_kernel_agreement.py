"""The compiled kernel, the slow oracle and PySD tell the same story of the same file."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, SimulateOptions, load_model, oracle, simulate

FEATURES = Path(__file__).parent.parent / "features"
MIXED = Path(__file__).parent / "models" / "mixed.mdl"


def _catalogue() -> ModuleType:
    name = "feature_catalogue_for_kernel"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FEATURES / "catalogue.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def _paths() -> list[Path]:
    return [*sorted(FEATURES.glob("*/model.*")), MIXED]


def _largest_gap(model: CompiledModel, method: str) -> tuple[float, str]:
    """The largest difference over all variables and times, relative to each variable's size."""
    names = list(model.variables)
    options = SimulateOptions(method="rk4" if method == "rk4" else "euler")
    kernel = simulate(model, {}, names, options)
    slow = oracle.run(model.model, {}, method=options.method)
    np.testing.assert_array_equal(kernel.time, slow.time)
    worst, where, column = 0.0, "", 0
    for name in names:
        size = model.variables[name].size
        fast = kernel.values[0, :, column : column + size]
        column += size
        right = np.broadcast_to(slow.variables[name].reshape(len(slow.time), -1), fast.shape)
        gap = float(np.abs(fast - right).max()) / max(float(np.abs(right).max()), 1e-300)
        if gap > worst:
            worst, where = gap, name
    return worst, where


@pytest.mark.parametrize("path", _paths(), ids=lambda path: path.parent.name)
def test_kernel_equals_oracle_on_every_variable(path: Path) -> None:
    gap, where = _largest_gap(load_model(path), "euler")
    assert gap < 1e-9, where


@pytest.mark.parametrize("name", ["predator_prey", "smooth", "nested_dynamic", "sums"])
def test_kernel_equals_oracle_with_runge_kutta(name: str) -> None:
    gap, where = _largest_gap(load_model(_catalogue().model_path(name)), "rk4")
    assert gap < 1e-9, where


def test_kernel_equals_the_recorded_reference_of_each_feature() -> None:
    catalogue = _catalogue()
    for name in catalogue.names():
        model = load_model(catalogue.model_path(name))
        reference = catalogue.read_reference(name)
        columns = [c for c in reference.series if c != "time"]
        options = SimulateOptions(method="rk4" if reference.method == "rk4" else "euler")
        run = simulate(model, {}, columns, options)
        for position, column in enumerate(columns):
            expected = reference.series[column]
            scale = max(float(np.abs(expected).max()), 1e-300)
            gap = np.abs(run.values[0, :, position] - expected).max() / scale
            assert gap < 1e-9, f"{name}: {column}"


def test_halving_the_step_shrinks_the_error_by_the_order_of_the_method() -> None:
    """Euler's error falls with the step, RK4's with its fourth power (dx/dt = x)."""
    model = load_model(_catalogue().model_path("decay"))
    stock = next(v.name for v in model.variables.values() if v.kind == "stock")
    errors: dict[str, list[float]] = {"euler": [], "rk4": []}
    for method, gaps in errors.items():
        options = SimulateOptions(method="rk4" if method == "rk4" else "euler")
        fine = simulate(model, {"TIME STEP": 1 / 512}, [stock], SimulateOptions(method="rk4"))
        for step in (1 / 4, 1 / 8):
            run = simulate(model, {"TIME STEP": step}, [stock], options)
            gaps.append(float(np.abs(run.values[0, -1] - fine.values[0, -1]).max()))
    assert errors["euler"][0] / errors["euler"][1] == pytest.approx(2, rel=0.2)
    assert errors["rk4"][0] / errors["rk4"][1] == pytest.approx(16, rel=0.3)
