"""Which model variables each series observes, and how: the bridge between record and model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from ..model.errors import InputError
from .rows import Row, read_rows

Kind = Literal["difference", "integral", "mean", "moment"]
COLUMNS = (
    *("series", "geography", "unit", "kind", "terms", "factors", "season", "dispersion", "block"),
    *("fraction", "note"),
)
_TERM = re.compile(r"\s*(?:(-?\d+(?:\.\d+)?)\s*\*\s*)?([^*;]+?)\s*")


@dataclass(frozen=True)
class SeriesRule:
    """How a series is predicted.

    ``kind`` difference: a cumulative variable's growth over the period; integral: a rate summed
    over the period (or since the start of the run, for a moment); mean: a variable averaged over
    the period; moment: a variable on the day. ``terms`` are weighted model elements, added;
    ``fraction`` is the share of them that the record sees; ``factors`` name observation parameters
    that multiply; ``dispersion`` names the one that spreads a count or level beyond chance, or is
    that spread, as a share; ``block`` is the number of months that share one discrepancy (0: each
    observation its own).
    """

    series: str
    geography: str
    unit: str
    kind: Kind
    terms: tuple[tuple[float, str], ...]
    fraction: float
    factors: tuple[str, ...]
    season: bool
    dispersion: str
    block: int
    note: str
    where: str


def load_series(path: Path) -> dict[tuple[str, str], SeriesRule]:
    """Read the table, by series and geography. Raises InputError naming the row."""
    rules: dict[tuple[str, str], SeriesRule] = {}
    for row in read_rows(path, COLUMNS):
        rule = _parse(row)
        key = (rule.series, rule.geography)
        if key in rules:
            raise InputError(f"{row.where}: '{rule.series}' for {rule.geography} is there twice.")
        rules[key] = rule
    return rules


def _parse(row: Row) -> SeriesRule:
    block = row.number("block", missing=0.0)
    fraction = row.number("fraction", missing=1.0)
    if block not in (0, 1, 2, 3, 4, 6, 12):
        raise InputError(f"{row.where}: block is {block:g}; give 0, 1, 2, 3, 4, 6 or 12 months.")
    if fraction <= 0:
        raise InputError(f"{row.where}: the fraction seen is {fraction:g}; it must be above 0.")
    return SeriesRule(
        series=row.text("series"),
        geography=row.text("geography"),
        unit=row.text("unit"),
        kind=cast("Kind", row.choice("kind", get_args(Kind))),
        terms=_terms(row),
        fraction=fraction,
        factors=tuple(part.strip() for part in row.cells["factors"].split(";") if part.strip()),
        season=row.choice("season", ("yes", "no")) == "yes",
        dispersion=row.text("dispersion"),
        block=int(block),
        note=row.cells["note"],
        where=row.where,
    )


def _terms(row: Row) -> tuple[tuple[float, str], ...]:
    found = []
    for part in row.text("terms").split(";"):
        match = _TERM.fullmatch(part)
        if match is None:
            raise InputError(
                f"{row.where}: '{part.strip()}' is no term. Write 'name[element]' or "
                "'0.5 * name[element]', with semicolons between."
            )
        found.append((float(match[1] or 1), match[2]))
    return tuple(found)
