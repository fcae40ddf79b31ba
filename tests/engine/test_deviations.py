"""The page of deviations names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS / "features" / "deviations.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.endswith("test |")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:40])
def test_every_deviation_has_a_test(row: str) -> None:
    named = re.findall(r"`([^`]+)`", row.split("|")[-2])
    assert named, row
    for name in named:
        places = (
            TESTS / "features" / name / "reference.csv",
            TESTS / "engine" / name,
            TESTS / "bad_inputs" / name,
            TESTS.parent / name,
        )
        assert any(place.is_file() for place in places), name


def test_there_are_rows() -> None:
    assert len(ROWS) > 30
