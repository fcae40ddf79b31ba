"""What knowing more before deciding is worth: to whom, by when, and at what value of a crisis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaincinv, ndtri

from ...model.errors import InputError, nearest
from .. import economics
from ..decision import (
    SHUFFLES,
    InformationValue,
    perfect_information,
    switching_value,
)
from ..drivers import mean_ranks, ranked_inputs
from ..economics import HORIZONS, Basis, Discounting
from ..headline import BASES
from ..store import Study
from ..summarise import crises_avoided, payer_lines, payer_names, present_lines
from .axes import Axis, groups_of
from .results import ResultTable

Array = npt.NDArray[np.float64]

NOTHING = "Nothing more"
DRAWS_AN_INPUT = 32
"""Draws that a regression needs for each input it takes."""
LEAST_DRAWS = 2 * DRAWS_AN_INPUT


@dataclass(frozen=True)
class InformationSettings:
    """Whose money (``payer``, a row of a payer table), for how many ``years``, on which ``basis``;
    ``worth`` are values of one avoided crisis, CAD (empty: none, the switching value, twice it)."""

    payer: str
    years: int = HORIZONS[-1]
    basis: Basis = "marginal"
    worth: tuple[float, ...] = ()
    seed: int = 20171101


@dataclass(frozen=True)
class KnowingMore:
    """At one value of a crisis: the best choice on average, what knowing everything is worth, its
    standard error, and what knowing each group of inputs is worth, the largest first."""

    worth: float
    choice: str
    mean: float
    perfect: float
    error: float
    groups: tuple[tuple[str, int, InformationValue], ...]


@dataclass(frozen=True)
class Information:
    """The decision among ``options`` in the world of ``comparator``; ``switch`` is the value of a
    crisis from which an option beats nothing on average (None: no value does)."""

    settings: InformationSettings
    comparator: str
    options: tuple[str, ...]
    switch: float | None
    found: tuple[KnowingMore, ...]


def information(study: Study, settings: InformationSettings) -> Information:
    """The value of information for the choice among a study's policies and nothing more.

    The policies are those compared with the comparator that most are compared with. Raises
    InputError for an unknown payer, horizon or basis, a negative worth, and too few draws.
    """
    _check(study, settings)
    worlds = [policy.compare_with for policy in study.policies]
    comparator = max(dict.fromkeys(worlds), key=worlds.count)
    policies = [policy for policy in study.policies if policy.compare_with == comparator]
    year = study.manifest.policy_start + settings.years
    terms = Discounting(base=float(study.manifest.policy_start))
    row = payer_names(study).index(settings.payer)
    draws = study.manifest.draws
    net, crises = [np.zeros(draws)], [np.zeros(draws)]
    for policy in policies:
        lines = present_lines(payer_lines(study, policy.name), study.time, year, terms)
        net.append(economics.net(lines, settings.basis)[row])
        crises.append(crises_avoided(study, policy.name, year))
    money, avoided = np.stack(net), np.stack(crises)
    switch = switching_value(money[1:], avoided[1:])
    worth = settings.worth or tuple(
        dict.fromkeys((0.0, *(() if switch is None else (switch, 2 * switch))))
    )
    options = (NOTHING, *(policy.title for policy in policies))
    groups = _grouped(study, {name for policy in policies for name in policy.settings})
    found = tuple(
        _known(options, (money + each * avoided, each), groups, settings.seed) for each in worth
    )
    return Information(settings, str(comparator), options, switch, found)


def basis_of(name: str) -> Basis:
    """``name`` as a basis of net benefit. Raises InputError."""
    for basis in BASES:
        if name == basis:
            return basis
    raise InputError(
        f"There is no basis '{name}'.{nearest(name, BASES)} Bases: {', '.join(BASES)}."
    )


def group_information(values: Array, inputs: Array, seed: int, looked_at: int) -> InformationValue:
    """The expected value of knowing a group of ``inputs`` (draw, input) and nothing else.

    As `decision.partial_informations`, for groups of any size: the regression takes the inputs with
    the largest rank correlation with what is at stake, one for every `DRAWS_AN_INPUT` draws, and
    the shuffles that show what chance gives choose theirs in the same way. What they give is taken
    off whole, so that the value of a large group is understated rather than overstated.
    """
    differences = values - values[int(np.argmax(values.mean(axis=1)))]
    at_stake = mean_ranks(differences.T) - (values.shape[1] + 1) / 2
    centred = mean_ranks(inputs) - (len(inputs) + 1) / 2
    scores = np.asarray(ndtri((mean_ranks(inputs) - 0.5) / len(inputs)))
    most = max(1, len(inputs) // DRAWS_AN_INPUT)
    generator = np.random.default_rng(seed)

    def gain(order: npt.NDArray[np.intp]) -> float:
        strength = np.abs(centred[order].T @ at_stake).sum(axis=1)
        kept = np.argsort(-strength, kind="stable")[:most]
        own = scores[order][:, kept]
        features = np.concatenate([np.ones((len(own), 1)), own, own**2, own**3], axis=1)
        basis = np.linalg.qr(features)[0]
        fitted = basis @ (basis.T @ differences.T)
        return float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max())

    found = gain(np.arange(len(inputs)))
    shuffled = np.array([gain(generator.permutation(len(inputs))) for _ in range(SHUFFLES)])
    mean, variance = float(shuffled.mean()), float(shuffled.var(ddof=1))
    limit = mean
    if mean > 0 and variance > 0:
        share = 1 - 0.05 / looked_at
        limit = float(gammaincinv(mean**2 / variance, share)) * variance / mean
    return InformationValue(value=max(found - mean, 0.0), noise=max(limit - mean, 0.0))


def information_table(found: Information) -> ResultTable:
    """One row a value of a crisis and group; ``everything`` first."""
    settings = found.settings
    decision = f"one of {len(found.options) - 1} options against {found.comparator}, or nothing"
    rows = []
    for each in found.found:
        head = {
            "decision": decision,
            "payer": settings.payer,
            "horizon, years": settings.years,
            "basis": settings.basis,
            "value of an avoided crisis, CAD": each.worth,
            "best on average": each.choice,
        }
        rows.append(
            {
                **head,
                "known": "everything",
                "inputs": sum(count for _, count, _ in each.groups),
                "worth at most, CAD": each.perfect,
                "standard error": each.error,
            }
        )
        rows += [
            {
                **head,
                "known": group,
                "inputs": count,
                "worth at most, CAD": value.value,
                "chance alone reaches": value.noise,
                "within noise": value.within_noise,
            }
            for group, count, value in each.groups
        ]
    return ResultTable("value-of-information", "What knowing more is worth", pd.DataFrame(rows))


def _known(
    options: tuple[str, ...],
    at: tuple[Array, float],
    groups: Sequence[tuple[str, Array]],
    seed: int,
) -> KnowingMore:
    values, worth = at
    best = int(np.argmax(values.mean(axis=1)))
    perfect, error = perfect_information(values)
    found = [
        (name, inputs.shape[1], group_information(values, inputs, seed, len(groups)))
        for name, inputs in groups
    ]
    found.sort(key=lambda item: -item[2].value)
    return KnowingMore(
        worth, options[best], float(values[best].mean()), perfect, error, tuple(found)
    )


def _grouped(study: Study, fixed: set[str]) -> tuple[tuple[str, Array], ...]:
    """The uncertain inputs by group, one of each that move together."""
    names = [
        name
        for name in map(str, study.draws.columns)
        if name not in fixed and name.split("[", maxsplit=1)[0] not in fixed
    ]
    ranked = ranked_inputs(names, study.draws[names].to_numpy(dtype=np.float64))
    axes = [Axis(group, switch=False) for group in ranked.groups]
    labels = groups_of(axes, study.action_tables, study.manifest.dimensions)
    varying = [np.ptp(study.draws[axis.inputs[0]].to_numpy()) > 0 for axis in axes]
    found = []
    for label in dict.fromkeys(labels):
        columns = [
            axis.inputs[0]
            for axis, own, varies in zip(axes, labels, varying, strict=True)
            if own == label and varies
        ]
        if columns:
            found.append((label, study.draws[columns].to_numpy(dtype=np.float64)))
    return tuple(found)


def _check(study: Study, settings: InformationSettings) -> None:
    payers = payer_names(study)
    if settings.payer not in payers:
        raise InputError(
            f"There is no payer '{settings.payer}'.{nearest(settings.payer, payers)} "
            f"Payers: {', '.join(payers)}."
        )
    if settings.years not in HORIZONS:
        allowed = ", ".join(map(str, HORIZONS))
        raise InputError(f"The horizon is {settings.years} years; choose one of {allowed}.")
    if any(not 0 <= value < float("inf") for value in settings.worth):
        raise InputError("The value of an avoided crisis must be zero or a positive number of CAD.")
    if not study.policies:
        raise InputError(f"{study.directory} holds no policy, so there is nothing to decide.")
    if study.manifest.draws < LEAST_DRAWS:
        raise InputError(
            f"{study.directory} has {study.manifest.draws} draws; the value of information needs "
            f"at least {LEAST_DRAWS}. Run it again in a new folder with more --draws."
        )
