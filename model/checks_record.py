"""The table of a model's checks as a CSV file: recorded once, carried by studies, printed anywhere.

The first row says what the checks looked at, as a digest of the model's equations and units and of
its registry's numbers; every other row is a check.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Literal, cast, get_args

from .errors import InputError

if TYPE_CHECKING:
    from .engine import CompiledModel
    from .engine.checks import CheckRow
    from .halton.registry import Registry

RECORD_NAME = "checks.csv"
RESTS_ON = "rests on"
CURE = "Record it again with `upshift check MODEL --to {name}`, or remove the file."
Verdict = Literal["pass", "miss, known", "FAIL"]


@dataclass(frozen=True)
class RecordedCheck:
    """One line of the table. ``literature`` is what the test is called there, or empty."""

    verdict: Verdict
    test: str
    literature: str
    subject: str
    found: str
    allowed: str
    note: str


@dataclass(frozen=True)
class CheckRecord:
    """All checks of a model, and the digest of what they looked at."""

    digest: str
    checks: tuple[RecordedCheck, ...]


HEAD = tuple(field.name for field in fields(RecordedCheck))


def checks_digest(model: CompiledModel, registry: Registry | None) -> str:
    """A name for what checks look at. Raises InputError when a model's file is gone."""
    # Imported here, so that a record is read without the engine.
    from .halton.posterior import model_digest, registry_digest, text_digest  # noqa: PLC0415

    numbers = "" if registry is None else registry_digest(registry)
    return text_digest(model_digest(model), numbers)


def record_of(rows: Sequence[CheckRow], digest: str) -> CheckRecord:
    """Rows of the suites as they are recorded."""
    from .confidence import name_in_literature  # noqa: PLC0415

    return CheckRecord(
        digest,
        tuple(
            RecordedCheck(
                cast("Verdict", row.verdict),
                row.test,
                name_in_literature(row.test),
                row.subject,
                row.found,
                row.allowed,
                row.note,
            )
            for row in rows
        ),
    )


def record_bytes(record: CheckRecord) -> bytes:
    """The file's content; the same checks give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerow((RESTS_ON, "model and registry", "", "", record.digest, "", ""))
    writer.writerows(astuple(check) for check in record.checks)
    return text.getvalue().encode()


def parse_record(content: bytes, name: str) -> CheckRecord:
    """A record from a file's content. Raises InputError naming ``name`` when it is none."""
    cure = CURE.format(name=name)
    try:
        lines = list(csv.reader(io.StringIO(content.decode()), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"{name} is no table of checks: it is not CSV text. {cure}") from None
    if len(lines) < 2 or tuple(lines[0]) != HEAD or lines[1][:1] != [RESTS_ON]:
        raise InputError(
            f"{name} is no table of checks: it must begin with {','.join(HEAD)} and a row "
            f"'{RESTS_ON}'. {cure}"
        )
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(HEAD):
            raise InputError(f"{name} row {number}: {len(line)} columns, not {len(HEAD)}. {cure}")
        if number > 2 and line[0] not in get_args(Verdict):
            raise InputError(f"{name} row {number}: '{line[0]}' is no verdict. {cure}")
    checks = tuple(RecordedCheck(cast("Verdict", verdict), *rest) for verdict, *rest in lines[2:])
    return CheckRecord(lines[1][4], checks)
