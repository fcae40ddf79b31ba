"""What was seen: one row a number, with its period, error model, source, grade and use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from ..model.errors import InputError
from .rows import Row, read_rows

ErrorModel = Literal["count", "share", "money", "level"]
Bound = Literal["exact", "at least", "at most", "rounded"]
Grade = Literal["A", "B", "C", "D"]
Use = Literal["fit", "validate", "context"]

COLUMNS = (
    *("series", "definition", "start", "end", "geography", "value", "unit", "error", "bound"),
    *("step", "source", "grade", "use", "reason"),
)
YEARS = (1900, 2200)
DAYS = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "year": (360, 370)}


@dataclass(frozen=True)
class Observation:
    """One number. ``end`` is the first day after the period; a moment has ``start == end``.

    ``bound`` says what the number is: the value, the least or most it can be, or a value rounded to
    the nearest ``step``.
    """

    series: str
    definition: str
    start: date
    end: date
    geography: str
    value: float
    unit: str
    error: ErrorModel
    bound: Bound
    step: float
    source: str
    grade: Grade
    use: Use
    reason: str
    where: str

    @property
    def moment(self) -> bool:
        """Whether the number belongs to a day rather than to a period."""
        return self.start == self.end

    @property
    def span(self) -> tuple[float, float]:
        """Start and end as decimal years."""
        return year_of(self.start), year_of(self.end)

    @property
    def label(self) -> str:
        """Series and period, for tables and messages."""
        if self.moment:
            return f"{self.series} {self.start}"
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return f"{self.series} {self.start:%Y-%m}" + ("" if months == 1 else f" ({months} months)")


def year_of(day: date) -> float:
    """A date as a decimal year: the share of its own calendar year that has passed."""
    first, following = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (day - first).days / (following - first).days


def load_observations(path: Path) -> tuple[Observation, ...]:
    """Read and check a table of observations.

    Raises InputError naming the row for a value that is impossible for its error model, a period
    that ends before it starts or does not have the length its unit states, a unit that differs
    within a series that is compared with the model, or the same number given twice.
    """
    found = tuple(_parse(row) for row in read_rows(path, COLUMNS))
    if not found:
        raise InputError(f"{path} holds no observation.")
    _check_duplicates(found)
    _check_units(found)
    return found


def _parse(row: Row) -> Observation:
    use = cast("Use", row.choice("use", get_args(Use)))
    error = row.cells["error"]
    if error or use != "context":
        error = row.choice("error", get_args(ErrorModel))
    item = Observation(
        series=row.text("series"),
        definition=row.text("definition"),
        start=row.day("start"),
        end=row.day("end"),
        geography=row.text("geography"),
        value=row.number("value"),
        unit=row.text("unit"),
        error=cast("ErrorModel", error or "level"),
        bound=cast("Bound", row.choice("bound", get_args(Bound))),
        step=row.number("step", missing=0.0),
        source=row.text("source"),
        grade=cast("Grade", row.choice("grade", get_args(Grade))),
        use=use,
        reason=row.text("reason"),
        where=row.where,
    )
    _check_period(item)
    if use != "context":
        _check_value(item)
    return item


def _check_period(item: Observation) -> None:
    if item.end < item.start:
        raise InputError(
            f"{item.where}: the period ends on {item.end}, before it starts on {item.start}."
        )
    if not YEARS[0] <= item.start.year <= item.end.year <= YEARS[1]:
        raise InputError(f"{item.where}: a year outside {YEARS[0]} to {YEARS[1]}.")
    per = item.unit.rpartition("/")[2] if "/" in item.unit else ""
    if item.use == "context" or per not in DAYS:
        return
    days, (least, most) = (item.end - item.start).days, DAYS[per]
    years = round(days / 365.25)
    if per == "year" and years >= 1:
        days = round(days / years)
    if not least <= days <= most:
        raise InputError(
            f"{item.where}: the unit is '{item.unit}', but the period from {item.start} to "
            f"{item.end} is {days} days long. Give the period that the number counts; it ends on "
            "the first day after."
        )


def _check_value(item: Observation) -> None:
    if item.error == "count" and (item.value < 0 or item.value != round(item.value)):
        raise InputError(
            f"{item.where}: a count of {item.value:g} is impossible; it must be a whole number "
            "from 0. Averages and estimates have the error model 'level'."
        )
    if item.error in ("money", "level") and item.value <= 0:
        raise InputError(f"{item.where}: a {item.error} of {item.value:g}; it must be positive.")
    if item.error == "share" and not 0 < item.value < 1:
        raise InputError(
            f"{item.where}: a share of {item.value:g}; it must lie between 0 and 1. Write 34 % as "
            "0.34."
        )
    if (item.bound == "rounded") != (item.step > 0):
        raise InputError(
            f"{item.where}: a rounded value needs the step it was rounded to, others need none."
        )
    if item.use == "fit" and item.grade == "D":
        raise InputError(
            f"{item.where}: grade D is a judgement or was never checked, so it may not be fitted. "
            "Mark it 'context', or find its source."
        )


def _check_duplicates(items: tuple[Observation, ...]) -> None:
    seen: dict[tuple[object, ...], str] = {}
    for item in items:
        key: tuple[object, ...] = (item.series, item.geography, item.start, item.end)
        if item.use == "context":
            key = (*key, item.definition)
        if key in seen:
            raise InputError(
                f"{item.where}: '{item.series}' for {item.geography}, {item.start} to {item.end}, "
                f"is there twice (see {seen[key]}). Keep one; another definition is another series."
            )
        seen[key] = item.where


def _check_units(items: tuple[Observation, ...]) -> None:
    units: dict[str, Observation] = {}
    for item in items:
        if item.use == "context":
            continue
        first = units.setdefault(item.series, item)
        if item.unit != first.unit:
            raise InputError(
                f"{item.where}: '{item.series}' is in {item.unit} here but in {first.unit} in "
                f"{first.where}. A series has one unit: convert, or name another series."
            )
