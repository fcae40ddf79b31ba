"""A table as a value: what it says, in which units, and the numbers behind its cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..scenarios.uncertainty import Band, Chance
from .phrases import Phrases
from .wording import chance_cell, number, percent, rounding_step, spread, year_text

SMALL_CELL = 10
"""Counts of people or contacts below this are not shown."""
SUPPRESSED = "fewer than 10"


@dataclass(frozen=True)
class Column:
    """A column's heading, its unit, whether it holds numbers, and ``grade`` D when every figure
    in it rests on judgement."""

    title: str
    unit: str = ""
    numeric: bool = True
    grade: str = ""


@dataclass(frozen=True)
class Cell:
    """What a cell shows; ``value`` is the number behind it in its column's unit, ``low`` and
    ``high`` the ends of its 80 % interval, ``href`` a web address, ``grade`` D marks a figure that
    rests on judgement. ``share`` says that ``value`` is a part of one and is shown in percent."""

    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    href: str = ""
    grade: str = ""
    share: bool = False


@dataclass(frozen=True)
class Table:
    """The first cell of each row is its heading. ``note`` is printed below."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    kind: str = "table"

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.id}: {len(row)} cells, {len(self.columns)} columns")


def text_rows(rows: Iterable[Sequence[str]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows of plain text cells."""
    return tuple(tuple(Cell(text) for text in row) for row in rows)


def spread_cell(phrases: Phrases, band: Band, scale: float = 1.0, least: float = 0.0) -> Cell:
    """Median and 80 % interval of a band, in units of ``scale``."""
    text = spread(phrases, band, scale, least)
    if band.draws == 0:
        return Cell(text)
    return Cell(text, band.q50 / scale, band.q10 / scale, band.q90 / scale)


def year_cell(phrases: Phrases, band: Band) -> Cell:
    """Median and 80 % interval of a calendar year."""
    if band.draws == 0:
        return Cell(year_text(phrases, band))
    return Cell(year_text(phrases, band), band.q50, band.q10, band.q90)


def odds_cell(phrases: Phrases, chance: Chance) -> Cell:
    """A probability in words and numbers."""
    return Cell(chance_cell(phrases, chance), chance.value if chance.draws else None, share=True)


def share_cell(phrases: Phrases, share: float) -> Cell:
    """A part of one, in percent."""
    return Cell(percent(phrases, share), share, share=True)


def statistics_columns(phrases: Phrases, unit: str) -> tuple[Column, ...]:
    """Headings of the five cells of `statistics_cells`."""
    return (
        Column(phrases.say("Median"), unit),
        Column(phrases.say("80 % from"), unit),
        Column(phrases.say("80 % to"), unit),
        Column(phrases.say("95 % from"), unit),
        Column(phrases.say("95 % to"), unit),
    )


def statistics_cells(phrases: Phrases, band: Band) -> tuple[Cell, ...]:
    """Median, 80 % and 95 % interval of a band in cells of their own, rounded alike."""
    step = rounding_step(band.q10, band.q90)
    values = (band.q50, band.q10, band.q90, band.q025, band.q975)
    return tuple(Cell(number(phrases, value, step), value) for value in values)


def relative_cell(phrases: Phrases, change: Band, level: Band) -> Cell:
    """A change as a percentage of a level, by their medians."""
    if level.q50 <= 0:
        return Cell(phrases.say("none expected"))
    share = 100 * change.q50 / level.q50
    if 0 < abs(share) < 0.005:
        return Cell(phrases.say("under {number}", number=number(phrases, 0.01, 0.01)), share)
    return Cell(number(phrases, share, 0.01), share)


def suppressed(level: float) -> bool:
    """Whether a count of people or contacts is too small to be shown."""
    return 0 < abs(level) < SMALL_CELL


def web_address(text: str) -> str:
    """``text`` when it is an http or https address, else nothing: no other scheme is a link."""
    return text if text.startswith(("https://", "http://")) else ""
