"""Numbers in files beside a model: GET DIRECT/XLS DATA, LOOKUPS, CONSTANTS and SUBSCRIPT.

Text files (.csv, .tab, .txt) and workbooks (.xlsx, .xls) are read once, when the model is loaded.
Cells are named as in a spreadsheet: ``B2``; a row by its number, a column by its letter; or either
by a range named in the workbook.
"""

from __future__ import annotations

import re

from ..errors import InputError
from .bounds import check_range
from .lower_sheet import Area, Sheet, column_number, read_sheet
from .syntax import External

Series = tuple[tuple[float, ...], tuple[float, ...]]


def read_series(node: External, count: int, folder: str, variable: str) -> tuple[str, list[Series]]:
    """The file's path and ``count`` series, in neighbouring columns (or rows).

    Where x is empty or no number, as beside a heading, and where y is empty, there is no point.
    Raises InputError if the file, the sheet, the cell or a number is missing.
    """
    sheet = read_sheet(folder, node.file, node.tab, variable)
    first = sheet.area(node.cell, variable)
    axis, along_row = _axis(node.series, sheet, variable)
    row, column, last = first.row, first.column, first.row + first.rows
    if along_row:
        row, column, last = first.column, first.row, first.column + first.columns
        sheet = sheet.turned
    if first.rows * first.columns == 1:
        last = len(sheet.grid)
    result = []
    for place in range(count):
        pairs = []
        for line in range(row, last):
            x, y = _number_or_none(sheet.at(line, axis)), sheet.at(line, column + place)
            if x is not None and y:
                pairs.append((x, sheet.number(y, variable)))
        pairs.sort()
        result.append((tuple(x for x, _ in pairs), tuple(y for _, y in pairs)))
    return str(sheet.path), result


def _axis(text: str, sheet: Sheet, variable: str) -> tuple[int, bool]:
    """The row or column of x, and whether it is a row."""
    if re.fullmatch(r"[1-9][0-9]{0,6}", text.strip()):
        return int(text) - 1, True
    named: Area | None = sheet.names.get(text.strip().casefold())
    if named is None:
        return column_number(text, variable), False
    return (named.column, False) if named.rows > 1 else (named.row, True)


def _number_or_none(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_block(
    node: External, shape: tuple[int, ...], folder: str, variable: str
) -> tuple[str, list[float]]:
    """The file's path and the numbers of a block of cells, row-major in ``shape``.

    One subscript reads along a row and two read a table; a ``*`` after the cell transposes.
    """
    if len(shape) > 2:
        raise InputError(f"'{variable}' reads constants over more than two subscripts at once.")
    sheet = read_sheet(folder, node.file, node.tab, variable)
    first = sheet.area(node.cell, variable)
    rows, columns = (1, 1, *shape)[-2:]
    numbers = []
    for i in range(rows):
        for j in range(columns):
            down, across = (j, i) if first.starred else (i, j)
            text = sheet.at(first.row + down, first.column + across)
            numbers.append(sheet.number(text, variable))
    return str(sheet.path), numbers


def read_elements(node: External, folder: str, variable: str) -> tuple[str, tuple[str, ...]]:
    """The file's path and the elements of a subscript range, from ``cell`` to ``series``.

    ``node.prefix`` is put before each. Numbers are written without a decimal point.
    """
    sheet = read_sheet(folder, node.file, node.tab, variable)
    first, last = sheet.area(node.cell, variable), sheet.area(node.series, variable)
    check_range(variable, max(last.row - first.row, last.column - first.column) + 1)
    if last.row == first.row:
        cells = [(first.row, column) for column in range(first.column, last.column + 1)]
    else:
        cells = [(row, first.column) for row in range(first.row, last.row + 1)]
    texts = [sheet.at(*cell).removesuffix(".0") for cell in cells]
    return str(sheet.path), tuple(node.prefix + text for text in texts if text)
