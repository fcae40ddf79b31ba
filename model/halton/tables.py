"""Open and close action tables: a new model folder, written from an old one, without any code.

``python -m upshift.model.halton.tables open opioids --like alcohol --year 2028 --to my-model``
``python -m upshift.model.halton.tables close alcohol --year 2030 --from my-model --to my-model``

A new table takes over a share of the people and calls of one that exists, so that nobody is counted
twice, and starts with its numbers. Whoever opens it then replaces them in the folder's files.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, nearest
from .elements import Copy, Row, copy_in_model, copy_in_registry, elements_of, plain, with_cell
from .registry import load_registry

MODEL, REGISTRY = "halton.mdl", "parameters.csv"
TABLES, SOURCES = "action_tables.csv", "sources.csv"
HOME = Path(__file__).parent
CEDED = frozenset(
    {
        *("prevalence", "share of calls", "reinvestment target", "share of the fund for places"),
        *("share of youth joining", "share of care leavers joining"),
    }
)
"""Constants that add up over tables: a new one gets its part from the one it is like."""
OPENING, CLOSING = "table opening", "table closing"
FIRST_YEAR, LAST_YEAR = 2011.0, 2200.0


@dataclass(frozen=True)
class NewTable:
    """A table to open in ``year`` with ``share`` of the people and calls of the table ``like``."""

    name: str
    like: str
    year: float
    share: float = 0.5


def open_table(source: Path, to: Path, new: NewTable) -> None:
    """Write the model of ``source`` with one more action table into the folder ``to``.

    Raises InputError for a name that is taken or no name, a table that is not there or has a
    structure of its own, a share or year out of range, and files that cannot be read or written.
    """
    tables = _rows(source, TABLES)
    old = _table(tables, new.like)
    if not re.fullmatch(r"[a-z][a-z -]*[a-z]", new.name):
        raise InputError(f"'{new.name}' is no name for a table: use lower-case words.")
    if not 0 < new.share < 1:
        raise InputError(f"The share is {new.share:g}; it must lie between 0 and 1.")
    _check_year(new.year)
    text = _text(source, MODEL)
    lever = f"{new.name} table"
    taken = {new.name, lever} & elements_of(text)
    if taken:
        raise InputError(f"The model has '{min(taken)}' already. Choose another name.")
    copy = Copy({new.like: new.name, old["lever"]: lever}, new.share, CEDED)
    note = f"as {new.like}, from which it was copied, until it gets a value of its own"
    text = with_cell(copy_in_model(text, copy), OPENING, new.name, new.year)
    registry = copy_in_registry(_rows(source, REGISTRY), copy, note)
    made = {**old, "element": new.name, "display name": new.name.capitalize(), "lever": lever}
    made |= {"opening year": plain(new.year), "opening year grade": "D"}
    made |= {"first reading of the offer": "to be described", "cost per person known": "no"}
    tables.insert(tables.index(old) + 1, made)
    _set(registry, OPENING, new.name, new.year)
    _write(source, to, {MODEL: text, REGISTRY: _csv(registry), TABLES: _csv(tables)})


def close_table(source: Path, to: Path, name: str, year: float) -> None:
    """Write the model of ``source`` with an action table that closes in ``year`` into ``to``.

    Raises InputError for a table that is not there, a year out of range, and files that cannot be
    read or written.
    """
    tables, registry = _rows(source, TABLES), _rows(source, REGISTRY)
    row = _table(tables, name)
    _check_year(year)
    row["closing year"] = plain(year)
    _set(registry, CLOSING, name, year)
    text = with_cell(_text(source, MODEL), CLOSING, name, year)
    _write(source, to, {MODEL: text, REGISTRY: _csv(registry), TABLES: _csv(tables)})


def _check_year(year: float) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"The year is {year:g}; it must lie between 2011 and 2200 (never).")


def _table(tables: list[Row], name: str) -> Row:
    names = [row["element"] for row in tables]
    if name not in names:
        raise InputError(
            f"There is no action table '{name}'.{nearest(name, names)} Tables: {', '.join(names)}."
        )
    return tables[names.index(name)]


def _set(registry: list[Row], name: str, element: str, value: float) -> None:
    for row in registry:
        if (row["name"], row["element"]) == (name, element):
            row["value"] = plain(value)


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{folder / name} cannot be read ({error.strerror}). A model folder holds {MODEL}, "
            f"{REGISTRY}, {SOURCES} and {TABLES}."
        ) from None


def _rows(folder: Path, name: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(_text(folder, name))))


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write(source: Path, to: Path, texts: dict[str, str]) -> None:
    """All files of the model into ``to``, or none: they are made and checked beside it first."""
    if to.resolve() != source.resolve() and to.exists() and any(to.iterdir()):
        raise InputError(f"{to} is not empty. Name a new folder, or the one that is read.")
    if to.resolve() == HOME.resolve():
        raise InputError("The model that came with the package stays as it is; name a new folder.")
    files = {SOURCES: _text(source, SOURCES), **texts}
    try:
        to.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to, prefix=".new-") as made:
            for name, text in files.items():
                (Path(made) / name).write_text(text, encoding="utf-8", newline="\n")
            load_registry(Path(made) / REGISTRY)
            for name in files:
                (Path(made) / name).replace(to / name)
    except OSError as error:
        raise InputError(f"{to} cannot be written ({error.strerror}).") from None


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m upshift.model.halton.tables")
    commands = parser.add_subparsers(dest="command", required=True)
    opening = commands.add_parser("open", help="a model folder with one more action table")
    closing = commands.add_parser("close", help="a model folder in which a table closes")
    for command in (opening, closing):
        command.add_argument("name")
        command.add_argument("--year", type=float, required=True)
        command.add_argument("--from", dest="source", type=Path, default=HOME)
        command.add_argument("--to", type=Path, required=True)
    opening.add_argument("--like", required=True, help="the table whose numbers it starts with")
    opening.add_argument(
        "--share", type=float, default=0.5, help="of that table's people and calls"
    )
    return parser


def main(given: Sequence[str] | None = None) -> int:
    """The command line: exit code 0, or 2 with one message for bad input."""
    asked = _arguments().parse_args(given)
    try:
        if asked.command == "open":
            new = NewTable(asked.name, asked.like, asked.year, asked.share)
            open_table(asked.source, asked.to, new)
        else:
            close_table(asked.source, asked.to, asked.name, asked.year)
    except InputError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 2
    sys.stdout.write(f"Wrote {asked.to}. Try: upshift simulate {asked.to / MODEL}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
