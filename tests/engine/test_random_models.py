"""A hundred random models, packed ten to a compilation: kernel and interpreter agree, and PySD.

``python tests/fuzz.py`` does the same for thousands.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st


def _fuzz() -> ModuleType:
    """``fuzz.py`` in the folder above."""
    name = "fuzz_for_tests"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "fuzz.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


FUZZ = _fuzz()
TEN_SEEDS = st.lists(st.integers(0, 2**48), min_size=10, max_size=10, unique=True)
SAME_EVERY_TIME = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def _text(seeds: list[int], variables: int, trusted: bool) -> str:
    drawn = [FUZZ.random_models.random_model(Random(seed), variables) for seed in seeds]
    assume(not trusted or all(model.trusted for model in drawn))
    text: str = FUZZ.random_models.pack(drawn)
    return text


@pytest.mark.slow
@settings(SAME_EVERY_TIME, max_examples=10)
@given(TEN_SEEDS)
def test_kernel_equals_interpreter_on_a_hundred_random_models(seeds: list[int]) -> None:
    text = _text(seeds, variables=6, trusted=False)
    assert not FUZZ.disagreements(text, witness=False), text


@pytest.mark.slow
@settings(SAME_EVERY_TIME, max_examples=1)
@given(TEN_SEEDS)
def test_pysd_agrees_on_ten_random_models(seeds: list[int]) -> None:
    text = _text(seeds, variables=4, trusted=True)
    assert not FUZZ.disagreements(text, witness=True), text


def test_the_comparison_notices_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    text = FUZZ.random_models.pack([FUZZ.random_models.random_model(Random(5), 1)])
    theirs = FUZZ.oracle.run

    def other(model: object) -> object:
        result = theirs(model)
        name = next(iter(result.variables))
        result.variables[name][-1] += 1e-6
        return result

    monkeypatch.setattr(FUZZ.oracle, "run", other)
    assert any(found.startswith("kernel ") for found in FUZZ.disagreements(text, witness=False))
