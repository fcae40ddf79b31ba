"""Numbers listed in the model or beside it: constant arrays, lookups and data series."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from math import prod

from ..errors import InputError
from .ir import Extrapolation, Table
from .lower_cells import Place, check_cover, places
from .lower_data import DataFiles
from .lower_external import read_block, read_series
from .lower_scope import Declared, Symbols, extrapolation
from .read_tree import NOT_AVAILABLE
from .syntax import Array, Component, External, Points

Cell = tuple[int, ...]
Series = tuple[tuple[float, ...], tuple[float, ...]]


def array_values(declared: Declared, array: Array, place: Place) -> Iterator[tuple[Cell, float]]:
    """Each element of a constant array, ``1,2;3,4;``, with where it goes in the variable.

    Raises InputError if the array does not have as many values as the left-hand side.
    """
    shape = tuple(len(i.positions) for i in place.target if len(i.positions) > 1)
    written = tuple(size for size in array.shape if size > 1)
    tabbed = len(written) == 1 and written[0] == prod(shape)  # a tabbed array lists one long row
    if shape != written and not tabbed:
        raise InputError(
            f"'{declared.name}' lists {_by(written)} numbers for {_by(shape)} elements. Give one "
            "number an element: commas between columns, a semicolon after each row."
        )
    cells = product(*(index.positions for index in place.target))
    return zip(cells, array.values, strict=True)


def _by(shape: tuple[int, ...]) -> str:
    return " by ".join(str(size) for size in shape) or "1"


def external_values(
    declared: Declared, node: External, place: Place, symbols: Symbols, folder: str
) -> Iterator[tuple[Cell, float]]:
    """Each element of a constant read from another file, with where it goes in the variable."""
    shape = tuple(len(index.positions) for index in place.target if index.axis is not None)
    path, values = read_block(node, shape, folder, declared.name)
    symbols.sources.append(path)
    cells = product(*(index.positions for index in place.target))
    return zip(cells, values, strict=True)


def lower_lookup(declared: Declared, symbols: Symbols, folder: str) -> None:
    """Add the table of a lookup variable, with one pair of tuples per element."""
    points: dict[Cell, Series] = {}
    methods: dict[Cell, Extrapolation] = {}
    covered: list[tuple[Place, str]] = []
    for component in declared.element.components:
        for place in places(declared, component, symbols):
            covered.append((place, ""))
            series = _series(declared, component, place, symbols, folder)
            node = component.node
            method = extrapolation(node.method if isinstance(node, Points) else None)
            for cell, one in zip(
                product(*(index.positions for index in place.target)), series, strict=True
            ):
                points[cell], methods[cell] = one, method
    check_cover(declared, covered)
    method = _common_method(declared, points, methods)
    order = product(*(range(size) for size in declared.shape))
    symbols.tables.append(
        Table(declared.name, declared.shape, tuple(points[cell] for cell in order), method)
    )


def _common_method(
    declared: Declared, points: dict[Cell, Series], methods: dict[Cell, Extrapolation]
) -> Extrapolation:
    """How all elements are read; among ones that extrapolate, the others get level ends."""
    used = set(methods.values())
    if used == {Extrapolation.HOLD, Extrapolation.EXTRAPOLATE}:
        for cell, (x, y) in points.items():
            if methods[cell] is Extrapolation.HOLD:
                points[cell] = (x[0] - 1.0, *x, x[-1] + 1.0), (y[0], *y, y[-1])
        return Extrapolation.EXTRAPOLATE
    if len(used) > 1:
        raise InputError(f"The elements of the lookup '{declared.name}' are read in unequal ways.")
    return used.pop()


_EXTRAPOLATIONS = {
    "extrapolate": Extrapolation.EXTRAPOLATE,
    "forward": Extrapolation.STEP_FORWARD,
    "backward": Extrapolation.STEP_BACKWARD,
    "invert": Extrapolation.HOLD,
}


def add_readings(symbols: Symbols) -> None:
    """Add the tables that LOOKUP functions read in other ways than their own.

    Raises InputError for a lookup to be inverted whose y values neither all rise nor all fall.
    """
    tables = {table.name: table for table in symbols.tables}
    for (of, how), name in symbols.readings.items():
        points = tables[of].points
        if how == "invert":
            points = tuple(_inverted(of, x, y) for x, y in points)
        symbols.tables.append(Table(name, tables[of].shape, points, _EXTRAPOLATIONS[how]))


def _inverted(lookup: str, x: tuple[float, ...], y: tuple[float, ...]) -> Series:
    if y[0] > y[-1]:
        x, y = x[::-1], y[::-1]
    if any(right <= left for left, right in pairwise(y)):
        raise InputError(
            f"LOOKUP INVERT reads '{lookup}', whose y values neither all rise nor all fall: more "
            "than one x, or none, answers to a y."
        )
    return y, x


def data_table(
    declared: Declared, component: Component, place: Place, symbols: Symbols, folder: str
) -> str:
    """Add the table behind one equation of a data variable; return its name."""
    shape = tuple(axis.size for axis in place.scope.axes)
    series = _series(declared, component, place, symbols, folder)
    if component.keyword == "raw":
        series, method = [_only_at_points(x, y) for x, y in series], Extrapolation.STEP_BACKWARD
    else:
        method = extrapolation(component.keyword)
    name = symbols.hidden_name("data", place.scope)
    symbols.tables.append(Table(name, shape, tuple(series), method))
    return name


def _only_at_points(x: tuple[float, ...], y: tuple[float, ...]) -> Series:
    """A series that is missing (:NA:) but for a moment around each point, as :RAW: asks."""
    gap = min((right - left for left, right in pairwise(x)), default=1.0)
    times, values = [x[0] - 1.0], [NOT_AVAILABLE]
    for time, value in zip(x, y, strict=True):
        near = min(1e-6 * max(1.0, abs(time)), gap / 4)
        times += [time - near, time + near]
        values += [value, NOT_AVAILABLE]
    return tuple(times), tuple(values)


def _series(
    declared: Declared, component: Component, place: Place, symbols: Symbols, folder: str
) -> list[Series]:
    count = prod(len(index.positions) for index in place.target)
    match component.node:
        case Points(x, y):
            _check_points(declared, x)
            return [(x, y)] * count
        case External() as external:
            path, series = read_series(external, count, folder, declared.name)
            symbols.sources.append(path)
            for x, _y in series:
                _check_points(declared, x)
            return series
        case _:
            data = symbols.data or DataFiles("", ())
            ranges = [dimension.elements for dimension in declared.dimensions]
            cells = product(*(index.positions for index in place.target))
            names = (
                tuple(elements[i] for elements, i in zip(ranges, cell, strict=True))
                for cell in cells
            )
            return [data.find(declared.name, element) for element in names]


def _check_points(declared: Declared, x: tuple[float, ...]) -> None:
    if not x:
        raise InputError(f"The lookup or data variable '{declared.name}' has no points.")
    if any(right <= left for left, right in pairwise(x)):
        raise InputError(
            f"The points of '{declared.name}' repeat an x value. Give each x once, in rising order."
        )
