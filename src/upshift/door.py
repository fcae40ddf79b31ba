"""The Python door: load a model and run it, sweep scenarios."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .model.errors import InputError, nearest

if TYPE_CHECKING:
    import numpy as np
    import xarray
    from numpy.typing import ArrayLike, NDArray

    from .model.engine import CompiledModel, Dimension, Variable
    from .model.engine.inspection.entries import Entry
    from .scenarios.installed import SweepSettings
    from .scenarios.schema import Scenario
    from .scenarios.store import Study

MODELS = {"halton": "Halton Region: demand for police and emergency services, and earlier help"}
"""The models that come with the package, each with a line about it."""
RESULTS_FOLDER = "upshift-results"
_SUFFIXES = (".mdl", ".xmile", ".stmx", ".itmx", ".xml")


@dataclass(frozen=True, repr=False)
class Model:
    """A model ready to run. Nothing about it changes; two threads may use it at once."""

    compiled: CompiledModel

    def __repr__(self) -> str:
        """What the model is, in a line: how much it holds, and its time."""
        kinds = Counter(str(variable.kind) for variable in self.variables.values())
        counts = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        clock = self.compiled.model.clock
        return (
            f"<Model '{self.name}': {len(self.variables)} variables ({counts}), time "
            f"{clock.start:g} to {clock.stop:g} in steps of {clock.step:g}>"
        )

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
        outputs: Sequence[str] | str | None = None,
        *,
        method: Literal["euler", "rk2", "rk4"] | None = None,
        seed: int = 0,
        threads: int | None = None,
    ) -> xarray.Dataset:
        """Run the model and label the result: dimensions ``(run, time, subscripts...)``.

        ``set`` changes constants: ``name`` all elements, ``name[A, B]`` one. A value is a number or
        an array of R numbers, one a run; all arrays have the same R. ``outputs`` are variables or
        elements, or one of them; by default everything the model computes. Units and meanings are
        attributes; `to_dataframe` of the result, or of one variable of it, makes a table. Random
        numbers follow from ``seed``. ``threads`` None means all that the process may use.

        Raises InputError for an unknown name, a value out of range, arrays of different lengths, or
        a run whose numbers stop being finite.
        """
        from .model.engine import SimulateOptions, simulate, to_dataset  # noqa: PLC0415

        if outputs is None:
            wanted = self._computed
        else:
            wanted = (outputs,) if isinstance(outputs, str) else tuple(outputs)
        options = SimulateOptions(method=method, threads=threads, seed=seed)
        return to_dataset(self.compiled, simulate(self.compiled, set or {}, wanted, options))

    @cached_property
    def _computed(self) -> tuple[str, ...]:
        return computed(self.compiled)

    def equation(self, name: str) -> str:
        """The equations of a variable as the model's file has them, one a line.

        Raises InputError with the nearest names when there is no such variable.
        """
        return "\n".join(self._entry(name).equations)

    def depends_on(self, name: str) -> tuple[str, ...]:
        """What the equations of a variable name. Raises InputError as `equation` does."""
        return self._entry(name).reads

    def used_by(self, name: str) -> tuple[str, ...]:
        """The variables whose equations name this one. Raises InputError as `equation` does."""
        return self._entry(name).read_by

    def source(self, name: str) -> str:
        """The generated statements that compute a variable; empty for a constant.

        Raises InputError as `equation` does.
        """
        from .model.engine.inspection.listing import source_of  # noqa: PLC0415

        return source_of(self.compiled, self._entry(name).name)

    def _entry(self, name: str) -> Entry:
        from .model.engine.inspection.entries import named  # noqa: PLC0415

        return named(self._entries, name, self.name)

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        from .model.engine.inspection.entries import entries  # noqa: PLC0415

        return entries(self.compiled.model)


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
