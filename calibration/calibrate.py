"""The whole calibration: mode, draws, diagnosis, predictions, hold-outs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..model.halton.posterior import Posterior
from .diagnose import Diagnosis, diagnose
from .explore import Mode, Profile, find_mode, profile
from .fit_table import SeriesFit, fit_table
from .holdout import HoldOut, hold_out, left_out, origins
from .predictive import Predictive, imitate
from .region import Region
from .results import results_json
from .sample import Draws, SamplerSettings, Shape, sample, tuned
from .target import target_of

Array = npt.NDArray[np.float64]
log = logging.getLogger("upshift")

KEPT_DRAWS = 2000
"""Draws in the shipped file."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Settings:
    """How to calibrate. ``hold_outs`` False leaves the refits of the validation away."""

    sampler: SamplerSettings = field(default_factory=SamplerSettings)
    starts: int = 3
    hold_outs: bool = True


@dataclass(frozen=True)
class Calibration:
    """All results. ``kept`` are the thinned draws (draw, parameter) of standard normal scores."""

    region: Region
    settings: Settings
    mode: Mode
    profiles: tuple[Profile, ...]
    diagnosis: Diagnosis
    kept: Array
    prior_predictive: Predictive
    fitted: Predictive
    validated: Predictive | None
    fits: tuple[SeriesFit, ...]
    hold_outs: tuple[HoldOut, ...]
    evaluations: int

    def posterior(self) -> Posterior:
        """The draws of the model's constants as sweeps read them.

        Rows are in order along the posterior's longest axis, so that evenly spread row numbers
        spread over the posterior.
        """
        parameters = self.region.parameters
        columns = [parameters.index[name] for name in parameters.model_names]
        scores = self.kept[:, columns]
        centred = scores - scores.mean(axis=0)
        axis = np.linalg.svd(centred, full_matrices=False)[2][0]
        axis *= np.sign(axis[np.argmax(np.abs(axis))])
        order = np.argsort(centred @ axis, kind="stable")
        values = parameters.values(self.kept)[order][:, columns]
        learned = [c.name for c in self.diagnosis.parameters if c.verdict == "learned"]
        about = {
            **self.region.digests(),
            "learned": "; ".join(name for name in learned if name in parameters.model_names),
            "results": results_json(self),
            "seed": str(self.settings.sampler.seed),
        }
        return Posterior(parameters.model_names, values, about)


def calibrate(
    region: Region,
    settings: Settings,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Calibrate a region. ``keep`` is a folder for the sampler's state, so that it can go on.

    Raises InputError when the record allows no point, or kept states belong to another run.
    """
    seed = settings.sampler.seed
    target = target_of(region)
    log.info("Looking for the mode from %d starts", settings.starts)
    mode = find_mode(target, target.dimension, seed, settings.starts)
    log.info("Log density at the mode %.2f; pilot run", mode.log_density)
    shape = tuned(target, Shape(mode.scores, mode.covariance), settings.sampler)
    log.info("Sampling with %d ensembles", settings.sampler.ensembles)
    before = target.evaluations
    draws = sample(target, shape, settings.sampler, keep, progress)
    # A run that goes on where it stopped makes fewer of them, and must give the same files.
    target.evaluations = before + settings.sampler.evaluations
    names = region.parameters.index
    learnable = {name: names[name] for name in region.parameters.model_names}
    profiles = profile(target, mode, learnable)
    kept = thinned(draws)
    values = region.parameters.values(kept)
    fitted = imitate(region, region.fit, values, seed)
    prior = np.random.default_rng(seed).standard_normal((500, target.dimension))
    held = _hold_outs(region, mode, settings) if settings.hold_outs else ()
    return Calibration(
        region=region,
        settings=settings,
        mode=mode,
        profiles=profiles,
        diagnosis=diagnose(draws, region.parameters),
        kept=kept,
        prior_predictive=imitate(region, region.fit, region.parameters.values(prior), seed),
        fitted=fitted,
        validated=imitate(region, region.validate, values, seed) if region.validate else None,
        fits=fit_table(fitted),
        hold_outs=held,
        evaluations=target.evaluations,
    )


def thinned(draws: Draws, count: int = KEPT_DRAWS) -> Array:
    """At most ``count`` draws, evenly spaced over ensembles, steps and walkers."""
    flat = draws.flat
    picks = np.linspace(0, len(flat) - 1, min(count, len(flat))).round().astype(np.int64)
    return flat[picks]


def _hold_outs(region: Region, mode: Mode, settings: Settings) -> tuple[HoldOut, ...]:
    found = []
    for name, part in (*origins(region), *left_out(region)):
        log.info("Holding out: %s", name)
        found.append(hold_out(name, (region, part), mode.scores, settings.sampler.seed))
    return tuple(found)
