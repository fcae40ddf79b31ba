"""Bundles held against one another: who wins where, and how much a choice may be regretted.

A *bundle* is what a decision spends and sets; a *future* is a comparator's world. The same bundle
may have been run in several futures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...model.errors import InputError
from ..decision import regrets
from ..schema import Scenario
from ..store import Study
from ..uncertainty import chance
from ..vocabulary import Vocabulary
from .outcome import outcome_unit, outcome_values
from .results import ResultTable

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NOTHING = "Nothing more"
LEADING = 5


@dataclass(frozen=True)
class Bundle:
    """A decision: its title, and the scenario in which it was run by name of future."""

    title: str
    runs: dict[str, str]


@dataclass(frozen=True)
class Contest:
    """``values`` of an outcome, ``(bundle, future, draw)``, NaN where a bundle was not run; the
    first bundle is nothing more, zero everywhere. ``futures`` are names of comparators."""

    outcome: str
    bundles: tuple[Bundle, ...]
    futures: tuple[str, ...]
    values: Array

    @property
    def titles(self) -> tuple[str, ...]:
        """The bundles' titles."""
        return tuple(bundle.title for bundle in self.bundles)


def contest(study: Study, outcome: str, chosen: Sequence[str] = (), most: int = LEADING) -> Contest:
    """The leading bundles of a study, or those of the ``chosen`` scenarios.

    Leading are those with the highest mean in the future in which most bundles were run. Raises
    InputError for an unknown scenario or outcome, and when there are fewer than two bundles,
    nothing more included.
    """
    bundles = bundles_of(study)
    if chosen:
        names = {study.scenario(name).name for name in chosen}
        bundles = tuple(bundle for bundle in bundles if names & set(bundle.runs.values()))
    if not bundles:
        raise InputError(f"{study.directory} holds no policy, so there is nothing to compare.")
    futures = tuple(s.name for s in study.scenarios if s.is_comparator)
    futures = tuple(name for name in futures if any(name in bundle.runs for bundle in bundles))
    values = np.full((len(bundles) + 1, len(futures), len(study.draws)), np.nan)
    values[0] = 0.0
    for row, bundle in enumerate(bundles, start=1):
        for column, future in enumerate(futures):
            if future in bundle.runs:
                values[row, column] = outcome_values(study, bundle.runs[future], outcome)
    kept = _leading(values, most)
    everyone = (Bundle(NOTHING, {}), *bundles)
    return Contest(outcome, tuple(everyone[row] for row in kept), futures, values[list(kept)])


def bundles_of(study: Study) -> tuple[Bundle, ...]:
    """The decisions of a study in reading order, each with the futures in which it was run."""
    vocabulary = Vocabulary.of(study.registry)
    found: dict[str, Bundle] = {}
    for policy in study.policies:
        key = _decision(policy, vocabulary)
        bundle = found.setdefault(key, Bundle(policy.title, {}))
        bundle.runs.setdefault(str(policy.compare_with), policy.name)
    return tuple(found.values())


def _decision(policy: Scenario, vocabulary: Vocabulary) -> str:
    """What a scenario decides, as text: its levers with money, and settings that are no world."""
    levers = {name: lever.model_dump() for name, lever in policy.levers.items() if lever.amount > 0}
    settings = {
        name: value
        for name, value in policy.settings.items()
        if name in vocabulary.settings and not vocabulary.is_world(name)
    }
    return json.dumps([levers, settings], sort_keys=True)


def _leading(values: Array, most: int) -> tuple[int, ...]:
    """Rows of nothing more and of the ``most`` highest means, the highest first."""
    run = np.isfinite(values[1:, :, 0])
    busiest = int(np.argmax(run.sum(axis=0)))
    means = np.where(run[:, busiest], values[1:, busiest].mean(axis=-1), -np.inf)
    elsewhere = np.nanmean(np.where(run[:, :, None], values[1:], np.nan), axis=(1, 2))
    means = np.where(np.isfinite(means), means, elsewhere)
    order = np.argsort(-means, kind="stable")[:most]
    return (0, *(int(row) + 1 for row in order))


def pair_table(found: Contest) -> ResultTable:
    """Every pair: the share of futures and draws in which each wins, and the futures each takes.

    A future is taken by the bundle that wins more of its draws.
    """
    rows = []
    count = len(found.bundles)
    for first in range(count):
        for second in range(first + 1, count):
            ahead, behind, both = _duel(found.values[first], found.values[second])
            if not both.any():
                continue
            cells = int(both.sum()) * found.values.shape[2]
            win = chance(ahead[both].ravel())
            more = ahead[both].mean(axis=-1) - behind[both].mean(axis=-1)
            rows.append(
                {
                    "first": found.titles[first],
                    "second": found.titles[second],
                    "first wins, share": win.value,
                    "second wins, share": float(behind[both].mean()),
                    "tied, share": float(1 - ahead[both].mean() - behind[both].mean()),
                    "standard error": win.error,
                    "futures": int(both.sum()),
                    "futures the first takes": int(np.sum(more > 0)),
                    "futures the second takes": int(np.sum(more < 0)),
                    "runs compared": cells,
                    "outcome": found.outcome,
                }
            )
    return ResultTable("pairs", "Share of futures and draws in which each wins", pd.DataFrame(rows))


def win_shares(found: Contest) -> Array:
    """The share of common futures and draws in which the row beats the column, ties halved."""
    count = len(found.bundles)
    shares = np.full((count, count), np.nan)
    for row in range(count):
        for column in range(count):
            ahead, behind, both = _duel(found.values[row], found.values[column])
            if row != column and both.any():
                shares[row, column] = (1 + ahead[both].mean() - behind[both].mean()) / 2
    return shares


def common_regrets(found: Contest) -> tuple[Array, tuple[str, ...]]:
    """Regret ``(bundle, future x draw)`` over the futures in which every bundle was run.

    Empty when there is no such future.
    """
    common = np.asarray(np.isfinite(found.values[..., 0]).all(axis=0))
    names = tuple(name for name, kept in zip(found.futures, common, strict=True) if kept)
    return regrets(found.values[:, common].reshape(len(found.bundles), -1)), names


def regret_table(found: Contest) -> ResultTable:
    """Mean, 90th percentile and largest regret of each bundle, and where it is the least.

    Source: minimax regret, Savage, Journal of the American Statistical Association 46 (1951)
    55-67; a percentile of regret, Lempert, Popper and Bankes, RAND MR-1626 (2003).
    """
    short, futures = common_regrets(found)
    rows = []
    if futures:
        largest, ninth = short.max(axis=1), np.quantile(short, 0.9, axis=1)
        for row, title in enumerate(found.titles):
            rows.append(
                {
                    "bundle": title,
                    "mean regret": float(short[row].mean()),
                    "90th percentile of regret": float(ninth[row]),
                    "largest regret": float(largest[row]),
                    "least 90th percentile": bool(ninth[row] == ninth.min()),
                    "minimax": bool(largest[row] == largest.min()),
                    "never regretted, share": float(np.mean(short[row] == 0)),
                    "unit": outcome_unit(found.outcome),
                    "futures": "; ".join(futures),
                    "outcome": found.outcome,
                }
            )
    return ResultTable(
        "regret", "Regret against the best bundle of the same run", pd.DataFrame(rows)
    )


def _duel(first: Array, second: Array) -> tuple[Flags, Flags, Flags]:
    """Where the first is ahead, where behind ``(future, draw)``, and which futures have both."""
    both = np.isfinite(first[:, 0]) & np.isfinite(second[:, 0])
    return first > second, first < second, both
