"""The model's own checks: what a reviewer asks of structure and behaviour, and what was found."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.checks_record import RecordedCheck
from .content import Block, Bullets, Folded, Heading, Paragraph
from .facts import Facts
from .table import Cell, Column, Table, text_rows

NO_RECORD = (
    "No table of checks of this very model came with the study: none was recorded, or the model "
    "or its numbers changed afterwards. `upshift check` makes the checks and records them."
)
INTRODUCTION = (
    "A model can be wrong in its structure as well as in its numbers. These are the tests that "
    "system dynamics asks of a model before anybody relies on it, under the names of Forrester and "
    "Senge (1980) and Barlas (1996), at the model's central values. They can show that a model is "
    "wrong; passing them does not show that it is right."
)
VERDICTS = {"pass": "passes", "miss, known": "misses, as known", "FAIL": "fails"}


def check_blocks(facts: Facts) -> tuple[Block, ...]:
    """Heading, verdict and tables for the section on confidence; one sentence without a record."""
    heading = Heading("Tests of the model itself")
    record = facts.study.checks
    if record is None:
        return (heading, Paragraph(NO_RECORD))
    missed = [check for check in record.checks if check.verdict != "pass"]
    passed = len(record.checks) - len(missed)
    told = f"{passed} of {len(record.checks)} checks pass."
    return (
        heading,
        Paragraph(INTRODUCTION),
        Paragraph(f"{told} These do not:" if missed else told),
        *((Bullets(tuple(map(_miss, missed))),) if missed else ()),
        tests_table(record.checks),
        Folded(f"All {len(record.checks)} checks", (checks_table(record.checks),)),
    )


def tests_table(checks: Sequence[RecordedCheck]) -> Table:
    """A row a test: its name in the literature, how many checks it has, and how many pass."""
    groups: dict[str, list[RecordedCheck]] = {}
    for check in checks:
        groups.setdefault(_test(check), []).append(check)
    rows = tuple(
        (
            Cell(test),
            Cell(found[0].literature or "none"),
            Cell(f"{len(found)}", len(found)),
            Cell(f"{_passed(found)}", _passed(found)),
            Cell(_example(found)),
        )
        for test, found in groups.items()
    )
    return Table(
        id="tests",
        caption="Tests of structure and behaviour",
        columns=(
            Column("Test", "", False),
            Column("In the literature", "", False),
            Column("Checks"),
            Column("Pass"),
            Column("Found, of one or of the first", "", False),
        ),
        rows=rows,
    )


def checks_table(checks: Sequence[RecordedCheck]) -> Table:
    """Every check: what was looked at, what was found, what is allowed."""
    return Table(
        id="checks",
        caption="Every check: what was found, and what is allowed",
        columns=tuple(
            Column(title, "", False)
            for title in ("Test", "Of", "Found", "Allowed", "Verdict", "Note")
        ),
        rows=text_rows(
            (
                check.test,
                check.subject,
                check.found,
                check.allowed,
                VERDICTS[check.verdict],
                check.note,
            )
            for check in checks
        ),
    )


def _test(check: RecordedCheck) -> str:
    """The test without what it is a test of: 'history' of 'history: apprehension calls'."""
    return check.test.partition(":")[0]


def _passed(checks: Sequence[RecordedCheck]) -> int:
    return sum(check.verdict == "pass" for check in checks)


def _example(checks: Sequence[RecordedCheck]) -> str:
    first = checks[0]
    return f"{first.subject}: {first.found}; allowed: {first.allowed}"


def _miss(check: RecordedCheck) -> str:
    note = f" ({check.note})" if check.note else ""
    found = f"{check.test}, {check.subject}: {check.found}; allowed: {check.allowed}{note}"
    return f"{found}. It {VERDICTS[check.verdict]}."
