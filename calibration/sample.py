"""The joint posterior by emcee: independent ensembles, no gradients, whole batches of points.

Three moves are mixed: independent proposals from a Student t around the mode (most steps land, if
the posterior is near normal), and differential evolution with and without snooker (which needs no
shape at all). Ter Braak and Vrugt, Statistics and Computing 18 (2008) 435-446; Foreman-Mackey et
al., PASP 125 (2013) 306-312. The state, the generator's included, is kept on disk after every
stretch of steps, so that an interrupted run goes on to the same draws.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..model.errors import InputError

Array = npt.NDArray[np.float64]
Density = Callable[[Array], Array]
FREEDOM = 50.0  # of the proposals: tails heavier than the posterior's, yet near in 30 dimensions
PILOT_STEPS, PILOT_WARM_UP = 100, 40


@dataclass(frozen=True)
class SamplerSettings:
    """How long and from which seed. ``walkers`` are those of one ensemble, half of which move in
    one call of the kernel; ``warm_up`` steps are thrown away; ``stretch`` steps are kept on disk
    together."""

    seed: int = 20171127
    ensembles: int = 4
    walkers: int = 256
    warm_up: int = 30
    steps: int = 120
    stretch: int = 30

    @property
    def evaluations(self) -> int:
        """Points whose density a whole run asks for, the starting ones included."""
        return self.ensembles * self.walkers * (1 + self.warm_up + self.steps)


@dataclass(frozen=True)
class Shape:
    """A normal approximation to the posterior: proposals and starting points come from it."""

    centre: Array
    covariance: Array


@dataclass(frozen=True)
class Draws:
    """``scores[ensemble, step, walker, parameter]`` and ``log_density[ensemble, step, walker]``
    after warm-up; ``accepted`` is the share of accepted proposals of each ensemble."""

    scores: Array
    log_density: Array
    accepted: Array

    @property
    def flat(self) -> Array:
        """All draws (draw, parameter), ensemble by ensemble, step by step."""
        return self.scores.reshape(-1, self.scores.shape[-1])


def sample(
    density: Density,
    shape: Shape,
    settings: SamplerSettings,
    keep: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Draws:
    """Draw from the density with several ensembles that know nothing of one another.

    ``keep`` is a folder for the state of each ensemble; a run that finds one there goes on from
    it. Raises InputError for settings that cannot work, or kept states that belong to another run.
    """
    _check(settings, len(shape.centre))
    total = settings.warm_up + settings.steps
    chains, densities, rates = [], [], []
    for number in range(settings.ensembles):

        def tell(done: int, before: int = number * total) -> None:
            if progress is not None:
                progress(before + done, settings.ensembles * total)

        path = None if keep is None else keep / f"ensemble-{number}.npz"
        ensemble = _Ensemble(density, shape, settings, number)
        chain, logs, rate = ensemble.run(path, tell)
        chains.append(chain[settings.warm_up :])
        densities.append(logs[settings.warm_up :])
        rates.append(rate)
    return Draws(np.stack(chains), np.stack(densities), np.array(rates))


def tuned(density: Density, shape: Shape, settings: SamplerSettings) -> Shape:
    """A better shape, from one pilot ensemble that is thrown away afterwards.

    Proposals are fixed before the draws that count, so these need no correction for adapting.
    """
    pilot = replace(settings, seed=settings.seed + 1, warm_up=0, steps=PILOT_STEPS)
    _check(pilot, len(shape.centre))
    chain, _, _ = _Ensemble(density, shape, pilot, settings.ensembles).run(None, lambda _: None)
    flat = chain[PILOT_WARM_UP:].reshape(-1, len(shape.centre))
    return Shape(flat.mean(axis=0), np.cov(flat.T) + 1e-6 * np.eye(len(shape.centre)))


def _check(settings: SamplerSettings, dimension: int) -> None:
    if settings.walkers < 2 * dimension or settings.walkers % 2:
        raise InputError(
            f"{settings.walkers} walkers for {dimension} parameters: give an even number of at "
            f"least {2 * dimension}."
        )
    if settings.ensembles < 2 or settings.steps < 8 or settings.warm_up < 0 or settings.seed < 0:
        raise InputError(
            "The sampler needs at least two ensembles (to compare them), eight steps, no negative "
            "warm-up and a seed from 0."
        )


@dataclass(frozen=True)
class _Ensemble:
    density: Density
    shape: Shape
    settings: SamplerSettings
    number: int

    def run(self, path: Path | None, tell: Callable[[int], None]) -> tuple[Array, Array, float]:
        """The whole chain (step, walker, parameter), its densities, its share of acceptance."""
        import emcee  # noqa: PLC0415  (only calibration needs it)

        total = self.settings.warm_up + self.settings.steps
        chain, logs, accepted, state = self._begin(path)
        while len(chain) < total:
            tell(len(chain))
            count = min(self.settings.stretch, total - len(chain))
            sampler = emcee.EnsembleSampler(
                self.settings.walkers,
                len(self.shape.centre),
                self.density,
                moves=self._moves(),
                vectorize=True,
            )
            state = sampler.run_mcmc(state, count, skip_initial_state_check=True)
            chain = np.concatenate([chain, sampler.get_chain()])
            logs = np.concatenate([logs, sampler.get_log_prob()])
            accepted += float(sampler.acceptance_fraction.mean()) * count
            if path is not None:
                self._keep(path, (chain, logs, accepted), state)
        tell(total)
        return chain, logs, accepted / total

    def _moves(self) -> list[tuple[Any, float]]:
        import emcee  # noqa: PLC0415

        return [
            (_move_around(self.shape), 0.8),
            (emcee.moves.DEMove(), 0.15),
            (emcee.moves.DESnookerMove(), 0.05),
        ]

    def _begin(self, path: Path | None) -> tuple[Array, Array, float, Any]:
        import emcee  # noqa: PLC0415

        size = len(self.shape.centre)
        if path is not None and path.exists():
            return self._kept(path)
        seed = np.random.SeedSequence([self.settings.seed, self.number]).generate_state(4)
        generator = np.random.RandomState(seed)
        law = _StudentT(self.shape)
        start = law.draw(generator, self.settings.walkers)
        state = emcee.State(start, random_state=generator.get_state())
        shape = (0, self.settings.walkers)
        return np.empty((*shape, size)), np.empty(shape), 0.0, state

    def _key(self) -> str:
        parts = (self.settings, self.number, self.shape.centre.tobytes().hex())
        return repr(parts)

    def _keep(self, path: Path, done: tuple[Array, Array, float], state: Any) -> None:
        _, keys, place, has_gauss, gauss = state.random_state
        chain, logs, accepted = done
        temporary = path.with_suffix(".part.npz")
        np.savez(
            temporary,
            key=np.array(self._key()),
            chain=chain,
            logs=logs,
            accepted=accepted,
            coords=state.coords,
            log_prob=state.log_prob,
            keys=keys,
            generator=np.array([place, has_gauss, gauss]),
        )
        os.replace(temporary, path)  # noqa: PTH105  (atomic on every system)

    def _kept(self, path: Path) -> tuple[Array, Array, float, Any]:
        import emcee  # noqa: PLC0415

        cure = f"Remove {path.parent} to start again."
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                found = {name: kept[name] for name in kept.files}
            if str(found["key"]) != self._key():
                raise InputError(
                    f"{path} belongs to a run with other settings, data or model. {cure}"
                )
            place, has_gauss, gauss = found["generator"]
            state = emcee.State(
                found["coords"],
                log_prob=found["log_prob"],
                random_state=("MT19937", found["keys"], int(place), int(has_gauss), float(gauss)),
            )
            return found["chain"], found["logs"], float(found["accepted"]), state
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{path} is damaged ({type(error).__name__}). {cure}") from None


class _StudentT:
    """A multivariate Student t around the mode."""

    def __init__(self, shape: Shape) -> None:
        self.centre = shape.centre
        self.root = np.linalg.cholesky(shape.covariance)

    def draw(self, generator: np.random.RandomState, count: int) -> Array:
        normal = generator.standard_normal((count, len(self.centre)))
        scale = np.sqrt(FREEDOM / generator.chisquare(FREEDOM, count))
        return np.asarray(self.centre + scale[:, None] * (normal @ self.root.T))

    def log_density(self, points: Array) -> Array:
        """Up to a constant."""
        whitened = np.linalg.solve(self.root, (points - self.centre).T)
        power = -(FREEDOM + len(self.centre)) / 2
        return np.asarray(power * np.log1p(np.square(whitened).sum(axis=0) / FREEDOM))


def _move_around(shape: Shape) -> Any:
    """Independent proposals from the Student t; detailed balance through the ratio of densities."""
    from emcee.moves import RedBlueMove  # noqa: PLC0415

    law = _StudentT(shape)

    class Independent(RedBlueMove):  # type: ignore[misc]
        def get_proposal(
            self, sample: Array, complement: Any, random: np.random.RandomState
        ) -> tuple[Array, Array]:
            del complement
            proposed = law.draw(random, len(sample))
            return proposed, law.log_density(sample) - law.log_density(proposed)

    return Independent()
