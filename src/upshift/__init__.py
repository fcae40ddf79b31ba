"""upshift: how earlier help moves demand away from police and emergency services.

>>> import upshift
>>> model = upshift.load("halton")
>>> model.name
'halton'

Names are imported on first use, so that ``import upshift`` takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from .analyse_discover import discover
    from .analyse_information import information
    from .analyse_optimise import OptimiseOptions, optimise
    from .analyse_sensitivity import SensitivityOptions, importance, sensitivity
    from .analysis_folder import Findings
    from .door import Model, load, sweep
    from .model.errors import InputError
    from .reports.render import write_report
    from .scenarios.analysis.discover import DiscoverSettings
    from .scenarios.analysis.information import InformationSettings
    from .scenarios.analysis.optimise import OptimiseSettings
    from .scenarios.analysis.problem import Problem
    from .scenarios.headline import Headline
    from .scenarios.installed import SweepSettings
    from .scenarios.schema import Lever, Scenario
    from .scenarios.spec import load_scenario
    from .scenarios.store import Study, load_study
    from .scenarios.summarise import headlines

__all__ = [
    "DiscoverSettings",
    "Findings",
    "Headline",
    "InformationSettings",
    "InputError",
    "Lever",
    "Model",
    "OptimiseOptions",
    "OptimiseSettings",
    "Problem",
    "Scenario",
    "SensitivityOptions",
    "Study",
    "SweepSettings",
    "__version__",
    "discover",
    "headlines",
    "importance",
    "information",
    "load",
    "load_scenario",
    "load_study",
    "optimise",
    "sensitivity",
    "sweep",
    "write_report",
]

_HOMES = {
    "DiscoverSettings": ".scenarios.analysis.discover",
    "Findings": ".analysis_folder",
    "Headline": ".scenarios.headline",
    "InformationSettings": ".scenarios.analysis.information",
    "InputError": ".model.errors",
    "Lever": ".scenarios.schema",
    "Model": ".door",
    "OptimiseOptions": ".analyse_optimise",
    "OptimiseSettings": ".scenarios.analysis.optimise",
    "Problem": ".scenarios.analysis.problem",
    "Scenario": ".scenarios.schema",
    "SensitivityOptions": ".analyse_sensitivity",
    "Study": ".scenarios.store",
    "SweepSettings": ".scenarios.installed",
    "discover": ".analyse_discover",
    "headlines": ".scenarios.summarise",
    "importance": ".analyse_sensitivity",
    "information": ".analyse_information",
    "load": ".door",
    "load_scenario": ".scenarios.spec",
    "load_study": ".scenarios.store",
    "optimise": ".analyse_optimise",
    "sensitivity": ".analyse_sensitivity",
    "sweep": ".door",
    "write_report": ".reports.render",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'upshift' has no attribute '{name}'")
    value: object = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
