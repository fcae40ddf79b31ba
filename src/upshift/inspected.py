"""What the commands of ``upshift model`` share: a model to look into, paragraphs, rows."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from .door import model_path
from .model.errors import InputError
from .terminal import show_log, write_out

if TYPE_CHECKING:
    from .model.engine import CompiledModel

Form = Literal["text", "csv", "json"]
Row = Mapping[str, object]
WIDTH = 96  # letters of a line


def form_of(*, as_csv: bool, as_json: bool) -> Form:
    """The form asked for. Raises InputError for two at once."""
    if as_csv and as_json:
        raise InputError("Give either --csv or --json.")
    return "csv" if as_csv else "json" if as_json else "text"


def loaded(name: str) -> CompiledModel:
    """The model that the user names. Raises InputError."""
    from .model.engine import load_model  # noqa: PLC0415

    show_log()
    return load_model(model_path(name))


def wrapped(head: str, text: str, indent: int | None = None) -> list[str]:
    """Lines of a paragraph that begins with ``head``."""
    rest = " " * (len(head) if indent is None else indent)
    return textwrap.wrap(
        text, WIDTH, initial_indent=head, subsequent_indent=rest, break_on_hyphens=False
    )


def _joined(row: Row) -> Row:
    """Lists as one cell."""
    return {
        name: "; ".join("" if one is None else str(one) for one in value)
        if isinstance(value, tuple)
        else value
        for name, value in row.items()
    }


def write_rows(rows: Sequence[Row], form: Form) -> None:
    """Print rows as CSV, lists joined in one cell, or as a JSON list."""
    if form == "json":
        write_out(json.dumps(list(rows), indent=1, ensure_ascii=False) + "\n")
        return
    text = io.StringIO(newline="")
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(_joined, rows))
    write_out(text.getvalue())
