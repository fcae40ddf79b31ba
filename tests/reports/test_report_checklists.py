"""CHEERS and validity maps: complete, pointing somewhere, and a blank fails the build."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from upshift.reports import checklists
from upshift.reports.checklists import CHEERS, Item, checked, cheers_table
from upshift.reports.facts import gather
from upshift.reports.phrases import ENGLISH
from upshift.reports.summary import build_content
from upshift.scenarios.store import Study

Make = Callable[[Any], Study]


def test_all_28_items_point_at_a_section_of_the_report(made: Make) -> None:
    content = build_content(gather(made(None)))
    titles = {section.id: section.title for section in content.sections}
    rows = cheers_table(ENGLISH, titles).rows
    assert len(rows) == 28
    assert {row[1].text for row in rows} <= set(titles.values())


def test_a_blank_item_fails_the_build(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    blank = (*CHEERS[:9], Item(10, "Discount rate", "money", " "), *CHEERS[10:])
    monkeypatch.setattr(checklists, "CHEERS", blank)
    with pytest.raises(ValueError, match="item 10, Discount rate, is blank"):
        build_content(gather(made(None)))


def test_an_item_that_points_nowhere_fails_the_build() -> None:
    with pytest.raises(ValueError, match="a section 'nowhere' that this report does not have"):
        checked((Item(1, "Title", "nowhere", "It is there."),), ("summary",))


def test_a_missing_item_fails_the_build(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checklists, "CHEERS", CHEERS[:-1])
    with pytest.raises(ValueError, match="28 items, found 27"):
        build_content(gather(made(None)))


def test_what_is_not_done_is_said(made: Make, world: Any) -> None:
    for calibrated, told in ((False, "not calibrated"), (True, "fitted to the Region's record")):
        content = build_content(gather(made(world(calibrated=calibrated))))
        checks = next(section for section in content.sections if section.id == "checklists")
        table = next(block for block in checks.blocks if getattr(block, "id", "") == "validity")
        words = " ".join(cell.text for row in table.rows for cell in row)  # type: ignore[union-attr]
        assert told in words and "Not done: no expert" in words
