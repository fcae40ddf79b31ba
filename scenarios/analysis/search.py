"""A search for the best plans on one to three objectives, by differential evolution.

Offspring are made as in Storn and Price, Journal of Global Optimization 11 (1997) 341-359
(DE/rand/1/bin); survivors are chosen by non-dominated rank and crowding distance as in Deb, Pratap,
Agarwal and Meyarivan, IEEE Transactions on Evolutionary Computation 6 (2002) 182-197. With one
objective that is plain selection of the best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Evaluate = Callable[[Array], Array]
"""From genes ``(plan, gene)`` to scores ``(plan, objective)``, more is better."""

_SCALE, _CROSSOVER = 0.7, 0.8


@dataclass(frozen=True)
class SearchSettings:
    """How many plans live at once, and for how many generations."""

    population: int = 24
    generations: int = 20
    seed: int = 20171101


@dataclass(frozen=True)
class Found:
    """Everything that was looked at, in order: ``genes`` (plan, gene), ``scores`` (plan,
    objective)."""

    genes: Array
    scores: Array


def search(first: Array, evaluate: Evaluate, settings: SearchSettings) -> Found:
    """Evolve from the plans ``first`` (plan, gene), filled up with random ones.

    Deterministic: the same evaluations for the same seed, so that recorded ones can be read again.
    """
    generator = np.random.default_rng(settings.seed)
    genes = _filled(first, settings.population, generator)
    scores = evaluate(genes)
    seen = [(genes, scores)]
    for _ in range(settings.generations):
        offspring = _offspring(genes, generator)
        found = evaluate(offspring)
        seen.append((offspring, found))
        both, ranked = np.concatenate([genes, offspring]), np.concatenate([scores, found])
        kept = survivors(ranked, settings.population)
        genes, scores = both[kept], ranked[kept]
    return Found(
        np.concatenate([each for each, _ in seen]), np.concatenate([each for _, each in seen])
    )


def fronts(scores: Array) -> npt.NDArray[np.int64]:
    """The non-dominated rank of each plan, 0 for the Pareto front: ``(plan,)``."""
    better = np.all(scores[:, None] >= scores[None], axis=2) & np.any(
        scores[:, None] > scores[None], axis=2
    )
    ranks = np.full(len(scores), -1, dtype=np.int64)
    left = np.ones(len(scores), dtype=np.bool_)
    rank = 0
    while left.any():
        front = left & ~np.any(better[left], axis=0)
        ranks[front] = rank
        left &= ~front
        rank += 1
    return ranks


def crowding(scores: Array) -> Array:
    """How far apart a plan's neighbours are on each objective, summed; infinite at the ends."""
    count = len(scores)
    distance = np.zeros(count)
    for column in scores.T:
        order = np.argsort(column, kind="stable")
        width = column[order[-1]] - column[order[0]]
        distance[order[[0, -1]]] = np.inf
        if count > 2 and width > 0:
            distance[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / width
    return distance


def survivors(scores: Array, count: int) -> npt.NDArray[np.int64]:
    """Positions of the ``count`` plans that live on, best first."""
    ranks = fronts(scores)
    distance = np.zeros(len(scores))
    for rank in np.unique(ranks):
        own = ranks == rank
        distance[own] = crowding(scores[own])
    return np.lexsort((np.arange(len(scores)), -distance, ranks))[:count]


def _filled(first: Array, count: int, generator: np.random.Generator) -> Array:
    """``first``, and random plans that spread a budget unevenly, ``count`` in all at least."""
    more = max(count - len(first), 0)
    shares = generator.dirichlet(np.full(first.shape[1], 0.7), size=more)
    scaled = shares / np.maximum(shares.max(axis=1, keepdims=True), 1e-12)
    return np.concatenate([first, scaled * generator.uniform(0.2, 1.0, size=(more, 1))])


def _offspring(genes: Array, generator: np.random.Generator) -> Array:
    """One child a plan: a third plan moved by the difference of two others, mixed with its own."""
    count, size = genes.shape
    picked = np.array(
        [
            generator.choice(np.delete(np.arange(count), own), 3, replace=False)
            for own in range(count)
        ]
    )
    base, first, second = (genes[picked[:, column]] for column in range(3))
    moved = base + _SCALE * (first - second)
    crossed = generator.uniform(size=genes.shape) < _CROSSOVER
    crossed[np.arange(count), generator.integers(0, size, count)] = True
    return np.asarray(np.clip(np.where(crossed, moved, genes), 0.0, 1.0))
