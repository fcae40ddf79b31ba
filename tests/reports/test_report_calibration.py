"""What a reader is told about calibration: learned, assumed, missed, and what it cannot say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html  # type: ignore[import-untyped]

from upshift.reports.render import write_report
from upshift.scenarios.store import Study

Make = Callable[[Any], Study]
FOUND = {
    "parameters": [
        {
            "name": "trend rise",
            "place": "model",
            "unit": "Dmnl",
            "prior": [0.4, 1.2, 3.6],
            "posterior": [0.9, 1.4, 2.0],
            "contraction": 0.64,
            "verdict": "learned",
        },
        {
            "name": "crisis onset rate[alcohol]",
            "place": "model",
            "unit": "1/Year",
            "prior": [0.04, 0.08, 0.16],
            "posterior": [0.04, 0.08, 0.16],
            "contraction": 0.01,
            "verdict": "assumed",
        },
    ],
    "fit": [
        {
            "series": "calls_month",
            "geography": "halton",
            "unit": "calls/month",
            "n": 30,
            "mae": 8.8,
            "mape": 0.08,
            "rmse": 11.1,
            "theil": [0.0, 0.36, 0.64],
            "coverage": [0.6, 0.87, 0.97],
            "scores": [42.0, 48.0, 41.0],
        }
    ],
    "fitted": {"n": 30, "coverage": [0.6, 0.87, 0.97]},
    "hold_outs": [
        {
            "name": "after 12 months",
            "n": 18,
            "coverage": [[0.3, 0.1], [0.7, 0.12], [0.9, None]],
            "compared": 5,
            "beats_naive": 1,
            "beats_trend": 2,
        }
    ],
    "misfits": [
        {
            "series": "poisonings",
            "geography": "halton",
            "use": "validate",
            "error": -0.31,
            "outside": 2,
            "n": 2,
            "loses_to": ["its linear trend"],
        }
    ],
    "sampler": {"r_hat": 1.002, "effective": 2400.0, "kept": 2000, "evaluations": 200000},
}


def _tree(page: Path) -> Any:
    return html.fromstring(page.read_text(encoding="utf-8"))


@pytest.fixture
def told(made: Make, world: Any, tmp_path: Path) -> str:
    study = replace(made(world(calibrated=True)), calibration=FOUND)
    tree = _tree(write_report(study, tmp_path))
    return " ".join(tree.text_content().split())


def test_learned_and_assumed_inputs_are_told_apart(told: str) -> None:
    assert "narrows 1 of 2 inputs that it may move: trend rise" in told
    assert "stay assumed: crisis onset rate (alcohol)" in told
    assert "1.4 (0.9 to 2)" in told


def test_what_calibration_cannot_say_stands_on_page_one_and_under_limits(told: str) -> None:
    assert "What programmes do is not learned from Halton" in told
    assert "nothing in Halton's record varies them" in told
    assert "Uncalibrated" not in told


def test_losing_to_a_baseline_is_said(told: str) -> None:
    assert "On 0 of the 1 series" in told
    assert "at most 1 of 5 series" in told
    assert "70 ± 12" in told


def test_misfits_are_printed(told: str) -> None:
    assert "poisonings (validate): \u221231 % over all, 2 of 2 outside" in told
    assert "predicted better by its linear trend" in told


def test_without_a_posterior_the_page_says_so(made: Make, world: Any, tmp_path: Path) -> None:
    tree = _tree(write_report(made(world()), tmp_path))
    text = " ".join(tree.text_content().split())
    assert "Not calibrated: no fit to Halton's records" in text
    assert "--from-prior" in text
