"""``upshift check``: one table of all checks that fit a model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .door import model_path
from .terminal import show_log, write_out

if TYPE_CHECKING:
    from .model.engine.checks import CheckRow

Suite = Callable[[str], "Sequence[CheckRow]"]
"""From what the user named to rows; no rows where the suite does not fit that model."""
HALTON = "halton"
STYLES = {"pass": "green", "miss, known": "yellow", "FAIL": "bold red"}
FAULT = 1  # the exit code when a row does not pass


def check(name: str, to: Path | None = None) -> None:
    """Print every row of every suite, and record them in ``to``, passed or not.

    Exits with 1 when one does not pass; raises InputError.
    """
    show_log()
    rows = [row for suite in SUITES for row in suite(name)]
    if to is not None:
        _record(name, rows, to)
    if sys.stdout.isatty():
        _print_table(rows)
    else:
        write_out("".join(_line(row) for row in rows))
    verdicts = [row.verdict for row in rows]
    passed, failed = verdicts.count("pass"), verdicts.count("FAIL")
    known = len(rows) - passed - failed
    missed = f", {known} missed as known" if known else ""
    write_out(f"{passed} passed{missed}, {failed} failed\n")
    if failed:
        raise SystemExit(FAULT)


def _record(name: str, rows: Sequence[CheckRow], to: Path) -> None:
    from .model.checks_record import checks_digest, record_bytes, record_of  # noqa: PLC0415
    from .model.engine import load_model  # noqa: PLC0415
    from .model.halton.registry import load_registry  # noqa: PLC0415
    from .scenarios.atomic import write_whole  # noqa: PLC0415
    from .scenarios.provenance import REGISTRY_NAME  # noqa: PLC0415

    path = model_path(name)
    beside = path.with_name(REGISTRY_NAME)
    registry = load_registry(beside) if beside.exists() else None
    digest = checks_digest(load_model(path), registry)
    write_whole(to, record_bytes(record_of(rows, digest)))


def _structure_and_units(name: str) -> Sequence[CheckRow]:
    from .model.engine.checks import check_model  # noqa: PLC0415

    return check_model(model_path(name))


def _scale_and_history(name: str) -> Sequence[CheckRow]:
    """The Halton model against its record and the size of the place."""
    if name != HALTON:
        return ()
    from .model.halton.scale import scale_rows  # noqa: PLC0415

    return scale_rows()


def _confidence(name: str) -> Sequence[CheckRow]:
    """What the checks file beside a model asks for; no rows where there is none."""
    from .model.confidence import confidence_rows  # noqa: PLC0415

    return confidence_rows(model_path(name))


SUITES: tuple[Suite, ...] = (_structure_and_units, _confidence, _scale_and_history)


def _line(row: CheckRow) -> str:
    from .model.confidence import name_in_literature  # noqa: PLC0415

    note = f" ({row.note})" if row.note else ""
    known = f" [{name_in_literature(row.test)}]" if name_in_literature(row.test) else ""
    said = f"{row.test}: {row.subject}: {row.found}; allowed: {row.allowed}"
    return f"{row.verdict}  {said}{note}{known}\n"


def _print_table(rows: Sequence[CheckRow]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from .model.confidence import name_in_literature  # noqa: PLC0415

    table = Table("", "Check", "In the literature", "Of", "Found", "Allowed", "Note")
    for row in rows:
        verdict = Text(row.verdict, STYLES[row.verdict])
        named = (row.test, name_in_literature(row.test))
        cells = (*named, row.subject, row.found, row.allowed, row.note)
        table.add_row(verdict, *map(Text, cells))
    Console().print(table)
