"""Registry and source rows as a store carries them: plain values, readable without the model."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model.checks_record import RECORD_NAME, CheckRecord, parse_record
from ..model.errors import InputError
from .unit_costs import PACKAGED, UNIT_COSTS_NAME, UnitCost, read_unit_costs

REGISTRY_NAME = "parameters.csv"
SOURCES_NAME = "sources.csv"
TABLES_NAME = "action_tables.csv"
POSTERIOR_NAME = "posterior.parquet"
HISTORY_NAME = "history.csv"
CALLS = "calls"
"""The measure of history rows that count police contacts."""


@dataclass(frozen=True)
class ParameterRow:
    """One registered constant. ``sources`` are ids of `SourceRow`; ``grade`` is A to D."""

    name: str
    element: str
    unit: str
    value: float
    prior: str
    low: float | None
    high: float | None
    spike: float
    minimum: float | None
    maximum: float | None
    role: str
    group: str
    sources: tuple[str, ...]
    grade: str
    note: str

    @property
    def column(self) -> str:
        """``name`` or ``name[element]``, as in `Study.draws`."""
        return f"{self.name}[{self.element}]" if self.element else self.name

    @property
    def uncertain(self) -> bool:
        """Whether it varies between draws."""
        return self.prior != "fixed"


@dataclass(frozen=True)
class SourceRow:
    """One source used, and the figure taken from it (``value``, ``low``, ``high`` as printed)."""

    id: str
    title: str
    publisher: str
    url: str
    year: str
    grade: str
    quantity: str
    value: str
    low: str
    high: str
    unit: str
    note: str


@dataclass(frozen=True)
class RecordedCalls:
    """Police contacts of one type on record from ``start`` to ``stop`` (calendar years and parts of
    them), with the grade of that figure."""

    call_type: str
    start: float
    stop: float
    value: float
    source: str
    grade: str


@dataclass(frozen=True)
class Evidence:
    """The texts of the tables a study carries, exactly as the model folder has them. Unit costs
    are those of the package where the folder has none.

    ``posterior`` is the file that calibrated inputs are drawn from; empty when all come from their
    priors. ``history`` is the record that the model is held against, and ``checks`` the table of
    its checks; each is empty where the folder has none.
    """

    registry: bytes
    sources: bytes
    action_tables: bytes
    unit_costs: bytes = field(default_factory=PACKAGED.read_bytes)
    posterior: bytes = b""
    checks: bytes = b""
    history: bytes = b""

    @classmethod
    def read(cls, folder: Path) -> Evidence:
        """From a folder that holds the tables, and a posterior and recorded checks or none.

        Raises InputError when a table is missing.
        """

        def content(name: str) -> bytes:
            try:
                return (folder / name).read_bytes()
            except OSError as error:
                raise InputError(
                    f"{folder / name} cannot be read ({error.strerror}). A model folder holds "
                    f"{REGISTRY_NAME}, {SOURCES_NAME} and {TABLES_NAME}."
                ) from None

        tables = content(REGISTRY_NAME), content(SOURCES_NAME), content(TABLES_NAME)
        costs = folder / UNIT_COSTS_NAME

        def optional(name: str) -> bytes:
            return content(name) if (folder / name).exists() else b""

        return cls(
            *tables,
            unit_costs=(costs if costs.exists() else PACKAGED).read_bytes(),
            posterior=optional(POSTERIOR_NAME),
            history=optional(HISTORY_NAME),
            checks=optional(RECORD_NAME),
        )

    def parameter_rows(self) -> tuple[ParameterRow, ...]:
        """Every registry row. Raises InputError naming the line of a value that is no number."""
        rows = enumerate(_records(self.registry, REGISTRY_NAME), start=2)
        return tuple(_parameter(row, line) for line, row in rows)

    def source_rows(self) -> tuple[SourceRow, ...]:
        """Every source row."""
        names = tuple(SourceRow.__dataclass_fields__)
        return tuple(
            SourceRow(**{name: row.get(name) or "" for name in names})
            for row in _records(self.sources, SOURCES_NAME)
        )

    def calibration(self) -> Mapping[str, Any]:
        """What the posterior's calibration found; empty without a posterior. Raises InputError."""
        if not self.posterior:
            return {}
        # Imported here because it brings the engine, which a study without a posterior never needs.
        from ..model.halton.posterior import parse_posterior  # noqa: PLC0415

        return parse_posterior(self.posterior, POSTERIOR_NAME).results

    def check_record(self) -> CheckRecord | None:
        """The model's recorded checks, None when there are none. Raises InputError."""
        return parse_record(self.checks, RECORD_NAME) if self.checks else None

    def recorded_calls(self) -> tuple[RecordedCalls, ...]:
        """Counts of one type of police contact over a year, as the record has them; none without a
        record. Raises InputError naming the line of a value that is no number."""
        if not self.history:
            return ()
        found = []
        for line, row in enumerate(_records(self.history, HISTORY_NAME), start=2):
            if row.get("measure") == CALLS and ";" not in row.get("element", ""):
                try:
                    start, stop, value = (float(row[key]) for key in ("start", "stop", "value"))
                except (KeyError, ValueError):
                    raise InputError(
                        f"{HISTORY_NAME} line {line}: 'start', 'stop' or 'value' is not a number."
                    ) from None
                found.append(
                    RecordedCalls(
                        call_type=row.get("element", ""),
                        start=start,
                        stop=stop,
                        value=value,
                        source=row.get("source", ""),
                        grade=row.get("grade", ""),
                    )
                )
        return tuple(found)

    def cost_rows(self) -> tuple[UnitCost, ...]:
        """Every unit cost. Raises InputError naming the line of what cannot be used."""
        return read_unit_costs(self.unit_costs)

    def table_rows(self) -> tuple[dict[str, str], ...]:
        """Every row of the action-table file, keyed by its header."""
        return tuple(_records(self.action_tables, TABLES_NAME))


def _records(content: bytes, name: str) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text. Save it as UTF-8 CSV.") from None
    return [
        {key: value or "" for key, value in row.items() if key is not None}
        for row in csv.DictReader(io.StringIO(text))
    ]


def _parameter(row: dict[str, str], line: int) -> ParameterRow:
    def number(key: str) -> float | None:
        text = row.get(key, "").strip()
        try:
            return float(text) if text else None
        except ValueError:
            raise InputError(
                f"{REGISTRY_NAME} line {line}: '{key}' is '{text}', which is not a number."
            ) from None

    return ParameterRow(
        name=row.get("name", ""),
        element=row.get("element", ""),
        unit=row.get("unit", ""),
        value=number("value") or 0.0,
        prior=row.get("prior", "") or "fixed",
        low=number("low"),
        high=number("high"),
        spike=number("spike") or 0.0,
        minimum=number("minimum"),
        maximum=number("maximum"),
        role=row.get("role", ""),
        group=row.get("group", ""),
        sources=tuple(part.strip() for part in row.get("source", "").split(";") if part.strip()),
        grade=row.get("grade", ""),
        note=row.get("note", ""),
    )
