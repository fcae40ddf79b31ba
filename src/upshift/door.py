"""The Python door: load a model and run it, sweep scenarios."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .model.errors import InputError, nearest

if TYPE_CHECKING:
    import numpy as np
    import xarray
    from numpy.typing import ArrayLike, NDArray

    from .model.engine import CompiledModel, Dimension, Variable
    from .scenarios.installed import SweepSettings
    from .scenarios.schema import Scenario
    from .scenarios.store import Study

MODELS = {"halton": "Halton Region: demand for police and emergency services, and earlier help"}
"""The models that come with the package, each with a line about it."""
RESULTS_FOLDER = "upshift-results"
_SUFFIXES = (".mdl", ".xmile", ".stmx", ".itmx", ".xml")


@dataclass(frozen=True)
class Model:
    """A model ready to run. Nothing about it changes; two threads may use it at once."""

    compiled: CompiledModel

    @property
    def name(self) -> str:
        """The model's name: that of its file."""
        return self.compiled.name

    @property
    def variables(self) -> Mapping[str, Variable]:
        """Every variable by name, with its kind, dimensions, units and meaning."""
        return self.compiled.variables

    @property
    def dimensions(self) -> Mapping[str, Dimension]:
        """Every subscript range by name, with its elements."""
        return self.compiled.dimensions

    @property
    def constants(self) -> Mapping[str, NDArray[np.float64]]:
        """The value of every constant as the file states it, in the constant's shape."""
        return self.compiled.constants

    def run(
        self,
        set: Mapping[str, ArrayLike] | None = None,
        outputs: Sequence[str] | None = None,
        *,
        method: Literal["euler", "rk2", "rk4"] | None = None,
        threads: int | None = None,
    ) -> xarray.Dataset:
        """Run the model and label the result: dimensions ``(run, time, subscripts...)``.

        ``set`` changes constants: ``name`` all elements, ``name[A, B]`` one. A value is a number or
        an array of R numbers, one a run; all arrays have the same R. ``outputs`` are variables or
        elements; by default everything the model computes. Units and meanings are attributes.
        ``threads`` None means all that the process may use.

        Raises InputError for an unknown name, a value out of range, arrays of different lengths, or
        a run whose numbers stop being finite.
        """
        from .model.engine import SimulateOptions, simulate, to_dataset  # noqa: PLC0415

        wanted = computed(self.compiled) if outputs is None else tuple(outputs)
        options = SimulateOptions(method=method, threads=threads)
        return to_dataset(self.compiled, simulate(self.compiled, set or {}, wanted, options))


def load(name_or_path: str | Path, *, check_units: bool = False) -> Model:
    """A model by name (``halton``) or by the path of a Vensim or XMILE file.

    With ``check_units`` any inconsistency of units is an error. Raises InputError when there is no
    such model, or when the file cannot be read, lowered or ordered.
    """
    from .model.engine import load_model  # noqa: PLC0415

    return Model(load_model(model_path(name_or_path), check_units=check_units))


def sweep(
    scenarios: Sequence[str | Path | Scenario] | None = None,
    *,
    to: str | Path = RESULTS_FOLDER,
    settings: SweepSettings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Run scenarios of the Halton model over joint draws of its uncertain inputs.

    ``scenarios`` are names from the library, paths of YAML files or `Scenario` objects; by default
    the whole library. Comparators that they need are added. Results are kept in the folder ``to``;
    a folder that holds part of the same sweep is gone on with. ``progress`` is called with
    (runs done, all runs).

    Raises InputError for faulty scenarios or settings, and for a folder that cannot be written or
    holds another sweep.
    """
    from .scenarios.installed import halton_plan  # noqa: PLC0415
    from .scenarios.sweep import run_sweep  # noqa: PLC0415

    chosen = None if scenarios is None else _chosen(scenarios)
    return run_sweep(halton_plan(chosen, settings), Path(to), progress)


def model_path(name_or_path: str | Path) -> Path:
    """The file of a model. Raises InputError for a name that is neither a model nor a path."""
    if isinstance(name_or_path, Path):
        return name_or_path
    if name_or_path in MODELS:
        from .model import halton  # noqa: PLC0415

        return Path(str(halton.__file__)).with_name(f"{name_or_path}.mdl")
    path = Path(name_or_path)
    if path.suffix.lower() in _SUFFIXES or path.exists() or len(path.parts) > 1:
        return path
    raise InputError(
        f"There is no model '{name_or_path}'.{nearest(name_or_path, MODELS)} "
        f"Give one of {', '.join(MODELS)}, or the path of a {', '.join(_SUFFIXES)} file."
    )


def computed(model: CompiledModel) -> tuple[str, ...]:
    """The names of all variables that the model computes, in the order of its file."""
    return tuple(v.name for v in model.variables.values() if v.kind != "constant")


def _chosen(scenarios: Sequence[str | Path | Scenario]) -> tuple[Scenario, ...]:
    """The scenarios, with the comparators from the library that they lack."""
    from .scenarios.schema import Scenario  # noqa: PLC0415
    from .scenarios.spec import in_order, library_names, load_scenario  # noqa: PLC0415

    given = [item if isinstance(item, Scenario) else load_scenario(item) for item in scenarios]
    names = {scenario.name for scenario in given}
    wanted = {scenario.compare_with for scenario in given if scenario.compare_with is not None}
    lacking = sorted((wanted - names).intersection(library_names()))
    return in_order((*given, *map(load_scenario, lacking)))
