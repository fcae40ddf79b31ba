"""Sheets of numbers beside a model: text files and workbooks, their cells and named ranges."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError, nearest
from .bounds import beside, check_cells, check_data, shortened

Grid = list[list[str]]
_CELL = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})(\*?)")
_NAMED = re.compile(r"(?:'?([^'!]+)'?!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
_DELIMITERS = {"": ",", "\\t": "\t", "tab": "\t"}


@dataclass(frozen=True)
class Area:
    """A block of cells, by row and column counted from 0. ``starred`` asks to transpose."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    starred: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells as text, and the ranges named in its workbook, in lower case."""

    path: Path
    grid: Grid
    names: Mapping[str, Area] = field(default_factory=dict)

    def at(self, row: int, column: int) -> str:
        """The text of a cell; empty outside the sheet."""
        line = self.grid[row] if row < len(self.grid) else []
        return line[column].strip() if column < len(line) else ""

    @property
    def turned(self) -> Sheet:
        """The same cells with rows and columns exchanged."""
        width = max((len(line) for line in self.grid), default=0)
        full = [line + [""] * (width - len(line)) for line in self.grid]
        return Sheet(self.path, [list(line) for line in zip(*full, strict=True)])

    def area(self, text: str, variable: str) -> Area:
        """The cell (``B2``, ``B2*``) or named range meant. Raises InputError if there is none."""
        match = _CELL.fullmatch(text.strip())
        if match is not None:
            letters, digits, star = match.groups()
            return Area(int(digits) - 1, column_number(letters, variable), starred=bool(star))
        name = text.strip().removesuffix("*")
        found = self.names.get(name.casefold())
        if found is None:
            raise InputError(
                f"'{variable}' reads the cell '{text}' of {self.path.name}; name it as in B2, or "
                f"as a range named in the workbook.{nearest(name, self.names)}"
            )
        starred = text.strip().endswith("*")
        return Area(found.row, found.column, found.rows, found.columns, starred)

    def number(self, text: str, variable: str) -> float:
        """The number in a cell. Raises InputError for anything else."""
        try:
            return float(text)
        except ValueError:
            found = f"'{text}'" if text else "an empty cell"
            raise InputError(
                f"'{variable}' needs a number in {self.path.name}, but found {found}."
            ) from None


def column_number(letters: str, variable: str) -> int:
    """A column's number from 0: A is 0, AA is 26."""
    if not re.fullmatch(r"\s*[A-Za-z]{1,3}\s*", letters):
        raise InputError(
            f"'{variable}' takes x from '{letters}'; give a column letter (A), a row number (1) or "
            "a range named in the workbook."
        )
    number = 0
    for letter in letters.strip().upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def read_sheet(folder: str, file: str, tab: str, variable: str) -> Sheet:
    """The sheet ``tab`` of a file beside the model. Raises InputError if it cannot be read."""
    path = beside(folder, file, variable)
    if path is None:
        raise InputError(
            f"'{variable}' reads {shortened(file)}, which is not beside the model ({folder})."
        )
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tab", ".txt"):
        return Sheet(path, _rows(path, _DELIMITERS.get(tab, tab)[:1], variable))
    if suffix in (".xlsx", ".xlsm"):
        return _workbook(path, tab, variable)
    if suffix == ".xls":
        return _old_workbook(path, tab, variable)
    raise InputError(
        f"'{variable}' reads {file}; only .csv, .tab, .txt, .xlsx and .xls files are supported."
    )


def _rows(path: Path, delimiter: str, variable: str) -> Grid:
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.reader(text, delimiter=delimiter))
    except (OSError, UnicodeDecodeError, csv.Error, TypeError, ValueError) as error:
        raise InputError(
            f"'{variable}' reads {path.name}, which is no table of text in UTF-8: {error}."
        ) from error
    check_cells(path, len(rows), max(map(len, rows), default=0), variable)
    return rows


def _no_sheet(variable: str, tab: str, path: Path, sheets: list[str]) -> InputError:
    return InputError(
        f"'{variable}' reads sheet '{tab}' of {path.name}; it has {', '.join(sheets)}."
    )


def _workbook(path: Path, tab: str, variable: str) -> Sheet:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    _check_packed(path, variable)
    try:
        book = load_workbook(path, data_only=True)
    except Exception as error:  # whatever a damaged archive or its XML leads to
        raise _damaged(variable, path, error) from error
    try:
        if tab not in book.sheetnames:
            raise _no_sheet(variable, tab, path, book.sheetnames)
        check_cells(path, book[tab].max_row, book[tab].max_column, variable)
        rows = book[tab].iter_rows(values_only=True)
        grid = [["" if value is None else str(value) for value in row] for row in rows]
        ranges = [*book.defined_names.items(), *book[tab].defined_names.items()]
        named = {name.casefold(): _named_area(one.attr_text, tab) for name, one in ranges}
        return Sheet(path, grid, {name: area for name, area in named.items() if area is not None})
    finally:
        book.close()


def _check_packed(path: Path, variable: str) -> None:
    """Refuse an archive that unpacks to too much, or that states entities of its own."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            check_data(path, sum(member.file_size for member in members), variable)
            entities = any(b"<!ENTITY" in archive.read(member) for member in members)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as error:
        raise _damaged(variable, path, error) from error
    if entities:
        raise InputError(f"'{variable}' reads {path.name}, which defines entities. Save it again.")


def _damaged(variable: str, path: Path, error: Exception) -> InputError:
    return InputError(f"'{variable}' reads {path.name}, which is damaged: {shortened(str(error))}.")


def _named_area(text: str | None, tab: str) -> Area | None:
    """The cells of a named range, if it is one block on this sheet."""
    match = _NAMED.fullmatch(text or "")
    if match is None or (match[1] is not None and match[1].casefold() != tab.casefold()):
        return None
    _, left, top, right, bottom = match.groups()
    row, column = int(top) - 1, column_number(left, tab)
    rows = int(bottom or top) - row
    return Area(row, column, rows, column_number(right or left, tab) - column + 1)


def _old_workbook(path: Path, tab: str, variable: str) -> Sheet:
    import xlrd  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        book = xlrd.open_workbook(path)
    except Exception as error:  # the reader trusts the file: struct.error, IndexError, …
        raise _damaged(variable, path, error) from error
    if tab not in book.sheet_names():
        raise _no_sheet(variable, tab, path, book.sheet_names())
    place = book.sheet_names().index(tab)
    rows = book.sheet_by_index(place).get_rows()
    grid = [[str(cell.value) for cell in row] for row in rows]
    names: dict[str, Area] = {}
    for name in book.name_obj_list:
        if name.scope not in (-1, place) or name.macro or not name.result:
            continue
        try:
            sheet, top, bottom, left, right = name.area2d(clipped=False)
        except xlrd.XLRDError:
            continue  # not a block of cells
        if sheet.name == tab:
            names[name.name.casefold()] = Area(top, left, bottom - top, right - left)
    return Sheet(path, grid, names)
