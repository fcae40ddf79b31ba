"""Shared by the engine's tests: the catalogue of feature models."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FEATURES = Path(__file__).parents[1] / "features"


@pytest.fixture(scope="session")
def catalogue() -> ModuleType:
    """``tests/features/catalogue.py``: paths, references and PySD runs of the feature models."""
    spec = importlib.util.spec_from_file_location("features_catalogue", FEATURES / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["features_catalogue"] = module
    spec.loader.exec_module(module)
    return module
