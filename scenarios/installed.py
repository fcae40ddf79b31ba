"""The sweep of a Halton model, by default the installed one, with defaults throughout."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from ..model.checks_record import RECORD_NAME, checks_digest
from ..model.engine import CompiledModel, load_model
from ..model.halton.posterior import POSTERIOR_NAME, calibrated, parse_posterior
from ..model.halton.registry import load_registry
from .design import DEFAULT_DESIGN
from .manifest import Design, Method
from .plan import OUTPUTS, Sampler, SweepPlan
from .provenance import REGISTRY_NAME, Evidence
from .runner import EngineRunner
from .schema import Scenario
from .spec import load_library
from .vocabulary import INSTALLED, Vocabulary

MODEL_FILE = "halton.mdl"
log = logging.getLogger("upshift")


@dataclass(frozen=True)
class SweepSettings:
    """How to sweep. ``threads`` None means all that the process may use; ``outputs`` are kept.

    ``folder`` holds the model: the installed one, or one in which tables were opened or closed.
    Its posterior is used when it has one, unless ``from_prior``.
    """

    draws: int = 256
    seed: int = 20171101
    design: Design = DEFAULT_DESIGN
    method: Method = "euler"
    threads: int | None = None
    outputs: tuple[str, ...] = OUTPUTS
    folder: Path = INSTALLED
    from_prior: bool = False


def halton_plan(
    scenarios: tuple[Scenario, ...] | None = None, settings: SweepSettings | None = None
) -> SweepPlan:
    """A plan for the Halton model: by default every scenario of the library x 256 draws.

    Compiles the model when its kernel is not cached. Raises InputError for a faulty model file,
    registry or library, and for a posterior that is damaged or belongs to another model.
    """
    settings = settings or SweepSettings()
    evidence = Evidence.read(settings.folder)
    if settings.from_prior:
        evidence = replace(evidence, posterior=b"")
    vocabulary = Vocabulary.of(evidence.parameter_rows())
    model = load_model(settings.folder / MODEL_FILE)
    evidence = _with_own_checks(settings.folder, evidence, model)
    return SweepPlan(
        scenarios=load_library(vocabulary) if scenarios is None else scenarios,
        model=EngineRunner(model, settings.method, settings.threads),
        sampler=_sampler(settings.folder, evidence, model),
        evidence=evidence,
        draws=settings.draws,
        seed=settings.seed,
        design=settings.design,
        method=settings.method,
        outputs=settings.outputs,
    )


def _with_own_checks(folder: Path, evidence: Evidence, model: CompiledModel) -> Evidence:
    """The evidence without recorded checks that are of another model or registry than these."""
    record = evidence.check_record()
    registry = load_registry(folder / REGISTRY_NAME)
    if record is None or record.digest == checks_digest(model, registry):
        return evidence
    log.warning(
        "The checks in %s are of another model or registry, so the report leaves them out; "
        "record them again with: upshift check %s --to %s",
        *(folder / RECORD_NAME, folder / MODEL_FILE, folder / RECORD_NAME),
    )
    return replace(evidence, checks=b"")


def _sampler(folder: Path, evidence: Evidence, model: CompiledModel) -> Sampler:
    """The registry's priors, joined with the folder's posterior when the study carries one."""
    registry = load_registry(folder / REGISTRY_NAME)
    if not evidence.posterior:
        log.info("Uncalibrated: every input is drawn from its prior")
        return registry
    posterior = parse_posterior(evidence.posterior, str(folder / POSTERIOR_NAME))
    return calibrated(registry, posterior, model)
