"""What a plan is chosen for: objectives over draws, and robust scores of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from ...model.errors import InputError, nearest
from .. import economics
from ..economics import HORIZONS
from ..store import Study
from .outcome import outcome_names, outcome_unit, outcome_values, outcome_years

Array = npt.NDArray[np.float64]
Robust = Literal["expected", "cvar 90", "regret"]

GAP = "gap closed between populations"
ONSETS, PEOPLE = "cumulative crisis onsets", "people by zone and population"
TAIL = 0.1
PER_PEOPLE = 1000.0
RESAMPLES = 400


def objective_names() -> tuple[str, ...]:
    """Every outcome, and the gap between populations closed."""
    return (*outcome_names(), *(f"{GAP}, {years} years" for years in HORIZONS[::-1]))


def check_objective(name: str) -> str:
    """``name``. Raises InputError for one that is unknown, and for any by municipality: those
    results are allocated by population and age, not observed."""
    if "municipal" in name.lower():
        raise InputError(
            f"'{name}' is by municipality. Results by municipality are allocated by population and "
            "age, not observed, so no plan is chosen for them. Choose one for the Region."
        )
    known = objective_names()
    if name not in known:
        raise InputError(
            f"There is no objective '{name}'.{nearest(name, known)} Objectives: {'; '.join(known)}."
        )
    return name


def objective_unit(name: str) -> str:
    """The unit of an objective."""
    return "crises per 1,000 people a year" if name.startswith(GAP) else outcome_unit(name)


def objective_outputs(names: Sequence[str]) -> tuple[str, ...]:
    """The model variables that objectives need beyond those of every narrow sweep."""
    return (PEOPLE,) if any(name.startswith(GAP) for name in names) else ()


def objective_values(study: Study, scenario: str, name: str) -> Array:
    """An objective of a policy against its comparator: ``(draw,)``, more is better."""
    if not name.startswith(GAP):
        return outcome_values(study, scenario, name)
    comparator = study.scenario(scenario).compare_with
    year = study.manifest.policy_start + outcome_years(name)
    return _gap(study, str(comparator), year) - _gap(study, scenario, year)


def _gap(study: Study, scenario: str, year: int) -> Array:
    """The mean distance of the populations' crisis rates from the lowest one: ``(draw,)``.

    Rates are onsets per 1,000 people of the population a year, from the policy's start to ``year``.
    Source: absolute form of the index of disparity, Pearcy and Keppel, Public Health Reports 117
    (2002) 273-280.
    """
    start = study.manifest.policy_start
    onsets = study.yearly[ONSETS].sel(scenario=scenario).values
    first, last = (economics.time_index(study.time, at) for at in (start, year))
    begun = onsets[:, last] - onsets[:, first]
    people = study.yearly[PEOPLE].sel(scenario=scenario)
    number = people.sum("zone").transpose("draw", "time", "population").values
    years = number[:, first:last].sum(axis=1)
    rates = PER_PEOPLE * begun / np.maximum(years, 1e-9)
    return np.asarray((rates - rates.min(axis=1, keepdims=True)).mean(axis=1))


def in_figures(value: float, sign: bool = False) -> str:
    """A score for a sentence: three significant figures below 100 and above 10,000, whole numbers
    between."""
    if abs(value) >= 10_000:
        value = float(f"{value:.3g}")
    form = f"{'+' if sign else ''},{'.0f' if abs(value) >= 100 else '.3g'}"
    return format(value, form)


def check_robust(name: str) -> Robust:
    """``name`` as a robust form. Raises InputError."""
    for known in get_args(Robust):
        if name == known:
            return known  # type: ignore[no-any-return]
    raise InputError(
        f"There is no robust form '{name}'. Choose expected (the mean over draws), cvar 90 (the "
        "mean of the worst tenth of draws) or regret (the 90th percentile of regret)."
    )


def score(values: Array, robust: Robust, best: Array) -> Array:
    """Scores of values ``(…, draw)``, more is better: ``(…)``.

    ``expected`` is the mean; ``cvar 90`` the mean of the worst `TAIL` of draws (Rockafellar and
    Uryasev, Journal of Risk 2 (2000) 21-41); ``regret`` the 90th percentile of how far a plan falls
    short of ``best`` (draw,), the best reference plan of the same draw, with its sign turned.
    """
    if robust == "expected":
        return np.asarray(values.mean(axis=-1))
    if robust == "cvar 90":
        worst = max(1, round(TAIL * values.shape[-1]))
        return np.asarray(np.sort(values, axis=-1)[..., :worst].mean(axis=-1))
    return np.asarray(-np.quantile(best - values, 1 - TAIL, axis=-1))


def score_error(first: Array, second: Array, how: tuple[Robust, Array], seed: int) -> float:
    """The standard error of the difference of two plans' scores on common draws.

    Of means, that of the mean difference; of other scores, the spread over bootstrap samples of
    the draws.
    """
    robust, best = how
    if robust == "expected":
        return float(np.std(first - second, ddof=1)) / sqrt(len(first))
    generator = np.random.default_rng(seed)
    rows = generator.integers(0, len(first), (RESAMPLES, len(first)))
    found = score(first[rows], robust, best[rows]) - score(second[rows], robust, best[rows])
    return float(np.std(found, ddof=1))
