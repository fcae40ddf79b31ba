"""Tests of the model itself, in the report: passes, misses and failures, under their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html  # type: ignore[import-untyped]

from upshift.model.checks_record import CheckRecord, RecordedCheck
from upshift.reports.render import write_report
from upshift.scenarios.store import Study

Make = Callable[[Any], Study]
GOOD = RecordedCheck(
    "pass", "units agree", "dimensional consistency", "9 variables", "no fault", "no fault", ""
)
CALLS = RecordedCheck(
    "pass", "history: calls", "behaviour reproduction", "2020", "99 (-1%)", "100 within 20%", "C"
)
MISS = replace(
    CALLS, verdict="miss, known", subject="2021", found="50 (-50%)", note="known miss: one <shape>"
)
FAULT = replace(GOOD, verdict="FAIL", test="response", literature="", found="2, 1", allowed="rises")


def _told(study: Study, folder: Path) -> tuple[Any, str]:
    tree = html.fromstring(write_report(study, folder).read_text(encoding="utf-8"))
    return tree, " ".join(tree.text_content().split())


@pytest.fixture
def checked(made: Make, world: Any) -> Study:
    return replace(made(world()), checks=CheckRecord("d" * 64, (GOOD, CALLS, MISS, FAULT)))


def test_every_test_has_a_row_with_its_name_in_the_literature(
    checked: Study, tmp_path: Path, select: Callable[[Any, str], list[Any]]
) -> None:
    tree, told = _told(checked, tmp_path)
    rows = [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in select(tree, "#tests tbody tr")
    ]
    assert [row[:4] for row in rows] == [
        ["units agree", "dimensional consistency", "1", "1"],
        ["history", "behaviour reproduction", "2", "1"],
        ["response", "none", "1", "0"],
    ]
    assert len(select(tree, "#checks tbody tr")) == 4
    assert "Barlas (1996)" in told


def test_what_does_not_pass_is_told_before_the_table(checked: Study, tmp_path: Path) -> None:
    _, told = _told(checked, tmp_path)
    assert "2 of 4 checks pass. These do not:" in told
    assert "50 (-50%); allowed: 100 within 20% (known miss: one <shape>): misses, as known" in told
    assert "response, 9 variables: 2, 1; allowed: rises: fails." in told
    assert told.index("rises: fails.") < told.index("Tests of structure and behaviour")


def test_without_a_record_of_this_model_the_page_says_so(made_once: Study, tmp_path: Path) -> None:
    _, told = _told(made_once, tmp_path)
    assert "No table of checks of this very model came with the study" in told
    assert "`upshift check`" in told
