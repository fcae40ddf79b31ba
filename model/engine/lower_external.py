"""Numbers in files beside a model: GET DIRECT/XLS DATA, LOOKUPS and CONSTANTS.

Text files (.csv, .tab, .txt) and workbooks (.xlsx) are read once, when the model is loaded. Cells
are named as in a spreadsheet: ``B2``; a row by its number, a column by its letter.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from ..errors import InputError
from .syntax import External

Grid = list[list[str]]
Series = tuple[tuple[float, ...], tuple[float, ...]]
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]+)(\*?)")
_DELIMITERS = {"": ",", "\\t": "\t", "tab": "\t"}


def read_series(node: External, count: int, folder: str, variable: str) -> tuple[str, list[Series]]:
    """The file's path and ``count`` series, in neighbouring columns (or rows).

    Raises InputError if the file, the sheet, the cell or a number is missing.
    """
    path, grid = _grid(node, folder, variable)
    row, column, _ = _cell(node.cell, variable)
    if node.series.strip().isdigit():
        grid = [list(line) for line in zip(*_padded(grid), strict=True)]
        row, column, axis = column, row, int(node.series) - 1
    else:
        axis = _column(node.series, variable)
    result = []
    for place in range(count):
        pairs = []
        for line in grid[row:]:
            x, y = _at(line, axis), _at(line, column + place)
            if not x:
                break
            if y:
                pairs.append((_number(x, path, variable), _number(y, path, variable)))
        pairs.sort()
        result.append((tuple(x for x, _ in pairs), tuple(y for _, y in pairs)))
    return str(path), result


def read_block(
    node: External, shape: tuple[int, ...], folder: str, variable: str
) -> tuple[str, list[float]]:
    """The file's path and the numbers of a block of cells, row-major in ``shape``.

    One subscript reads along a row and two read a table; a ``*`` after the cell transposes.
    """
    if len(shape) > 2:
        raise InputError(f"'{variable}' reads constants over more than two subscripts at once.")
    path, grid = _grid(node, folder, variable)
    row, column, transposed = _cell(node.cell, variable)
    rows, columns = (1, 1, *shape)[-2:]
    numbers = []
    for i in range(rows):
        for j in range(columns):
            down, across = (j, i) if transposed else (i, j)
            line = grid[row + down] if row + down < len(grid) else []
            numbers.append(_number(_at(line, column + across), path, variable))
    return str(path), numbers


def _grid(node: External, folder: str, variable: str) -> tuple[Path, Grid]:
    path = Path(folder) / node.file
    if not path.is_file():
        raise InputError(
            f"'{variable}' reads {node.file}, which is not beside the model ({folder})."
        )
    if path.suffix.lower() in (".csv", ".tab", ".txt"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            return path, list(csv.reader(file, delimiter=_DELIMITERS.get(node.tab, node.tab)[:1]))
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return path, _sheet(path, node.tab, variable)
    raise InputError(
        f"'{variable}' reads {node.file}; only .csv, .tab, .txt and .xlsx files are supported."
    )


def _sheet(path: Path, tab: str, variable: str) -> Grid:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        if tab not in book.sheetnames:
            sheets = ", ".join(book.sheetnames)
            raise InputError(f"'{variable}' reads sheet '{tab}' of {path.name}; it has {sheets}.")
        rows = book[tab].iter_rows(values_only=True)
        return [["" if value is None else str(value) for value in row] for row in rows]
    finally:
        book.close()


def _padded(grid: Grid) -> Grid:
    width = max((len(line) for line in grid), default=0)
    return [line + [""] * (width - len(line)) for line in grid]


def _at(line: list[str], column: int) -> str:
    return line[column].strip() if column < len(line) else ""


def _number(text: str, path: Path, variable: str) -> float:
    try:
        return float(text)
    except ValueError:
        found = f"'{text}'" if text else "an empty cell"
        raise InputError(
            f"'{variable}' needs a number in {path.name}, but found {found}."
        ) from None


def _cell(text: str, variable: str) -> tuple[int, int, bool]:
    match = _CELL.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"'{variable}' reads the cell '{text}'; name it as in B2. Named ranges are not "
            "supported."
        )
    letters, digits, star = match.groups()
    return int(digits) - 1, _column(letters, variable), bool(star)


def _column(letters: str, variable: str) -> int:
    if not re.fullmatch(r"\s*[A-Za-z]{1,3}\s*", letters):
        raise InputError(
            f"'{variable}' takes x from '{letters}'; give a column letter (A) or a row number (1)."
        )
    number = 0
    for letter in letters.strip().upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
