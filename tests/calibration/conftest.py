"""What the calibration tests share: the example region, and a copy of it to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from upshift.calibration.region import Region, load_region
from upshift.calibration.synthetic import EXAMPLE


@pytest.fixture(scope="session")
def seaton() -> Region:
    return load_region(EXAMPLE)


@pytest.fixture(scope="session")
def halton_region() -> Region:
    return load_region()


@pytest.fixture
def copy_of_seaton(tmp_path: Path) -> Path:
    folder = tmp_path / "seaton"
    shutil.copytree(EXAMPLE, folder)
    return folder
