"""A table as HTML. Written out here rather than in a template: a report has thousands of cells."""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from .phrases import FOREIGN, FOREIGN_END, Phrases
from .table import Cell, Column, Table
from .wording import unbroken


def table_html(table: Table, phrases: Phrases) -> Markup:
    """The table with caption, scoped headings and its note, in a region that scrolls sideways."""
    name = escape(table.id)
    unseen = phrases.say(", a judgement")
    mark = f'<span class="judged">D<span class="unseen">{escape(unseen)}</span></span>'
    head = "\n".join(_head(column, mark) for column in table.columns)
    body = "\n".join(_row(table, row, mark) for row in table.rows)
    caption = f"<span>{marked(table.caption)}</span>"
    note = f'\n<p class="note">{marked(table.note)}</p>' if table.note else ""
    return Markup(
        f'<div class="scroll" role="region" aria-labelledby="{name}-caption" tabindex="0">\n'
        f'<table id="{name}">\n<caption id="{name}-caption">{caption}</caption>\n'
        f"<thead>\n<tr>\n{head}\n</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>{note}"
    )


def marked(text: str) -> str:
    """Text as HTML, its parts in another language in elements that say so."""
    shown = escape(unbroken(text))
    if FOREIGN not in shown:
        return shown
    return shown.replace(FOREIGN, '<span lang="en">').replace(FOREIGN_END, "</span>")


def _head(column: Column, mark: str) -> str:
    number = ' class="number"' if column.numeric else ""
    unit = f' <span class="unit">{marked(column.unit)}</span>' if column.unit else ""
    grade = _grade(column.grade, mark)
    return f'<th scope="col"{number}>{marked(column.title)}{grade}{unit}</th>'


def _row(table: Table, row: tuple[Cell, ...], mark: str) -> str:
    cells = [f'<th scope="row">{_cell(row[0], mark)}</th>']
    for cell, column in zip(row[1:], table.columns[1:], strict=True):
        if column.numeric:
            cells.append(f'<td class="number">{_figures(cell, mark)}</td>')
        else:
            cells.append(f"<td>{_cell(cell, mark)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _grade(grade: str, mark: str) -> str:
    return f" {mark}" if grade == "D" else ""


def _cell(cell: Cell, mark: str) -> str:
    if cell.href:
        return f'<a href="{escape(cell.href)}" rel="noreferrer">{marked(cell.text)}</a>'
    if cell.grade == cell.text == "D":
        return mark
    return marked(cell.text) + _grade(cell.grade, mark)


def _figures(cell: Cell, mark: str) -> str:
    """A figure with its interval in smaller type below."""
    middle, gap, rest = cell.text.partition(" (")
    if cell.href or not gap or not rest.endswith(")"):
        return _cell(cell, mark)
    interval = f'<span class="range">({marked(rest)}</span>'
    return f"{marked(middle)} {interval}{_grade(cell.grade, mark)}"
