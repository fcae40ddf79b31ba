"""A table as HTML. Written out here rather than in a template: a report has thousands of cells."""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from .table import Cell, Column, Table
from .wording import unbroken

_MARK = '<span class="judged">D<span class="unseen">, a judgement</span></span>'


def table_html(table: Table) -> Markup:
    """The table with caption, scoped headings and its note, in a region that scrolls sideways."""
    name = escape(table.id)
    head = "\n".join(_head(column) for column in table.columns)
    body = "\n".join(_row(table, row) for row in table.rows)
    note = f'\n<p class="note">{_text(table.note)}</p>' if table.note else ""
    return Markup(
        f'<div class="scroll" role="region" aria-labelledby="{name}-caption" tabindex="0">\n'
        f'<table id="{name}">\n<caption id="{name}-caption">{_text(table.caption)}</caption>\n'
        f"<thead>\n<tr>\n{head}\n</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>{note}"
    )


def _text(text: str) -> str:
    return escape(unbroken(text))


def _head(column: Column) -> str:
    number = ' class="number"' if column.numeric else ""
    unit = f' <span class="unit">{_text(column.unit)}</span>' if column.unit else ""
    return f'<th scope="col"{number}>{_text(column.title)}{_grade(column.grade)}{unit}</th>'


def _row(table: Table, row: tuple[Cell, ...]) -> str:
    cells = [f'<th scope="row">{_cell(row[0])}</th>']
    for cell, column in zip(row[1:], table.columns[1:], strict=True):
        if column.numeric:
            cells.append(f'<td class="number">{_figures(cell)}</td>')
        else:
            cells.append(f"<td>{_cell(cell)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _grade(grade: str) -> str:
    return f" {_MARK}" if grade == "D" else ""


def _cell(cell: Cell) -> str:
    if cell.href:
        return f'<a href="{escape(cell.href)}" rel="noreferrer">{_text(cell.text)}</a>'
    if cell.grade == cell.text == "D":
        return _MARK
    return _text(cell.text) + _grade(cell.grade)


def _figures(cell: Cell) -> str:
    """A figure with its interval in smaller type below."""
    middle, gap, rest = cell.text.partition(" (")
    if cell.href or not gap or not rest.endswith(")"):
        return _cell(cell)
    interval = f'<span class="range">({_text(rest)}</span>'
    return f"{_text(middle)} {interval}{_grade(cell.grade)}"
