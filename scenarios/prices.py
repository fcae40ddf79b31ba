"""Consumer prices: money of one year in money of another."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..model.errors import InputError
from .economics import PRICE_YEAR

CPI_FILE = Path(__file__).parent / "data" / "cpi_canada.csv"


@dataclass(frozen=True)
class Price:
    """The all-items consumer price index of a year (2002 = 100), its grade and its source."""

    index: float
    grade: str
    source: str


@cache
def price_table(geography: str = "Canada") -> dict[int, Price]:
    """The index by year. Raises InputError for a geography the file lacks."""
    with CPI_FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["geography"] == geography]
    if not rows:
        raise InputError(f"There is no price index for '{geography}'. Use Canada or Ontario.")
    return {
        int(row["year"]): Price(float(row["index"]), row["grade"], row["source"]) for row in rows
    }


def price_factor(year: int, to: int = PRICE_YEAR, geography: str = "Canada") -> float:
    """What to multiply money of ``year`` with to have it in money of ``to``.

    The ratio of the two index levels (Statistics Canada, The Canadian Consumer Price Index
    Reference Paper, 62-553-X, on converting current to constant dollars). Raises InputError for a
    year without an index.
    """
    table = price_table(geography)
    for wanted in (year, to):
        if wanted not in table:
            raise InputError(
                f"There is no price index for {wanted}; years are {min(table)} to {max(table)}."
            )
    return table[to].index / table[year].index
