"""Which option to choose: switching value, regret and the worth of knowing more, on the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from upshift.reports.choice import (
    Choice,
    choice_figure,
    choice_of,
    choice_section,
    information_sentence,
    regret_table,
    switch_sentence,
)
from upshift.reports.draw import svg
from upshift.reports.facts import gather
from upshift.reports.phrases import ENGLISH
from upshift.scenarios.store import Study

Maker = Callable[..., Study]


def test_the_switching_value_is_where_an_option_draws_level(made: Maker) -> None:
    choice = choice_of(gather(made(None)))

    assert choice.switch is not None
    means = choice.values(choice.switch).mean(axis=1)
    assert means.max() == pytest.approx(0.0, abs=1.0)
    assert choice.values(choice.switch * 1.1).mean(axis=1).argmax() > 0
    assert choice.values(choice.switch * 0.9).mean(axis=1).argmax() == 0


def test_a_decision_that_helps_nobody_has_no_switching_value(made: Maker, world: type) -> None:
    section = choice_section(gather(made(world(contacts=-40.0))))

    text = " ".join(getattr(block, "text", "") for block in section.blocks)
    assert "none avoids crises" in text
    assert [block.kind for block in section.blocks] == ["paragraph", "paragraph"]


def test_the_table_of_regret_says_what_its_numbers_are(made: Maker) -> None:
    facts = gather(made(None))
    choice = choice_of(facts)
    table = regret_table(facts, choice, choice.switch or 0.0)

    assert {row[0].text for row in table.rows} == set(choice.titles)
    assert all(cell.value is not None and cell.value >= 0 for row in table.rows for cell in row[2:])
    assert sum(row[-1].value or 0.0 for row in table.rows) == pytest.approx(1.0)


def test_the_figure_adds_up_and_carries_its_names(made: Maker) -> None:
    facts = gather(made(None))
    figure = choice_figure(facts, choice_of(facts))

    assert np.sum([line.values for line in figure.lines], axis=0) == pytest.approx(100.0)
    text = re.sub(r"<[^>]+>", " ", svg(figure))
    assert all(line.label.split(" ")[0] in text for line in figure.lines)


def test_certainty_makes_information_worthless() -> None:
    sure = Choice(("Nothing more", "One"), np.array([[0.0, 0.0], [9.0, 9.0]]), np.zeros((2, 2)), 0)

    assert "worth nothing" in information_sentence(ENGLISH, sure, 0.0)
    assert "even with no value" in switch_sentence(ENGLISH, sure)
