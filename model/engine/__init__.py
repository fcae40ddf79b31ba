"""Any Vensim or XMILE model, compiled: read, lower, order, layout, emit, build, simulate."""

from .build import CompiledModel, compile_model, load_model
from .gather import Kept
from .ir import Dimension, Kind, Variable
from .label import to_dataset
from .simulate import FailedRunsError, SimulateOptions, Simulation, simulate

__all__ = [
    "CompiledModel",
    "Dimension",
    "FailedRunsError",
    "Kept",
    "Kind",
    "SimulateOptions",
    "Simulation",
    "Variable",
    "compile_model",
    "load_model",
    "simulate",
    "to_dataset",
]
