"""The sweep of the Halton model that is installed here, with defaults for everything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..model import halton
from ..model.engine import load_model
from ..model.halton.registry import load_registry
from .design import DEFAULT_DESIGN
from .manifest import Design, Method
from .plan import OUTPUTS, SweepPlan
from .runner import EngineRunner
from .schema import Scenario
from .spec import load_library
from .vocabulary import installed_evidence

MODEL_FILE = "halton.mdl"


@dataclass(frozen=True)
class SweepSettings:
    """How to sweep. ``threads`` None means all that the process may use; ``outputs`` are kept."""

    draws: int = 256
    seed: int = 20171101
    design: Design = DEFAULT_DESIGN
    method: Method = "euler"
    threads: int | None = None
    outputs: tuple[str, ...] = OUTPUTS


def halton_plan(
    scenarios: tuple[Scenario, ...] | None = None, settings: SweepSettings | None = None
) -> SweepPlan:
    """A plan for the Halton model: by default every scenario of the library x 256 draws.

    Compiles the model when its kernel is not cached. Raises InputError for a faulty model file,
    registry or library.
    """
    settings = settings or SweepSettings()
    model = load_model(Path(str(halton.__file__)).parent / MODEL_FILE)
    return SweepPlan(
        scenarios=load_library() if scenarios is None else scenarios,
        model=EngineRunner(model, settings.method, settings.threads),
        sampler=load_registry(),
        evidence=installed_evidence(),
        draws=settings.draws,
        seed=settings.seed,
        design=settings.design,
        method=settings.method,
        outputs=settings.outputs,
    )
