"""Lowering: names resolved, types made explicit, memory turned into hidden stocks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from upshift.model.engine.functions import FUNCTIONS
from upshift.model.engine.ir import (
    Axis,
    Call,
    Clock,
    Equation,
    Expression,
    Index,
    Kind,
    LookupCall,
    Model,
    Number,
    Reduction,
    Reference,
)
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read

FEATURES = Path(__file__).parents[1] / "features"
NAMES = sorted(path.parent.name for path in FEATURES.glob("*/model.*"))
CONTROL = """
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 4 ~ ~ |
TIME STEP = 0.5 ~ ~ |
"""


def lowered(folder: Path, text: str) -> Model:
    path = folder / "model.mdl"
    path.write_text("{UTF-8}\n" + text + CONTROL, encoding="utf-8")
    return lower(read(path))


def feature(name: str) -> Model:
    return lower(read(next((FEATURES / name).glob("model.*"))))


def equation(model: Model, variable: str) -> Equation:
    return next(e for e in model.equations if e.variable == variable)


def walk(node: Expression) -> Iterator[Expression]:
    yield node
    match node:
        case Call(_, arguments):
            for argument in arguments:
                yield from walk(argument)
        case LookupCall(_, _, argument):
            yield from walk(argument)
        case Reduction(_, _, body):
            yield from walk(body)


def gives_mask(node: Expression) -> bool:
    return isinstance(node, Call) and FUNCTIONS[node.function].gives_mask


def everything(model: Model) -> list[Equation]:
    return [*model.equations, *model.flows, *model.initials]


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_defined_once(name: str) -> None:
    model = feature(name)
    for variable in model.variables:
        late = variable.kind in (Kind.STOCK, Kind.INITIAL)
        groups = [model.initials if late else model.equations]
        if variable.kind is Kind.STOCK:
            groups.append(model.flows)
        for group in groups:
            cells = [
                cell
                for e in group
                if e.variable == variable.name
                for cell in product(*(index.positions for index in e.target))
            ]
            assert sorted(cells) == sorted(product(*(range(size) for size in variable.shape)))


@pytest.mark.parametrize("name", NAMES)
def test_axes_are_numbered_from_zero_and_indices_fit(name: str) -> None:
    model = feature(name)
    shapes = {variable.name: variable.shape for variable in model.variables}
    shapes |= {table.name: table.shape for table in model.tables}
    for e in everything(model):
        axes: list[Axis] = [*e.axes]
        for node in walk(e.expression):
            axes += node.axes if isinstance(node, Reduction) else ()
        assert [axis.number for axis in axes] == list(range(len(axes)))
        sizes = {axis.number: axis.size for axis in axes}
        places: list[tuple[str, tuple[Index, ...]]] = [(e.variable, e.target)]
        for node in walk(e.expression):
            if isinstance(node, Reference):
                places.append((node.name, node.indices))
            elif isinstance(node, LookupCall):
                places.append((node.table, node.indices))
        for where, indices in places:
            assert len(indices) == len(shapes[where])
            for index, size in zip(indices, shapes[where], strict=True):
                count = 1 if index.axis is None else sizes[index.axis]
                assert len(index.positions) == count
                assert all(0 <= position < size for position in index.positions)


@pytest.mark.parametrize("name", NAMES)
def test_masks_stand_in_condition_positions_and_nowhere_else(name: str) -> None:
    for e in everything(feature(name)):
        assert not gives_mask(e.expression)
        for node in walk(e.expression):
            if isinstance(node, Call):
                function = FUNCTIONS[node.function]
                assert function.arity[0] <= len(node.arguments) <= function.arity[1]
                for place, argument in enumerate(node.arguments):
                    assert gives_mask(argument) == (place in function.conditions)
            elif isinstance(node, Reduction):
                assert not gives_mask(node.body)


@pytest.mark.parametrize("name", NAMES)
def test_every_equation_carries_its_text(name: str) -> None:
    model = feature(name)
    hidden = {variable.name for variable in model.variables if variable.hidden}
    for e in everything(model):
        assert e.variable in hidden or e.text.startswith(e.variable)
        assert len(e.text) <= 200


def test_names_are_shown_as_defined_and_found_however_written(tmp_path: Path) -> None:
    model = lowered(tmp_path, '"Rate (a)" = 1 ~ ~ |\nMy_Level = INTEG("rate (A)", 2) ~ ~ |')
    assert model.variable("Rate (a)").kind is Kind.CONSTANT
    assert model.flows[0].expression == Reference("Rate (a)")
    assert model.flows[0].text == "My_Level = INTEG(Rate (a), 2)"


def test_constants_are_literals_only(tmp_path: Path) -> None:
    model = lowered(
        tmp_path,
        "area: east, west ~ ~ |\na = -3 ~ ~ |\nb[area] = 1, -2 ~ ~ |\n"
        "c[east] = 1 ~ ~ |\nc[west] = a ~ ~ |\nd = a*2 ~ ~ |",
    )
    kinds = {variable.name: variable.kind for variable in model.variables}
    assert [kinds[name] for name in "abcd"] == [
        Kind.CONSTANT,
        Kind.CONSTANT,
        Kind.AUXILIARY,
        Kind.AUXILIARY,
    ]
    assert equation(model, "a").expression == Number(-3.0)


def test_a_variable_has_the_range_its_equations_cover(tmp_path: Path) -> None:
    model = lowered(
        tmp_path,
        "area: A, B, C ~ ~ |\npair: B, C ~ ~ |\n"
        "whole[A] = 1 ~ ~ |\nwhole[pair] = 2 ~ ~ |\npart[B] = 1 ~ ~ |\npart[C] = 2 ~ ~ |\n"
        "ends[A] = 1 ~ ~ |\nends[C] = 2 ~ ~ |",
    )
    found = {variable.name: variable.dimensions for variable in model.variables}
    assert (found["whole"], found["part"]) == (("area",), ("pair",))
    (made,) = found["ends"]
    ranges = {dimension.name: dimension.elements for dimension in model.dimensions}
    assert (made, ranges[made]) == ("area of ends", ("A", "C"))


def test_exceptions_split_an_equation_into_rectangles(tmp_path: Path) -> None:
    model = lowered(
        tmp_path,
        "row: R1, R2 ~ ~ |\ncolumn: C1, C2, C3 ~ ~ |\n"
        "x[row, column] :EXCEPT: [R1, C2] = Time ~ ~ |\nx[R1, C2] = 5 ~ ~ |",
    )
    targets = [tuple(i.positions for i in e.target) for e in model.equations if e.variable == "x"]
    assert targets == [((0,), (0, 2)), ((1,), (0, 1, 2)), ((0,), (1,))]


def test_hidden_stocks_have_readable_names_and_the_dimensions_around_them(tmp_path: Path) -> None:
    model = lowered(
        tmp_path,
        "area: east, west ~ ~ |\nx[area] = 1, 2 ~ ~ |\n"
        "y[area] = SMOOTH(x[area], 2) + DELAY3(x[area], 3) ~ ~ |\n"
        "z = SUM(SMOOTH(x[area!], 2)) ~ ~ |",
    )
    hidden = {v.name: v for v in model.variables if v.hidden}
    assert list(hidden) == [
        "_smooth_1 of y",
        "_delay_1 stage 1 of y",
        "_delay_1 stage 2 of y",
        "_delay_1 stage 3 of y",
        "_smooth_1 of z",
    ]
    assert all(v.kind is Kind.STOCK and v.dimensions == ("area",) for v in hidden.values())


def test_the_clock_holds_the_values_of_constant_expressions() -> None:
    model = feature("control_expressions")
    assert model.clock == Clock(start=10.0, stop=12.0, step=0.125, save_every=0.5)
    assert equation(model, "TIME STEP").expression == Number(0.125)
    assert model.variable("SAVEPER").kind is Kind.CONSTANT


def test_without_saveper_every_step_is_saved(tmp_path: Path) -> None:
    assert lowered(tmp_path, "x = 1 ~ ~ |").clock.save_every == 0.5


def test_numbers_as_conditions_and_conditions_as_numbers(tmp_path: Path) -> None:
    model = lowered(tmp_path, "s = 1 ~ ~ |\nx = IF THEN ELSE(s, (Time > 1)*2, 3) ~ ~ |")
    expression: Any = equation(model, "x").expression
    condition, then, _ = expression.arguments
    assert condition == Call("<>", (Reference("s"), Number(0.0)))
    assert then.arguments[0].function == "if_then_else"
    assert then.arguments[0].arguments[1:] == (Number(1.0), Number(0.0))


def test_files_read_are_listed_as_sources() -> None:
    names = [Path(source).name for source in feature("external").sources]
    assert names == ["model.mdl", "series.csv", "across.csv", "numbers.csv"]


def test_a_workbook_is_read_like_a_text_file(tmp_path: Path) -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    book = Workbook()
    book.active.title = "S"
    for row in (("time", "all"), (0, 1.5), (2, 3.5)):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    model = lowered(tmp_path, "x := GET XLS DATA('book.xlsx', 'S', 'A', 'B2') ~ ~ |")
    assert model.tables[0].points == (((0.0, 2.0), (1.5, 3.5)),)
