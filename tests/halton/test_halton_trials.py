"""Simulated trials: each effect, put through its study, comes back within its prior's interval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from upshift.model.halton.studies import TRIALS
from upshift.model.halton.trials import Result, run_trial, run_trials, table


@pytest.fixture(scope="module")
def results(halton: Any) -> tuple[Result, ...]:
    return run_trials(halton.model, halton.registry)


def test_every_effect_on_people_or_services_has_its_trial(halton: Any) -> None:
    tried = {trial.effect for trial in TRIALS}
    effects = {row.column for row in halton.registry.uncertain if row.name.startswith("effect ")}
    # No study stands behind these: a judgement, a decay, and visits that follow the contacts.
    untried = {
        "effect decay rate",
        "effect of collaboration on capacity",
        "effect on hospital use[sexual assault]",
        "effect on hospital use[exiting care]",
    }
    assert tried == effects - untried


def test_every_simulated_ratio_lies_within_its_prior(results: tuple[Result, ...]) -> None:
    for result in results:
        _, low, high = result.prior
        assert low <= result.after_ramp_up <= high, result
        assert low <= result.from_first_day <= high, result


def test_the_model_errs_towards_no_effect(results: tuple[Result, ...]) -> None:
    """Repeats of repeats are no exception: a ratio on the odds of another crisis acts once."""
    for result in results:
        prior, found = np.log(result.prior[0]), np.log(result.after_ramp_up)
        assert 0.5 * abs(prior) <= abs(found) + 1e-9, result
        assert abs(found) <= abs(prior) + 0.005, result


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.label)
def test_another_true_ratio_gives_another_simulated_ratio(halton: Any, trial: Any) -> None:
    """The outcome answers to the effect that the trial names."""
    row = halton.registry.row(trial.effect)

    def found(value: float) -> float:
        rows = tuple(
            replace(r, value=value) if r.column == trial.effect else r for r in halton.registry.rows
        )
        return run_trial(trial, halton.model, replace(halton.registry, rows=rows)).after_ramp_up

    assert found(row.low) < found(row.high)


def test_the_paper_shows_the_table_as_it_comes_out(
    halton: Any, results: tuple[Result, ...]
) -> None:
    text = (halton.folder / "README.md").read_text(encoding="utf-8")
    assert table(results) in text
