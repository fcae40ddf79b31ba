"""Runs use the posterior beside the model, refuse one that is stale, and say when there is none."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from upshift.model.engine import load_model
from upshift.model.errors import InputError
from upshift.model.halton.posterior import (
    POSTERIOR_NAME,
    Posterior,
    model_digest,
    posterior_bytes,
    registry_digest,
)
from upshift.model.halton.registry import load_registry
from upshift.model.halton.tables import NewTable, open_table
from upshift.scenarios.installed import SweepSettings, halton_plan
from upshift.scenarios.plan import sample_draws
from upshift.scenarios.spec import load_scenarios
from upshift.scenarios.sweep import run_sweep
from upshift.scenarios.vocabulary import INSTALLED

RISE, SCALE = "trend rise", "calls at start[suicide]"


@pytest.fixture(name="home")
def home_fixture(tmp_path: Path) -> Path:
    """A copy of the model's folder with a posterior of two inputs, tied to one another."""
    home = tmp_path / "home"
    shutil.copytree(INSTALLED, home, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.mdl"))
    shutil.copy(INSTALLED / "halton.mdl", home)
    rise = np.linspace(1.1, 1.6, 200)
    about = {
        "model": model_digest(load_model(home / "halton.mdl")),
        "registry": registry_digest(load_registry(home / "parameters.csv")),
        "data": "0" * 64,
        "results": json.dumps({"parameters": []}),
    }
    posterior = Posterior((RISE, SCALE), np.column_stack([rise, 500 / (1 + rise)]), about)
    (home / POSTERIOR_NAME).write_bytes(posterior_bytes(posterior))
    return home


def test_draws_come_from_the_posterior_and_stay_together(home: Path) -> None:
    plan = halton_plan((), SweepSettings(draws=100, folder=home))
    draws = sample_draws(plan)
    np.testing.assert_allclose(draws[SCALE] * (1 + draws[RISE]), 500)
    assert draws[RISE].nunique() == 100, "one stretch of the posterior a draw"
    prior = sample_draws(halton_plan((), SweepSettings(draws=100, folder=home, from_prior=True)))
    assert prior[RISE].min() < 1.1
    assert list(prior.columns) == list(draws.columns)


def test_a_study_says_what_it_rests_on(home: Path, tmp_path: Path) -> None:
    chosen = load_scenarios(["crisis-response"])
    settings = SweepSettings(draws=4, folder=home)
    study = run_sweep(halton_plan(chosen, settings), tmp_path / "study")
    assert study.manifest.calibrated
    assert study.calibration == {"parameters": []}
    assert len(study.manifest.posterior_digest) == 64
    plain = replace(settings, from_prior=True)
    with pytest.raises(InputError, match="differs in the posterior"):
        run_sweep(halton_plan(chosen, plain), tmp_path / "study")
    other = run_sweep(halton_plan(chosen, plain), tmp_path / "other")
    assert not other.manifest.calibrated
    assert other.calibration == {}


def test_a_stale_or_damaged_posterior_is_refused_with_the_cure(home: Path) -> None:
    registry = home / "parameters.csv"
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace("Dmnl,1.42,", "Dmnl,1.43,", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"another registry.*upshift calibrate.*--from-prior"):
        halton_plan((), SweepSettings(folder=home))
    halton_plan((), SweepSettings(folder=home, from_prior=True))
    registry.write_text(text, encoding="utf-8")
    path = home / POSTERIOR_NAME
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match=r"damaged.*--from-prior"):
        halton_plan((), SweepSettings(folder=home))


def test_a_study_carries_the_checks_of_its_own_model_alone(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen, settings = load_scenarios(["crisis-response"]), SweepSettings(draws=4, folder=home)
    study = run_sweep(halton_plan(chosen, settings), tmp_path / "study")
    assert study.checks is not None
    assert {check.verdict for check in study.checks.checks} == {"pass", "miss, known"}
    registry = home / "parameters.csv"
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace("Dmnl,1.42,", "Dmnl,1.43,", 1), encoding="utf-8")
    with caplog.at_level(logging.WARNING, "upshift"):
        plan = halton_plan(chosen, replace(settings, from_prior=True))
    assert "record them again with: upshift check" in caplog.text
    assert not plan.evidence.checks
    (home / "checks.csv").write_text("what,ever\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no table of checks.*upshift check"):
        halton_plan(chosen, replace(settings, from_prior=True))


def test_a_model_with_another_table_is_uncalibrated_and_says_so(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The posterior is one of the model it was made with, so a new model goes without."""
    to = tmp_path / "opened"
    open_table(home, to, NewTable("opioids", "alcohol", 2028))
    with caplog.at_level(logging.INFO, "upshift"):
        plan = halton_plan((), SweepSettings(draws=8, folder=to))
    assert not plan.evidence.posterior
    assert "Uncalibrated: every input is drawn from its prior" in caplog.text
    assert "prevalence[opioids]" in sample_draws(plan)
