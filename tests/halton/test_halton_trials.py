"""Simulated trials: each effect, put through its study, comes back within its prior's interval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from upshift.model.engine.order import reads
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


# Where each effect enters: one variable of one flow, and its twin in the starting state.
ENTERS = {
    "effect on escalation": {"outcome ratio of support"},
    "effect of managed alcohol": {"outcome ratio of support"},
    "effect on hospital use": {"relative hospital effect"},
    "effect on custody": {"relative custody effect"},
    "effect on shelter nights": {"people homeless"},
    "effect on homelessness entry": {"joining from exiting care"},
    "effect on relapse of follow up": {"repeat odds", "initial repeat odds"},
    "effect on reporting": {"reporting level"},
    "effect on onset of engagement": {"engaged onset", "crises per engaged person after"},
    "effect on hospital transport": {"transport multiplier"},
    "effect on arrest of mobile crisis": {"transport multiplier"},
    "effect on officer wait of protocol": {"transport multiplier"},
    "effect on repeat crises of mobile crisis": {"repeat odds"},
    "effect of collaboration on capacity": {"capacity effect of collaboration"},
    "effect on incidence of social development": {"coming to risk multiplier"},
}


def test_each_effect_enters_one_named_flow(halton: Any) -> None:
    model = halton.model.model
    entered: dict[str, set[str]] = {name: set() for name in ENTERS}
    for equation in (*model.equations, *model.flows, *model.initials):
        for reference in reads(equation.expression):
            if reference.name in entered:
                entered[reference.name].add(equation.variable)
    assert entered == ENTERS
    effects = {row.name for row in halton.registry.rows if row.name.startswith("effect o")}
    assert effects == set(ENTERS)
