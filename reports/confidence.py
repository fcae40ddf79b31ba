"""The model's own checks: what a reviewer asks of structure and behaviour, and what was found."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.checks_record import RecordedCheck
from .content import Block, Bullets, Folded, Heading, Paragraph
from .facts import Facts
from .table import Cell, Column, Table, text_rows

VERDICTS = {"pass": "passes", "miss, known": "misses, as known", "FAIL": "fails"}


def check_blocks(facts: Facts) -> tuple[Block, ...]:
    """Heading, verdict and tables for the section on confidence; one sentence without a record.

    What a check looked at and found is printed as it was recorded, in English.
    """
    heading = Heading(facts.say("Tests of the model itself"))
    record = facts.study.checks
    if record is None:
        none = facts.say(
            "No table of checks of this very model came with the study: none was recorded, or the "
            "model or its numbers changed afterwards. `upshift check` makes the checks and records "
            "them."
        )
        return (heading, Paragraph(none))
    introduction = facts.say(
        "A model can be wrong in its structure as well as in its numbers. These are the tests that "
        "system dynamics asks of a model before anybody relies on it, under the names of Forrester "
        "and Senge (1980) and Barlas (1996), at the model's central values. They can show that a "
        "model is wrong; passing them does not show that it is right."
    )
    missed = [check for check in record.checks if check.verdict != "pass"]
    told = facts.say(
        "{passed} of {total} checks pass. These do not:"
        if missed
        else "{passed} of {total} checks pass.",
        passed=len(record.checks) - len(missed),
        total=len(record.checks),
    )
    return (
        heading,
        Paragraph(introduction),
        Paragraph(told),
        *((Bullets(tuple(_miss(facts, check) for check in missed)),) if missed else ()),
        tests_table(facts, record.checks),
        Folded(
            facts.say("All {total} checks", total=len(record.checks)),
            (checks_table(facts, record.checks),),
        ),
    )


def tests_table(facts: Facts, checks: Sequence[RecordedCheck]) -> Table:
    """A row a test: its name in the literature, how many checks it has, and how many pass."""
    groups: dict[str, list[RecordedCheck]] = {}
    for check in checks:
        groups.setdefault(_test(check), []).append(check)
    rows = tuple(
        (
            Cell(facts.name(test)),
            Cell(facts.name(found[0].literature) if found[0].literature else facts.say("none")),
            Cell(f"{len(found)}", len(found)),
            Cell(f"{_passed(found)}", _passed(found)),
            Cell(facts.phrases.foreign(_example(found))),
        )
        for test, found in groups.items()
    )
    return Table(
        id="tests",
        caption=facts.say("Tests of structure and behaviour"),
        columns=(
            Column(facts.say("Test"), "", False),
            Column(facts.say("In the literature"), "", False),
            Column(facts.say("Checks")),
            Column(facts.say("Passed")),
            Column(facts.say("What the first of them found"), "", False),
        ),
        rows=rows,
    )


def checks_table(facts: Facts, checks: Sequence[RecordedCheck]) -> Table:
    """Every check: what was looked at, what was found, what is allowed."""
    foreign = facts.phrases.foreign
    return Table(
        id="checks",
        caption=facts.say("Every check: what was found, and what is allowed"),
        columns=tuple(
            Column(title, "", False)
            for title in (
                facts.say("Test"),
                facts.say("Of"),
                facts.say("Found"),
                facts.say("Allowed"),
                facts.say("Verdict"),
                facts.say("Note"),
            )
        ),
        rows=text_rows(
            (
                foreign(check.test),
                foreign(check.subject),
                foreign(check.found),
                foreign(check.allowed),
                facts.name(VERDICTS[check.verdict]),
                foreign(check.note),
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


def _miss(facts: Facts, check: RecordedCheck) -> str:
    note = f" ({check.note})" if check.note else ""
    found = f"{check.test}, {check.subject}: {check.found}; allowed: {check.allowed}{note}"
    return facts.say(
        "{found}: {verdict}.",
        found=facts.phrases.foreign(found),
        verdict=facts.name(VERDICTS[check.verdict]),
    )
