"""The registry of unit costs: what a unit of a service costs, for whom, and how that is known.

A study carries its own copy, so that finance staff can correct it and print the report again. The
model's own cost inputs are in the parameter registry; this one says where they come from and what
else is known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import InputError
from .economics import PRICE_YEAR
from .prices import price_factor, price_table

UNIT_COSTS_NAME = "unit_costs.csv"
PACKAGED = Path(__file__).parent / "data" / UNIT_COSTS_NAME
GRADES = ("A", "B", "C", "D")
_COLUMNS = (
    "id",
    "item",
    "payer",
    "value",
    "low",
    "high",
    "unit",
    "currency",
    "price_year",
    "marginal_share",
    "cashable_share",
    "step",
    "includes",
    "source_title",
    "source_url",
    "grade",
    "date_checked",
    "note",
)


@dataclass(frozen=True)
class UnitCost:
    """One row. ``value``, ``low`` and ``high`` are in ``currency`` of ``price_year`` per ``unit``.

    ``marginal_share`` is the part that varies with demand, ``cashable_share`` the part of the cost
    that a budget can give back, each 0 to 1 or None when it is not known. ``step`` is the amount in
    which the cost really changes. ``includes`` names what a bundled cost holds.
    """

    id: str
    item: str
    payer: str
    value: float
    low: float | None
    high: float | None
    unit: str
    currency: str
    price_year: int
    marginal_share: float | None
    cashable_share: float | None
    step: str
    includes: frozenset[str]
    source_title: str
    source_url: str
    grade: str
    date_checked: str
    note: str

    @property
    def judged(self) -> bool:
        """Whether it rests on judgement or was not verified."""
        return self.grade == "D"

    def real(self, year: int = PRICE_YEAR) -> float | None:
        """The value in Canadian dollars of ``year``; None when it is not in dollars, or when its
        own year has no price index."""
        if self.currency != "CAD" or self.price_year not in price_table():
            return None
        return self.value * price_factor(self.price_year, year)


def read_unit_costs(content: bytes, name: str = UNIT_COSTS_NAME) -> tuple[UnitCost, ...]:
    """The rows of a registry. Raises InputError naming the line of what cannot be used."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{name} cannot be read as CSV in UTF-8 ({error}).") from None
    missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"{name} lacks the column '{missing[0]}'. Its columns are: {', '.join(_COLUMNS)}."
        )
    found = tuple(_row(row, f"{name}, line {line}") for line, row in enumerate(rows, start=2))
    seen: set[str] = set()
    for line, cost in enumerate(found, start=2):
        if cost.id in seen:
            raise InputError(f"{name}, line {line}: the id '{cost.id}' is there twice. Rename one.")
        seen.add(cost.id)
    return found


def added(costs: Iterable[UnitCost]) -> float:
    """The sum of costs of one event, CAD of `economics.PRICE_YEAR`.

    Refuses to add two that hold the same thing, because it would be counted twice: Drummond et al.,
    Methods for the Economic Evaluation of Health Care Programmes, 4th edition (2015), chapter 7, on
    double counting. Raises InputError for that, and for a cost without a value in those dollars.
    """
    chosen = tuple(costs)
    held: dict[str, str] = {}
    for cost in chosen:
        for part in sorted(cost.includes):
            if part in held:
                raise InputError(
                    f"{held[part]} and {cost.id} both include {part}: adding them would count it "
                    "twice. Leave one out."
                )
            held[part] = cost.id
    return sum(_value_of(cost) for cost in chosen)


def _value_of(cost: UnitCost) -> float:
    value = cost.real()
    if value is None:
        raise InputError(
            f"{cost.id} is in {cost.currency} of {cost.price_year}, for which there is no value in "
            f"dollars of {PRICE_YEAR}."
        )
    return value


def _row(row: dict[str, str], place: str) -> UnitCost:
    def number(key: str) -> float | None:
        text = (row.get(key) or "").strip()
        try:
            return float(text) if text else None
        except ValueError:
            raise InputError(f"{place}: '{key}' is '{text}', which is not a number.") from None

    value, year = number("value"), number("price_year")
    if value is None or year is None:
        raise InputError(f"{place}: 'value' and 'price_year' are needed.")
    for key in ("marginal_share", "cashable_share"):
        share = number(key)
        if share is not None and not 0 <= share <= 1:
            raise InputError(f"{place}: '{key}' is {share:g}; it must lie between 0 and 1.")
    low, high = number("low"), number("high")
    if low is not None and high is not None and not low <= high:
        raise InputError(f"{place}: 'low' is {low:g} and 'high' {high:g}; low must not be above.")
    if row["grade"] not in GRADES:
        raise InputError(f"{place}: the grade is '{row['grade']}'; it is A, B, C or D.")
    marginal, cashable = number("marginal_share"), number("cashable_share")
    if marginal is not None and cashable is not None and cashable > marginal:
        raise InputError(
            f"{place}: 'cashable_share' is above 'marginal_share'. Cash is part of marginal cost."
        )
    includes = frozenset(part.strip() for part in row["includes"].split(";") if part.strip())
    words = {key: row[key] for key in ("id", "item", "payer", "unit", "currency", "step", "note")}
    return UnitCost(
        **words,
        value=value,
        low=low,
        high=high,
        price_year=int(year),
        marginal_share=marginal,
        cashable_share=cashable,
        includes=includes,
        source_title=row["source_title"],
        source_url=row["source_url"],
        grade=row["grade"],
        date_checked=row["date_checked"],
    )
