"""Reading the CSV tables of a region: fixed columns, and every fault named with file and row."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..model.errors import InputError, nearest


@dataclass(frozen=True)
class Row:
    """One row of a table, its cells by column, and where it stands."""

    cells: dict[str, str]
    where: str

    def text(self, column: str) -> str:
        """A cell that must not be empty. Raises InputError."""
        if not self.cells[column]:
            raise InputError(f"{self.where}: {column} is empty; fill it in.")
        return self.cells[column]

    def number(self, column: str, missing: float | None = None) -> float:
        """A finite number; ``missing`` is what an empty cell means. Raises InputError."""
        text = self.cells[column]
        if not text and missing is not None:
            return missing
        try:
            value = float(text)
        except ValueError:
            raise InputError(
                f"{self.where}: {column} is '{text}', which is not a number. Write 1656 or 0.34, "
                "without spaces or thousands separators."
            ) from None
        if not math.isfinite(value):
            raise InputError(f"{self.where}: {column} is {text}; it must be finite.")
        return value

    def choice(self, column: str, allowed: tuple[str, ...]) -> str:
        """One of ``allowed``. Raises InputError with the nearest."""
        text = self.cells[column]
        if text not in allowed:
            raise InputError(
                f"{self.where}: {column} is '{text}'; allowed: {', '.join(allowed)}."
                f"{nearest(text, allowed)}"
            )
        return text

    def day(self, column: str) -> date:
        """A date written as 2019-03-01. Raises InputError."""
        text = self.cells[column]
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise InputError(
                f"{self.where}: {column} is '{text}', which is not a date. Write year-month-day, "
                "as in 2019-03-01; a period ends on the first day after it."
            ) from None


def read_rows(path: Path, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows of a CSV file whose first line is exactly ``columns``.

    Raises InputError for a missing or unreadable file, other columns, or a row of another length.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise InputError(f"There is no file {path}. Check the folder.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}).") from None
    except csv.Error as error:
        raise InputError(f"{path} is not a CSV table ({error}).") from None
    if not lines or tuple(lines[0]) != columns:
        raise InputError(f"{path}: the first row must be {','.join(columns)}.")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        where = f"{path.name} row {number}"
        if len(line) != len(columns):
            raise InputError(
                f"{where}: {len(line)} columns instead of {len(columns)}; "
                "quote a text that holds a comma."
            )
        cells = {column: cell.strip() for column, cell in zip(columns, line, strict=True)}
        rows.append(Row(cells, where))
    return tuple(rows)
