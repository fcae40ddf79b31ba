"""From a model file to a compiled model: parsed once, compiled once, kept under its content.

The kernel's source is a real file named after everything its machine code depends on: the source
itself, the lane type, Numba, llvmlite, Python, and the processor's name and features. Numba's own
cache then lives beside it, so that no changed model, engine or processor runs a stale kernel.
"""

from __future__ import annotations

import importlib.util
import json
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from . import cache, codec
from .bounds import fits
from .ir import Dimension, Kind, Model, Number, Variable
from .layout import Layout
from .program import Program, program_of

NUMBA_TESTED = ((0, 62), (0, 68))  # first and last minor release that the tests pass on


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """A model ready to run. Nothing about it changes; two threads may use it at once.

    ``source`` is the generated kernel, to be read; ``model`` is the representation it came from,
    without the helper variables.
    """

    name: str
    source: str
    model: Model
    layout: Layout
    evaluation_order: tuple[str, ...] = field(repr=False)  # variables, as each step computes them
    integers: NDArray[np.int64] = field(repr=False)
    segments: NDArray[np.float64] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """A name for the content of the model and of the engine, the same in every folder."""
        content = codec.to_json(replace(self.model, sources=()))
        return cache.digest(content, cache.engine_digest())

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        """Every variable of the modeller, by its name in the file."""
        return MappingProxyType({v.name: v for v in self.model.variables if not v.hidden})

    @cached_property
    def dimensions(self) -> Mapping[str, Dimension]:
        """Every subscript range, by name."""
        return MappingProxyType({d.name: d for d in self.model.dimensions})

    @cached_property
    def constants(self) -> Mapping[str, NDArray[np.float64]]:
        """The value of every constant as the file states it, in the constant's shape; read-only."""
        return MappingProxyType(constant_values(self.model))

    @cached_property
    def kernel(self) -> Callable[..., None]:
        """The compiled entry; the first use compiles it or takes it from the cache."""
        return _import_kernel(self.source)

    def columns(self, name: str) -> tuple[str, ...]:
        """The element names of a variable, row-major: ``Stock[A, B]``; its own name if scalar."""
        return element_names(self.variables[name], self.dimensions)


def constant_values(model: Model) -> dict[str, NDArray[np.float64]]:
    """The value of every constant as the file states it, in the constant's shape; read-only."""
    values = {v.name: np.zeros(v.shape) for v in model.variables if v.kind is Kind.CONSTANT}
    for equation in model.equations:
        if equation.variable in values and isinstance(equation.expression, Number):
            places = [np.asarray(index.positions) for index in equation.target]
            where = np.ix_(*places) if places else ()
            values[equation.variable][where] = equation.expression.value
    for array in values.values():
        array.setflags(write=False)
    return values


def element_names(variable: Variable, dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    """``name[A, B]`` for each element, row-major, as the model's file writes it."""
    if not variable.dimensions:
        return (variable.name,)
    names = [""]
    for dimension in variable.dimensions:
        names = [f"{n}, {e}" if n else e for n in names for e in dimensions[dimension].elements]
    return tuple(f"{variable.name}[{name}]" for name in names)


def load_model(path: str | Path, *, check_units: bool = False) -> CompiledModel:
    """Read, check and prepare a Vensim (.mdl) or XMILE (.xmile, .stmx, .itmx, .xml) model.

    The model's files are read, never executed. Parsing is cached by content. With ``check_units``,
    any inconsistency of units is an error.

    Raises InputError when the file is missing, cannot be parsed, uses something not supported, or
    is circular.
    """
    model, program = _prepared(Path(path))
    if check_units:
        from .units import check_units as findings_of  # noqa: PLC0415

        findings = findings_of(model)
        if findings:
            raise InputError(
                f"{len(findings)} unit mismatch(es) in '{path}': "
                + "; ".join(str(finding) for finding in findings[:5])
                + ". Correct the units, or run without the unit check."
            )
    return _compiled(model, program)


def compile_model(model: Model) -> CompiledModel:
    """Order, lay out and emit a lowered model. The machine code is made on first use."""
    return _compiled(model, program_of(model))


def _compiled(model: Model, program: Program) -> CompiledModel:
    return CompiledModel(
        name=model.name,
        source=program.source,
        model=model,
        layout=program.layout,
        evaluation_order=program.evaluation_order,
        integers=np.array(program.integers, dtype=np.int64),
        segments=np.array(program.layout.segments or (0.0,), dtype=np.float64),
    )


def _prepared(path: Path) -> tuple[Model, Program]:
    """The lowered model and its program, cached until the file or anything it reads changes."""
    if not fits(path):
        from .read import read  # noqa: PLC0415

        read(path)  # says what is wrong with the path
    key = cache.digest(str(path.resolve()), path.read_bytes(), cache.engine_digest())
    stored = cache.folder() / f"m_{key}.json"
    known = _stored(stored)
    if known is not None:
        return known
    from .lower import lower  # noqa: PLC0415
    from .read import read  # noqa: PLC0415

    model = lower(read(path))
    program = program_of(model)
    entry = {
        "sources": _contents(model.sources),
        "model": codec.to_json(model),
        "program": codec.to_json(program),
    }
    stored.unlink(missing_ok=True)
    cache.write_once(stored, json.dumps(entry))
    return model, program


def _stored(entry_path: Path) -> tuple[Model, Program] | None:
    try:
        entry = json.loads(entry_path.read_text(encoding="utf-8"))
        if entry["sources"] != _contents(tuple(entry["sources"])):
            return None
        model, program = codec.from_json(entry["model"]), codec.from_json(entry["program"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not isinstance(model, Model) or not isinstance(program, Program):
        return None
    return model, program


def _contents(sources: tuple[str, ...]) -> dict[str, str]:
    return {source: cache.digest(Path(source).read_bytes()) for source in sources}


def _import_kernel(source: str) -> Callable[..., None]:
    """The kernel of a generated module, written once to the cache folder under its content."""
    import llvmlite  # noqa: PLC0415
    import numba  # noqa: PLC0415
    from llvmlite import binding  # noqa: PLC0415

    found = tuple(int(part) for part in numba.__version__.split(".")[:2])
    if not NUMBA_TESTED[0] <= found <= NUMBA_TESTED[1]:
        first, last = (".".join(map(str, version)) for version in NUMBA_TESTED)
        raise InputError(
            f"Numba {numba.__version__} is installed, but upshift is tested with {first} to "
            f"{last}; install a tested one with: pip install 'numba>={first},<={last}.99'."
        )
    processor = numba.core.config.CPU_NAME or binding.get_host_cpu_name()
    features = numba.core.config.CPU_FEATURES or binding.get_host_cpu_features().flatten()
    versions = (numba.__version__, llvmlite.__version__, platform.python_version())
    key = cache.digest(source, cache.lanes_digest(), *versions, str(processor), str(features))
    path = cache.folder() / f"k_{key}.py"
    if path.exists() and path.read_text(encoding="utf-8") != source:
        path.unlink()  # only what was generated here is ever imported
    cache.write_once(path, source)
    spec = importlib.util.spec_from_file_location(f"upshift_kernel_{key}", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Numba's cache finds functions by their module's name
    spec.loader.exec_module(module)
    kernel: Callable[..., None] = module.simulate
    return kernel
