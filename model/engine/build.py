"""From a model file to a compiled model: parsed once, compiled once, kept under its content.

Parsed models are kept under the content of every file they read; ``machine.py`` keeps the kernels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from . import cache, codec
from .bounds import fits
from .ir import Dimension, Kind, Model, Number, Variable
from .layout import Layout
from .machine import Kernel, kernel_of
from .program import Program, program_of


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
    def kernel(self) -> Kernel:
        """The machine code; the first use compiles it or takes it from the cache."""
        return kernel_of(self.source)

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
