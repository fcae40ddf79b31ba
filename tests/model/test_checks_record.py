"""The table of checks as a file: read back as written, and refused when it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from upshift.model.checks_record import (
    CheckRecord,
    checks_digest,
    parse_record,
    record_bytes,
    record_of,
)
from upshift.model.engine import load_model
from upshift.model.engine.checks import CheckRow
from upshift.model.errors import InputError
from upshift.model.halton.registry import load_registry

HOME = Path(__file__).parents[2] / "model" / "halton"
ROWS = (
    CheckRow("units agree", "3 variables", "no fault", "no fault", passed=True),
    CheckRow("history: calls, in all", "2021", "9 (-10%)", '10 within "5%"', False, "a\nb", True),
    CheckRow("response", "b as a rises", "3, 2", "rises", passed=False),
)


def test_a_record_is_read_as_it_was_written() -> None:
    record = record_of(ROWS, "d" * 64)
    assert [check.verdict for check in record.checks] == ["pass", "miss, known", "FAIL"]
    assert record.checks[1].literature == "behaviour reproduction"
    content = record_bytes(record)
    assert parse_record(content, "checks.csv") == record
    assert content == record_bytes(record_of(ROWS, "d" * 64))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must begin with verdict,test"),
        (b"\xff\xfe", "not CSV text"),
        (b'"', "not CSV text"),
        (b"a,b\n1,2\n", "must begin with verdict,test"),
        (record_bytes(CheckRecord("d", ())).replace(b"rests on", b"pass"), "a row 'rests on'"),
        (record_bytes(record_of(ROWS, "d")).replace(b"FAIL", b"fine"), "'fine' is no verdict"),
        (record_bytes(record_of(ROWS, "d")) + b"pass,units\n", "row 6: 2 columns, not 7"),
    ],
)
def test_what_is_no_record_is_refused_with_the_cure(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=r"Record it again with `upshift check MODEL --to") as one:
        parse_record(content, "checks.csv")
    assert said in str(one.value)
    assert str(one.value).startswith("checks.csv")


def test_the_shipped_record_is_of_the_shipped_model() -> None:
    """Quick; that its rows are those of a run now is tested with `upshift check halton`."""
    record = parse_record((HOME / "checks.csv").read_bytes(), "checks.csv")
    registry = load_registry(HOME / "parameters.csv")
    assert record.digest == checks_digest(load_model(HOME / "halton.mdl"), registry)
    assert [check for check in record.checks if check.verdict == "FAIL"] == []
