"""One worksheet, filled from the top down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from .phrases import Phrases, unmarked
from .table import Cell, Column, Table

FIRST_WIDTH, WIDTH = 46, 17


@dataclass
class Sheet:
    """A worksheet and the row that is written next."""

    name: str
    page: Any
    looks: dict[str, Any]
    phrases: Phrases
    row: int = 0

    @classmethod
    def add(cls, book: Any, name: str, looks: dict[str, Any], phrases: Phrases) -> Sheet:
        """A new sheet at the end of a workbook."""
        page = book.add_worksheet(name)
        page.set_column(0, 0, FIRST_WIDTH)
        page.set_column(1, 60, WIDTH)
        page.hide_gridlines(2)
        return cls(name, page, looks, phrases)

    def title(self, text: str) -> None:
        """A title, with room above when it is not the first."""
        self.row += 2 if self.row else 0
        self._line(text, "title")

    def heading(self, text: str) -> None:
        """A heading."""
        self.row += 1
        self._line(text, "head")

    def text(self, text: str) -> None:
        """A line of text."""
        self._line(text, "plain")

    def note(self, text: str) -> None:
        """A remark in a paler colour."""
        self._line(text, "note")

    def warning(self, text: str) -> None:
        """A line that must not be missed."""
        self._line(text, "warning")

    def _line(self, text: str, look: str) -> None:
        self.page.write_string(self.row, 0, unmarked(text), self.looks[look])
        self.row += 1

    def table(self, table: Table) -> int:
        """Caption, headings, units and rows; where the first row of numbers stands."""
        self.heading(table.caption)
        split = [_has_interval(table, at) for at in range(len(table.columns))]
        self.row_of(_heads(self.phrases, table, split), "columns")
        self.row_of(_units(self.phrases, table, split), "units")
        first = self.row
        for cells in table.rows:
            place = 0
            for cell, column, three in zip(cells, table.columns, split, strict=True):
                place = self._cell(place, cell, column, three)
            self.row += 1
        return first

    def row_of(self, values: list[str | float], look: str) -> None:
        """One row of texts and numbers."""
        for place, value in enumerate(values):
            if isinstance(value, str):
                self.page.write_string(self.row, place, unmarked(value), self.looks[look])
            else:
                self.page.write_number(self.row, place, value, self.looks[look])
        self.row += 1

    def formula(self, place: int, text: str, value: float, look: str = "number") -> None:
        """A formula in the current row, with the value it has as the file is written."""
        self.page.write_formula(self.row, place, text, self.looks[look], value)

    def _cell(self, place: int, cell: Cell, column: Column, three: bool) -> int:
        values = (cell.value, cell.low, cell.high) if three else (cell.value,)
        look = "share" if cell.share else "number"
        for offset, value in enumerate(values):
            if value is not None and isfinite(value):
                self.page.write_number(self.row, place + offset, value, self.looks[look])
            elif offset == 0:
                shown = "right" if column.numeric else "plain"
                self.page.write_string(self.row, place, unmarked(cell.text), self.looks[shown])
        return place + len(values)


def column_name(column: int) -> str:
    """A column's letters, counted from 0: ``AA`` for 26."""
    before, last = divmod(column, 26)
    return (column_name(before - 1) if before else "") + chr(ord("A") + last)


def cell_name(row: int, column: int, fixed: bool = False) -> str:
    """A cell's name, row and column counted from 0; ``$B$3`` when it is fixed."""
    mark = "$" if fixed else ""
    return f"{mark}{column_name(column)}{mark}{row + 1}"


def _has_interval(table: Table, at: int) -> bool:
    return any(row[at].low is not None for row in table.rows)


def _heads(phrases: Phrases, table: Table, split: list[bool]) -> list[str | float]:
    heads: list[str | float] = []
    for column, three in zip(table.columns, split, strict=True):
        mark = f"{column.title} [D]" if column.grade == "D" else column.title
        if three:
            median = phrases.say("{column}, median", column=mark)
            heads += [median, phrases.say("80 % from"), phrases.say("80 % to")]
        else:
            heads.append(mark)
    return heads


def _units(phrases: Phrases, table: Table, split: list[bool]) -> list[str | float]:
    units: list[str | float] = []
    for at, (column, three) in enumerate(zip(table.columns, split, strict=True)):
        shares = any(row[at].share for row in table.rows)
        unit = column.unit or (phrases.say("share of draws") if shares else "")
        units += [unit] * (3 if three else 1)
    return units


def looks(book: Any, palette: Mapping[str, str]) -> dict[str, Any]:
    """The formats of a workbook by name, for all of its sheets."""
    ink, muted, stripe = palette["ink"], palette["muted"], palette["stripe"]
    known: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 15, "font_color": ink},
        "head": {"bold": True, "font_size": 11, "font_color": ink},
        "plain": {"font_color": ink},
        "right": {"font_color": ink, "align": "right"},
        "note": {"font_color": muted, "italic": True},
        "warning": {"bold": True, "bg_color": palette["warning"]},
        "columns": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
        "units": {"font_color": muted, "bg_color": stripe, "text_wrap": True},
        "number": {"num_format": "#,##0.00"},
        "share": {"num_format": "0.0%"},
        "year": {"num_format": "0", "bold": True, "bottom": 1},
        "count": {"num_format": "0"},
        "factor": {"num_format": "0.000000"},
        "input share": {"num_format": "0.0%", "bg_color": palette["warning"], "border": 1},
        "input count": {"num_format": "0", "bg_color": palette["warning"], "border": 1},
    }
    return {name: book.add_format(look) for name, look in known.items()}
