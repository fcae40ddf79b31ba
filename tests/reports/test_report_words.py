"""Words and rounding: what a number becomes on the page, and what results read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshift.model.errors import InputError
from upshift.reports import page_one, thresholds, wording
from upshift.reports.demand import contacts_table
from upshift.reports.facts import gather
from upshift.reports.phrases import ENGLISH, MINUS
from upshift.reports.verdict import sign
from upshift.scenarios.store import Study
from upshift.scenarios.uncertainty import Band, Chance, band, chance

Make = Callable[[Any], Study]


def _band(low: float, middle: float, high: float) -> Band:
    return Band(middle, low, low, middle, high, high, 0.1, 0.1, 256)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (_band(9.4, 19.2, 40.3), "19 (9 to 40)"),
        (
            _band(-4667763, -3721472, -3000882),
            "\u22123,700,000 (\u22124,700,000 to \u22123,000,000)",
        ),
        (_band(0.0, 0.0, 0.0), "0"),
        (_band(-0.2, -0.04, 0.3), "\u22120.04 (\u22120.20 to 0.30)"),
    ],
)
def test_numbers_are_rounded_as_their_interval_deserves(found: Band, text: str) -> None:
    assert wording.spread(ENGLISH, found) == text


def test_there_is_no_minus_zero() -> None:
    assert wording.spread(ENGLISH, _band(-0.4, -0.1, 0.3), least=1.0) == "0"


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e8))
def test_a_rounded_number_stays_within_its_step(value: float, width: float) -> None:
    step = wording.rounding_step(value, value + width)
    text = wording.number(ENGLISH, value, step)
    read = float(text.replace(",", "").replace(MINUS, "-"))
    assert abs(read - value) <= step * 0.5000001 + 1e-6
    assert step <= width


def test_a_band_without_draws_is_no_number() -> None:
    assert wording.spread(ENGLISH, band(np.array([np.nan]))) == "none"


def test_chances_have_words_and_numbers() -> None:
    assert wording.chance_text(ENGLISH, Chance(0.72, 0.03, 256)) == "likely (72\u00a0%)"
    assert wording.chance_cell(ENGLISH, Chance(0.72, 0.03, 256)) == "72\u00a0% (likely)"


def test_none_of_few_draws_is_not_called_impossible() -> None:
    few = wording.chance_text(ENGLISH, chance(np.zeros(64, dtype=bool)))
    many = wording.chance_text(ENGLISH, chance(np.zeros(10_000, dtype=bool)))
    assert few.startswith("extremely unlikely (0\u00a0%: in none of 64 draws")
    assert many.startswith("exceptionally unlikely")
    assert "in all 64 draws" in wording.chance_text(ENGLISH, chance(np.ones(64, dtype=bool)))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (_band(-0.3, 0.0, 0.2), "none"),
        (_band(-5.0, 1.0, 6.0), "unclear"),
        (_band(0.0, 1.0, 6.0), "positive"),
        (_band(-6.0, -1.0, 0.0), "negative"),
    ],
)
def test_the_sign_of_a_band(found: Band, said: str) -> None:
    assert sign(found) == said


def _answer(study: Study) -> str:
    return page_one.answer(gather(study))


def test_a_helpful_result_reads_as_such(made: Make, world: Any) -> None:
    told = _answer(made(world()))
    assert "It lowers police contacts" in told
    assert "net cost" in told


def test_a_null_result_reads_as_such(made: Make, world: Any) -> None:
    told = _answer(made(world(contacts=0.0, avoided=0.0, reports=0.0)))
    assert "makes no difference to police contacts" in told
    assert "lowers" not in told


def test_a_harmful_result_reads_as_such(made: Make, world: Any) -> None:
    study = made(world(contacts=-40.0, avoided=-1e5))
    facts = gather(study)
    told = page_one.answer(facts)
    assert "It raises police contacts" in told
    assert "It takes up" in page_one.cash_or_capacity(facts)
    assert "no payer's marginal cost falls" in page_one.whose_money(facts)


def test_more_reports_of_sexual_assault_are_need_met(made: Make, world: Any) -> None:
    told = _answer(made(world(contacts=0.0, reports=9.0)))
    assert "more people" in told and "report a sexual assault" in told
    assert "need met: neither harm nor avoided demand" in told
    assert "no difference to police contacts" in told, "need met is not counted as contacts"


def test_diverted_calls_are_told_apart_and_avoid_nothing(made: Make, world: Any) -> None:
    study = made(world(contacts=0.0, diverted=30.0))
    told = _answer(study)
    assert "more calls" in told and "in place of police" in told
    assert "no contact avoided, and no harm" in told
    assert "no difference to police contacts" in told
    rows = contacts_table(gather(study)).rows
    assert "Taken by crisis workers (not avoided)" in [row[0].text for row in rows]
    assert "in place of police" not in _answer(made(world()))


def test_fewer_reports_are_never_called_avoided_demand(made: Make, world: Any) -> None:
    told = _answer(made(world(reports=-9.0)))
    assert "fewer people" in told and "not counted as avoided demand" in told


def test_cash_is_said_only_where_there_is_cash(made: Make, world: Any) -> None:
    without = page_one.cash_or_capacity(gather(made(world())))
    with_cash = page_one.cash_or_capacity(gather(made(world(cash=1e5))))
    assert without.startswith("Capacity, not cash.")
    assert with_cash.startswith("Partly cash")
    assert "never added" in without and "never added" in with_cash


def test_break_even_or_never(made: Make, world: Any) -> None:
    never = page_one.when(gather(made(world())))
    soon = page_one.when(gather(made(world(cash=1e6, avoided=2e6))))
    assert "Never within what is simulated" in never and "2045" in never
    assert "Where it does, counting cash only, in 20" in soon


def test_no_ratio_where_the_unit_cost_is_judged(made: Make, world: Any) -> None:
    told = page_one.when(gather(made(world())))
    assert "No ratio of benefit to cost is printed" in told
    assert "serving one person more costs at most" in told


def test_induced_cost_is_named_with_who_bears_it(made: Make, world: Any) -> None:
    told = page_one.whose_money(gather(made(world())))
    assert "of induced cost" in told and "in no net above" in told


@pytest.mark.parametrize(
    ("knobs", "line"),
    [
        ({"contacts": 5.0}, "Slightly fewer police contacts, at a net cost."),
        ({"contacts": 40.0}, "Fewer police contacts, at a net cost."),
        ({"contacts": -40.0}, "More police contacts, at a net cost."),
        ({"contacts": 0.0}, "No difference to police contacts, at a net cost."),
        ({"cash": 2e6}, "Fewer police contacts, and a net benefit in cash."),
        ({"cash": 3e5}, "Fewer police contacts; in cash either a net cost or a net benefit."),
    ],
)
def test_the_bottom_line(made: Make, world: Any, knobs: dict[str, float], line: str) -> None:
    section = page_one.page_one(gather(made(world(**knobs))))
    assert any(getattr(block, "text", "") == line for block in section.blocks)


def test_what_would_have_to_hold_is_said_from_the_tables(made: Make, world: Any) -> None:
    poor = gather(made(world(avoided=1e4)))
    rich = gather(made(world(avoided=1e6)))
    assert "No share of the assumed effect" in thresholds.threshold_sentence(poor)
    assert "even if nothing is put on an avoided crisis" in thresholds.threshold_sentence(rich)
    chances = [cell.value or 0.0 for cell in thresholds.value_table(poor).rows[0][1:]]
    assert chances == sorted(chances), "a higher value never lowers the chance"


def test_page_one_can_be_about_another_option(made: Make, world: Any) -> None:
    assert gather(made(world()), "more-teams").focus.title == "More mobile crisis teams"
    with pytest.raises(InputError, match=r"no policy 'more-team' .*more-teams"):
        gather(made(world()), "more-team")


def test_a_study_of_comparators_has_nothing_to_report(made: Make, world: Any) -> None:
    with pytest.raises(InputError, match="nothing to report"):
        gather(made(world(policies=False)))


def test_words_that_claim_too_much_are_found() -> None:
    assert wording.avoided_words("It saves money and pays for itself.") == (
        "saves",
        "pays for itself",
    )
    assert wording.avoided_words("Savannah's savings account") == ()
