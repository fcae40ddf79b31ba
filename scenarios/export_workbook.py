"""A study as a workbook: runs, summary and manifest, a row of units under the names."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..model.errors import InputError
from .export import experiments_parts, stamp_of
from .manifest import Output
from .store import Study
from .tables import summary_csv

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_OUTCOME_UNITS = {
    "contacts avoided": "contacts",
    "crises avoided": "crises",
    "people served": "people",
    "present value": "CAD",
    "net present value": "CAD",
    "break-even year": "year",
}


def write_workbook(study: Study, path: Path, outputs: tuple[Output, ...]) -> None:
    """Sheets README, Experiments, Summary and Manifest. Yearly series of single runs are left to
    the other formats: a sheet holds too few rows.

    Raises InputError when the runs or the inputs do not fit into a sheet.
    """
    import xlsxwriter  # noqa: PLC0415

    runs = len(study.manifest.scenarios) * study.manifest.draws
    if runs + 2 > MOST_ROWS:
        raise InputError(
            f"The study has {runs:,} runs, and a sheet holds {MOST_ROWS - 2:,}. Export to csv, "
            "zarr or netcdf, or read experiments.parquet."
        )
    summary = list(csv.reader(io.StringIO(summary_csv(study).decode())))
    fits = len(summary) <= MOST_ROWS
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        bold = book.add_format({"bold": True})
        _rows(book.add_worksheet("README"), _readme(study, len(summary), fits), bold)
        _rows(book.add_worksheet("Experiments"), _experiments(study), bold)
        if fits:
            _rows(book.add_worksheet("Summary"), map(_numbers, summary), bold)
        _rows(book.add_worksheet("Manifest"), _manifest(study), bold)


def _readme(study: Study, summary_rows: int, fits: bool) -> Iterable[Sequence[object]]:
    yield "What", "Value"
    yield "Study", study.directory.name
    if not study.manifest.calibrated:
        yield "Caution", "Uncalibrated: not for funding decisions."
    yield from stamp_of(study).items()
    yield "Experiments", "One row a run: what went in, then headline outcomes. Units in row 2."
    told = "Long: scenario, variable, element, time, unit, statistic, value."
    yield "Summary", told if fits else f"Left out: {summary_rows:,} rows; export to csv."
    yield "Money", f"Real CAD of {study.manifest.price_year}"
    yield "Yearly series of each run", "Export to csv, zarr or netcdf, or read the Parquet shards."
    yield "Failed runs", len(study.failures)


def _experiments(study: Study) -> Iterable[Sequence[object]]:
    units = {row.column: row.unit for row in study.registry}
    for number, part in enumerate(experiments_parts(study)):
        if number == 0:
            if len(part.columns) > MOST_COLUMNS:
                raise InputError(
                    f"The table of runs has {len(part.columns):,} columns, and a sheet holds "
                    f"{MOST_COLUMNS:,}. Export to csv."
                )
            yield list(part.columns)
            yield [_unit(str(name), units) for name in part.columns]
        yield from part.itertuples(index=False, name=None)


def _unit(column: str, units: dict[str, str]) -> str:
    if column in units:
        return units[column]
    return _OUTCOME_UNITS.get(column.split(",", maxsplit=1)[0], "")


def _manifest(study: Study) -> Iterable[Sequence[object]]:
    yield "Key", "Value"
    for name, value in study.manifest.model_dump(mode="json", by_alias=True).items():
        if isinstance(value, dict):
            yield from ((f"{name}: {key}", f"{found}"[:32_000]) for key, found in value.items())
        elif name == "scenarios":
            yield from ((f"scenario: {s['name']}", f"{s}"[:32_000]) for s in value)
        else:
            yield name, f"{value}"[:32_000]


def _numbers(row: Sequence[str]) -> list[object]:
    """A row of text with its numbers as numbers."""
    found: list[object] = []
    for cell in row:
        try:
            found.append(float(cell))
        except ValueError:
            found.append(cell)
    return found


def _rows(sheet: Any, rows: Iterable[Sequence[object]], bold: object) -> None:
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, int | float) and math.isfinite(value):
                sheet.write_number(number, column, value)
            elif isinstance(value, str) and value:
                sheet.write_string(number, column, value, bold if number == 0 else None)
