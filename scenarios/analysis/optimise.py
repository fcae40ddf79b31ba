"""The best use of a budget, and how far to believe it.

A search finds plans on common draws. The best is then measured on fresh draws, against what two
plain rules give, against every plan as good within Monte-Carlo error, and once more with one prior
of an effect for all action tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...model.errors import InputError
from ..plan import SweepPlan
from .bench import Bench
from .equal import EqualEffects, effects_of
from .limits import Limits, Plan
from .objective import Robust, score, score_error
from .results import Stamp
from .search import SearchSettings, fronts, search

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

OPTIMUM, EVENLY, LARGEST = "optimum", "spread evenly", "largest first"
MOST_NEAR, MOST_FRONT = 40, 24
SHIFTS = (0.05, 0.2)
"""Shares of the budget that are moved between two levers."""
ERRORS = 2.0
"""Plans are as good as another when they fall short by no more than so many standard errors."""


@dataclass(frozen=True)
class OptimiseSettings:
    """``draws`` of the search, ``fresh`` ones of what is reported, and how long to search."""

    draws: int = 64
    fresh: int = 256
    population: int = 24
    generations: int = 20
    seed: int = 20171101

    def check(self) -> None:
        """Raises InputError for a number out of range."""
        ranges = {
            "draws": (8, 100_000),
            "fresh": (8, 100_000),
            "population": (6, 1000),
            "generations": (0, 10_000),
            "seed": (0, 2**62),
        }
        for name, (low, high) in ranges.items():
            value = int(getattr(self, name))
            if not low <= value <= high:
                raise InputError(f"'{name}' is {value}; it must be between {low:,} and {high:,}.")


@dataclass(frozen=True)
class Measured:
    """A plan's robust scores by objective, on the ``searched`` draws, on ``fresh`` ones, and with
    ``equal`` priors of effects (None without effects to make equal). ``ahead`` is what fresh draws
    put it ahead of spreading evenly, ``ahead_error`` the standard error of that, and likewise
    ``equal_ahead``."""

    name: str
    plan: Plan
    searched: tuple[float, ...]
    fresh: tuple[float, ...]
    ahead: tuple[float, ...]
    ahead_error: tuple[float, ...]
    equal: tuple[float, ...] | None
    equal_ahead: tuple[float, ...] | None
    equal_error: tuple[float, ...] | None


@dataclass(frozen=True)
class Optimised:
    """``plans``: optimum, spread evenly, largest first, then each lever alone. ``flat`` are the
    plans as good as the optimum on fresh draws, itself first; ``front`` the plans that no other
    beats on all objectives, with their fresh scores (plan, objective); ``looked_at`` counts plans.
    """

    limits: Limits
    objectives: tuple[str, ...]
    robust: Robust
    plans: tuple[Measured, ...]
    flat: tuple[Plan, ...]
    front: tuple[Plan, ...]
    front_scores: Array
    looked_at: int
    stamp: Stamp
    calibrated: bool

    @property
    def optimum(self) -> Measured:
        """The plan that was chosen."""
        return self.plans[0]

    @property
    def follows_priors(self) -> bool:
        """Whether the first objective's advantage over spreading evenly is there with our priors
        of effects and gone with one prior for all tables."""
        best = self.optimum
        if best.equal_ahead is None or best.equal_error is None:
            return False
        own = best.ahead[0] > ERRORS * best.ahead_error[0]
        return own and best.equal_ahead[0] <= ERRORS * best.equal_error[0]

    @property
    def ranges(self) -> tuple[tuple[float, float], ...]:
        """By lever, the least and the most that a plan as good as the optimum gives it."""
        amounts = np.array([plan.amounts for plan in self.flat])
        return tuple(zip(amounts.min(axis=0).tolist(), amounts.max(axis=0).tolist(), strict=True))

    @property
    def flatness(self) -> float:
        """The mean share of what a lever may get that such plans range over, 0 to 1."""
        room = np.maximum(self.limits.ceilings - self.limits.floors, 1.0)
        return float(np.mean([(high - low) for low, high in self.ranges] / room))


def optimise(
    sweep: SweepPlan,
    problem: tuple[Limits, tuple[str, ...], Robust],
    settings: OptimiseSettings,
    work: tuple[Path, Progress],
) -> Optimised:
    """Solve one problem against the only scenario of ``sweep``, a comparator.

    ``problem`` is the limits, the objectives and the robust form; ``work`` the folder for what is
    measured, and progress in plans. Raises InputError when a run fails or nothing can be written.
    """
    limits, objectives, robust = problem
    folder, progress = work
    counter = _Counter(progress, _expected(settings, limits))
    own = Bench(
        replace(sweep, draws=settings.draws, seed=settings.seed),
        limits,
        objectives,
        folder,
        counter.add,
    )
    fresh = replace(own, sweep=replace(sweep, draws=settings.fresh, seed=settings.seed + 1))
    rules = (evenly(limits), largest_first(limits, own), *alone(limits))
    reference = own.measure(rules).max(axis=0)
    seen: dict[Plan, Array] = {}

    def evaluate(genes: Array) -> Array:
        plans = [limits.plan(each) for each in genes]
        values = own.measure(plans)
        seen.update(zip(plans, values, strict=True))
        return _scores(values, robust, reference)

    first = np.stack([genes_of(limits, plan) for plan in rules])
    search(
        first,
        evaluate,
        SearchSettings(settings.population, settings.generations, settings.seed),
    )
    chosen_so_far = tuple(seen)[compromise(_scores(_stacked(seen), robust, reference))]
    evaluate(np.stack([genes_of(limits, plan) for plan in shifted(limits, chosen_so_far)]))
    plans, values = tuple(seen), _stacked(seen)
    scores = _scores(values, robust, reference)
    best = compromise(scores)
    near = _as_good(values, best, (robust, reference), settings.seed)
    front = _thinned(np.flatnonzero(fronts(scores) == 0), MOST_FRONT)
    chosen = (plans[best], *rules)
    told = [*chosen, *(plans[at] for at in near), *(plans[at] for at in front)]
    measured = fresh.measure(told)
    best_fresh = measured[1 : len(chosen)].max(axis=0)
    again = measured[[0, *range(len(chosen), len(chosen) + len(near))]]
    good = _as_good(again, 0, (robust, best_fresh), settings.seed)
    flat = [told[0], *(told[len(chosen) + at - 1] for at in good if at > 0)]
    return Optimised(
        limits=limits,
        objectives=objectives,
        robust=robust,
        plans=_measured((own, fresh, _equal(fresh, settings.seed)), chosen, robust, settings.seed),
        flat=tuple(dict.fromkeys(flat)),
        front=tuple(plans[at] for at in front),
        front_scores=_scores(measured[len(chosen) + len(near) :], robust, best_fresh),
        looked_at=len(plans),
        stamp=Stamp.of(own.manifest, settings.seed),
        calibrated=own.manifest.calibrated,
    )


def evenly(limits: Limits) -> Plan:
    """The budget in equal parts, what one lever may not take going to the others."""
    amounts = limits.floors.copy()
    for _ in limits.levers:
        left = limits.budget - amounts.sum()
        room = limits.ceilings - amounts > 1e-9
        if left <= 1e-6 or not room.any():
            break
        amounts = np.where(room, np.minimum(limits.ceilings, amounts + left / room.sum()), amounts)
    return limits.allowed(amounts, _first_year(limits))


def largest_first(limits: Limits, bench: Bench) -> Plan:
    """Levers filled to their ceilings in turn, those of the populations with most police contacts
    first, levers without a population last."""
    contacts = {
        name.removeprefix("cumulative contacts by population[").rstrip("]"): values
        for name, values in bench.base.items()
        if name.startswith("cumulative contacts by population[")
    }
    element = {row.get("lever"): row.get("element") for row in bench.sweep.evidence.table_rows()}
    size = [
        float(contacts[str(element[lever])][:, -1].mean())
        if element.get(lever) in contacts
        else -1.0
        for lever in limits.levers
    ]
    amounts = limits.floors.copy()
    for lever in np.argsort(-np.array(size), kind="stable"):
        left = limits.budget - amounts.sum()
        amounts[lever] = min(limits.ceilings[lever], amounts[lever] + max(left, 0.0))
    return limits.allowed(amounts, _first_year(limits))


def alone(limits: Limits) -> tuple[Plan, ...]:
    """Each lever filled up in turn, the others at their floors."""
    plans = []
    for lever in range(len(limits.levers)):
        amounts = limits.floors.copy()
        amounts[lever] = limits.ceilings[lever]
        plans.append(limits.allowed(amounts, _first_year(limits)))
    return tuple(plans)


def shifted(limits: Limits, plan: Plan) -> tuple[Plan, ...]:
    """A plan with parts of the budget, `SHIFTS`, moved from each lever to each other one: how flat
    an optimum is shows around it, where a search need not have looked."""
    amounts = np.array(plan.amounts)
    starts = np.array(plan.starts, dtype=np.int64)
    found = [plan]
    for share in SHIFTS:
        for giver, taker in permutations(range(len(amounts)), 2):
            moved = min(share * limits.budget, amounts[giver] - limits.floors[giver])
            other = amounts.copy()
            other[giver] -= moved
            other[taker] += moved
            found.append(limits.allowed(other, starts))
    return tuple(dict.fromkeys(found))


def genes_of(limits: Limits, plan: Plan) -> Array:
    """Genes that give a plan."""
    room = np.maximum(limits.ceilings - limits.floors, 1e-9)
    genes = (np.array(plan.amounts) - limits.floors) / room
    if limits.genes == len(limits.levers):
        return np.asarray(genes)
    span = limits.starts[1] - limits.starts[0] + 1
    return np.concatenate([genes, (np.array(plan.starts) - limits.starts[0] + 0.5) / span])


def compromise(scores: Array) -> int:
    """The plan nearest to the best of every objective at once, each scaled to its range among
    plans that no other beats; the best one when there is one objective."""
    front = np.flatnonzero(fronts(scores) == 0)
    own = scores[front]
    width = np.ptp(own, axis=0)
    short = np.where(width > 0, (own.max(axis=0) - own) / np.where(width > 0, width, 1.0), 0.0)
    return int(front[int(np.argmin((short**2).sum(axis=1)))])


def _first_year(limits: Limits) -> npt.NDArray[np.int64]:
    return np.full(len(limits.levers), limits.starts[0], dtype=np.int64)


def _scores(values: Array, robust: Robust, best: Array) -> Array:
    """Scores ``(plan, objective)`` of ``(plan, objective, draw)``; ``best`` (objective, draw)."""
    return np.asarray(score(values, robust, best))


def _as_good(values: Array, best: int, how: tuple[Robust, Array], seed: int) -> tuple[int, ...]:
    """Plans that fall short of one on no objective by more than `ERRORS` standard errors.

    The best first on the first objective, `MOST_NEAR` of them, evenly thinned.
    """
    robust, reference = how
    scores = _scores(values, robust, reference)
    good = []
    for at in np.argsort(-scores[:, 0], kind="stable"):
        fine = all(
            scores[best, one] - scores[at, one]
            <= ERRORS
            * score_error(values[best, one], values[at, one], (robust, reference[one]), seed)
            for one in range(scores.shape[1])
        )
        if fine:
            good.append(int(at))
    return _thinned(np.array(good, dtype=np.int64), MOST_NEAR)


def _stacked(seen: Mapping[Plan, Array]) -> Array:
    """Values ``(plan, objective, draw)`` in the order of the plans."""
    return np.stack(list(seen.values()))


def _thinned(found: npt.NDArray[np.int64], most: int) -> tuple[int, ...]:
    if len(found) <= most:
        return tuple(int(at) for at in found)
    return tuple(int(at) for at in found[np.linspace(0, len(found) - 1, most).astype(np.int64)])


def _equal(fresh: Bench, seed: int) -> Bench | None:
    """The bench with one prior of an effect for all tables; None without such effects."""
    evidence = fresh.sweep.evidence
    effects = effects_of(evidence.parameter_rows(), evidence.table_rows())
    if not effects.shared:
        return None
    sampler = EqualEffects(fresh.sweep.sampler, effects, seed)
    return replace(fresh, sweep=replace(fresh.sweep, sampler=sampler))


def _measured(
    benches: tuple[Bench, Bench, Bench | None], chosen: Sequence[Plan], robust: Robust, seed: int
) -> tuple[Measured, ...]:
    """The chosen plans on all benches: the optimum, spreading evenly, and the rest."""
    scores, ahead, errors = [], [], []
    for bench in benches:
        if bench is None:
            continue
        values = bench.measure(chosen)
        best = values[1:].max(axis=0)
        found = _scores(values, robust, best)
        scores.append(found)
        ahead.append(found - found[1])
        errors.append(
            np.array(
                [
                    [
                        score_error(plan[one], values[1, one], (robust, best[one]), seed)
                        for one in range(values.shape[1])
                    ]
                    for plan in values
                ]
            )
        )
    levers = benches[0].limits.levers
    names = (OPTIMUM, EVENLY, LARGEST, *(f"{lever} alone" for lever in levers))
    equal = len(scores) == 3
    return tuple(
        Measured(
            name=name,
            plan=plan,
            searched=tuple(map(float, scores[0][at])),
            fresh=tuple(map(float, scores[1][at])),
            ahead=tuple(map(float, ahead[1][at])),
            ahead_error=tuple(map(float, errors[1][at])),
            equal=tuple(map(float, scores[2][at])) if equal else None,
            equal_ahead=tuple(map(float, ahead[2][at])) if equal else None,
            equal_error=tuple(map(float, errors[2][at])) if equal else None,
        )
        for at, (name, plan) in enumerate(zip(names, chosen, strict=True))
    )


def _expected(settings: OptimiseSettings, limits: Limits) -> int:
    """About how many plans will be measured."""
    levers = len(limits.levers)
    searched = settings.population * (settings.generations + 1)
    return searched + levers * (levers - 1) + 4 * (levers + 3) + MOST_NEAR + MOST_FRONT


@dataclass
class _Counter:
    """Counts plans for a progress bar."""

    progress: Progress
    total: int
    done: int = 0

    def add(self, count: int) -> None:
        """``count`` more plans are measured."""
        self.done += count
        self.total = max(self.total, self.done)
        self.progress(self.done, self.total)
