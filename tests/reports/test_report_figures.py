"""Figures: what is drawn, what the table twin says and what the bands are agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html  # type: ignore[import-untyped]

from upshift.reports import cash_flow, costs, demand, equity, flows, money, options, tornado, zones
from upshift.reports.canvas import text_width, ticks, wrapped
from upshift.reports.draw import svg
from upshift.reports.equity import municipality_table
from upshift.reports.facts import gather
from upshift.reports.figure import BandFigure
from upshift.reports.influence import influences, judged_drivers
from upshift.reports.method import late_table
from upshift.reports.render import write_report
from upshift.reports.summary import build_content
from upshift.scenarios.provenance import Evidence
from upshift.scenarios.store import Study

Make = Callable[[Any], Study]
Select = Callable[[Any, str], list[Any]]
MINUS = "\u2212"
SVG = "{http://www.w3.org/2000/svg}"


def _read(text: str) -> float:
    return float(text.replace(",", "").replace(MINUS, "-"))


def _numbers(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_lines_drawn_are_the_medians_of_the_figure(made: Make, world: Any) -> None:
    figure = demand.services_figure(gather(made(world())))
    tree = etree.fromstring(svg(figure).encode())
    medians = [_numbers(line.get("d")) for line in tree.iter(f"{SVG}path") if _median(line)]
    assert len(medians) == len(figure.panels)
    ticks = [
        (float(text.get("x")), float(text.get("y")), _read(text.text))
        for text in tree.iter(f"{SVG}text")
        if text.get("text-anchor") == "end"
    ]
    for points, panel in zip(medians, figure.panels, strict=True):
        # The numbers beside the axis say where a value stands; the line must stand there.
        left, top, bottom = points[0][0], min(y for _, y in points), max(y for _, y in points)
        beside = [t for t in ticks if 0 < left - t[0] < 10]
        near = sorted(beside, key=lambda t: abs(t[1] - (top + bottom) / 2))
        (_, first_y, first), (_, second_y, second) = near[0], near[1]
        slope = (second - first) / (second_y - first_y)
        # A label's baseline is 4 below the place of its value.
        drawn_values = [first + (y + 4 - first_y) * slope for _, y in points]
        expected = [found.q50 for found in panel.bands]
        assert np.allclose(drawn_values, expected, atol=abs(slope) * 0.02)


def _median(line: Any) -> bool:
    return str(line.get("class")).startswith("median")


def test_words_are_given_the_room_they_take() -> None:
    assert text_width("W" * 10) > text_width("i" * 10)
    lines = wrapped("one two three four five", text_width("one two "))
    assert " ".join(lines) == "one two three four five"
    assert all(text_width(line) <= text_width("one two ") for line in lines)


@given(st.floats(-1e7, 1e7), st.floats(1e-3, 1e7), st.integers(2, 10))
def test_an_axis_covers_its_values_in_few_round_steps(low: float, width: float, most: int) -> None:
    found = ticks(low, low + width, most)
    assert found[0] <= low + 1e-6 * width and found[-1] >= low + width * (1 - 1e-6)
    assert 2 <= len(found) <= most + 2


def test_nothing_is_drawn_outside_the_figure(made: Make, world: Any) -> None:
    for figure in build_content(gather(made(world()))).figures:
        tree = etree.fromstring(svg(figure).encode())
        _, _, width, height = (float(part) for part in tree.get("viewBox").split())
        for text in tree.iter(f"{SVG}text"):
            room = text_width(text.text, 11.0)
            x, y = float(text.get("x")), float(text.get("y"))
            if text.get("transform"):
                continue
            left = {"end": x - room, "middle": x - room / 2}.get(text.get("text-anchor"), x)
            assert left >= -1 and left + room <= width + 1, (figure.id, text.text)
            assert 0 < y < height


def test_every_band_figure_names_units_and_finding(made: Make, world: Any) -> None:
    for figure in build_content(gather(made(world()))).figures:
        assert figure.title and figure.alt and figure.source
        if isinstance(figure, BandFigure):
            assert all(panel.unit for panel in figure.panels)


def test_the_twin_on_the_page_holds_the_numbers_drawn(
    select: Select, made: Make, world: Any, tmp_path: Path
) -> None:
    study = made(world())
    tree = html.fromstring(write_report(study, tmp_path).read_text(encoding="utf-8"))
    figure = demand.zones_figure(gather(study))
    rows = select(tree, "#zones-table tbody tr")
    bands = [found for panel in figure.panels for found in panel.bands]
    assert len(rows) == len(bands)
    for row, found in zip(rows, bands, strict=True):
        texts = [cell.text_content() for cell in select(row, "td")][2:]
        step = max((found.q90 - found.q10) / 10, 1e-9)
        for text, value in zip(texts, (found.q50, found.q10, found.q90), strict=False):
            assert _read(text) == pytest.approx(value, abs=step)


def test_changes_are_paired_differences(made: Make, world: Any) -> None:
    # Draws differ fifty-fold in what they expect of luck, yet each is compared with its own twin.
    facts = gather(made(world(contacts=40.0)))
    panel = demand.services_figure(facts).panels[0]
    luck = np.linspace(0.5, 1.5, 32)
    assert panel.bands[0].q50 == pytest.approx(-40.0 * np.median(luck))
    assert panel.bands[0].q10 == pytest.approx(-40.0 * np.quantile(luck, 0.9))


def test_figure_titles_follow_the_numbers(made: Make, world: Any) -> None:
    better, worse, same = (
        gather(made(world(contacts=value, avoided=1e5 * np.sign(value)))) for value in (40, -40, 0)
    )
    assert "fewer police contacts" in demand.services_figure(better).title
    assert "more police contacts" in demand.services_figure(worse).title
    assert "less than one" in demand.services_figure(same).title
    assert options.options_figure(better).title.startswith("2 of 2 options lower")
    assert options.options_figure(worse).title.startswith("None of 2")
    assert "stays a cost" in cash_flow.running_net_figure(better).title


def test_need_met_is_drawn_apart(made: Make, world: Any) -> None:
    panels = demand.services_figure(gather(made(world()))).panels
    assert [panel.label for panel in panels if panel.apart] == [
        "Reports of sexual assault (need met)"
    ]
    assert panels[1].bands[0].q50 > 0 > panels[0].bands[0].q50


def test_the_true_driver_leads_and_noise_is_hollow(made: Make, world: Any) -> None:
    facts = gather(made(world()))
    found = influences(facts, "contacts avoided")
    assert found[0].driver.input == "effect on escalation[homelessness]"
    assert not found[0].driver.within_noise
    assert all(item.driver.within_noise for item in found[1:])


def test_an_input_that_only_moves_with_another_is_its_shadow(made: Make, world: Any) -> None:
    study = made(world())
    cause = study.draws["effect on escalation[homelessness]"]
    study.draws["early chance board acts"] = cause * 2
    study.draws["effect on reporting"] = np.roll(np.sort(cause), 1)  # nearly the same ranks
    found = influences(gather(study), "contacts avoided")
    cast = {item.driver.input: item.shadows for item in found}
    names = {
        "effect on escalation[homelessness]",
        "early chance board acts",
        "effect on reporting",
    }
    assert len(names & set(cast)) == 1, "three names for one cause are one bar"
    (leader,) = names & set(cast)
    assert set(cast[leader]) == names - {leader}


def test_every_judged_driver_is_named_however_many_and_in_whatever_shadow(
    made: Make, world: Any
) -> None:
    study = made(world())
    cause = study.draws["effect on escalation[homelessness]"].to_numpy()
    grade = gather(study).grade
    judged = [name for name in map(str, study.draws.columns) if grade(name) == "D"]
    assert judged
    for number, name in enumerate(judged):
        study.draws[name] = cause * (number + 2)  # the same ranks: which of them drives?
    named = judged_drivers(gather(study))
    assert len(named) == len(judged)


def test_svg_ids_are_the_figures_own_and_no_metadata_is_left(made: Make, world: Any) -> None:
    figure = options.options_figure(gather(made(world())))
    text = svg(figure)
    assert "<metadata" not in text and "<!--" not in text and "matplotlib.org" not in text
    assert text.count(' id="') == text.count(' id="options-')


def test_payers_add_up_and_the_region_is_police_and_other(made: Make, world: Any) -> None:
    facts = gather(made(world()))
    last = facts.focus.horizons[-1]
    whole = last.payer("all payers").programme.q50
    parts = [last.payer(name).programme.q50 for name in facts.study.elements("payer")]
    assert sum(parts) == pytest.approx(whole)
    assert last.payer("Region total").programme.q50 == pytest.approx(parts[0] + parts[1])
    table = money.payer_table(facts, facts.focus, last)
    assert [row[0].text for row in table.rows[:3]] == [
        "Region (total)",
        "of which police service",
        "of which other Region services",
    ]


def test_cash_is_within_marginal_in_the_columns_order(made: Make, world: Any) -> None:
    facts = gather(made(world()))
    table = money.payer_table(facts, facts.focus, facts.focus.horizons[-1])
    assert [column.title for column in table.columns[1:3]] == [
        "Marginal cost avoided",
        "of which cashable",
    ]


def test_places_share_the_whole(made: Make, world: Any) -> None:
    facts = gather(made(world()))
    table, sentence = municipality_table(facts)
    avoided = sum(row[3].value or 0.0 for row in table.rows)
    assert avoided == pytest.approx(400.0)
    assert "per 100,000 residents" in sentence


def test_the_annex_reaches_the_last_year(made: Make, world: Any) -> None:
    table = late_table(gather(made(world())), 2045)
    ten_years = gather(made(world())).focus.horizons[-1].payer("all payers").programme.q50
    assert 1e3 * (table.rows[-1][3].value or 0.0) > ten_years


def test_a_waterfall_leads_to_the_mean_net(made: Make, world: Any) -> None:
    facts = gather(made(world()))
    figure = flows.waterfall_figure(facts)
    net = facts.focus.horizons[-1].payer("all payers").net["marginal"].mean / 1e6
    *steps, total = figure.steps
    assert total.total and total.value == pytest.approx(net)
    assert sum(step.value for step in steps) == pytest.approx(net)
    assert "net cost" in figure.title


def test_who_pays_for_whose_gain_adds_up(made: Make, world: Any) -> None:
    facts = gather(made(world()))
    rows = flows.matrix_table(facts).rows
    everyone = facts.focus.horizons[-1].payer("all payers")
    assert sum(cell.value or 0.0 for cell in rows[-1][2:]) * 1e3 == pytest.approx(
        everyone.marginal.mean
    )
    for column in range(1, len(rows[0])):
        parts = [row[column].value or 0.0 for row in rows]
        assert sum(parts[:-1]) == pytest.approx(parts[-1])


def test_zones_show_who_moves_where(made: Make, world: Any) -> None:
    figure = zones.zone_figure(gather(made(world())))
    assert "out of risk intervention and emergency response" in figure.title
    assert "into social development and prevention" in figure.title
    text = re.sub(r"<[^>]+>", " ", svg(figure))
    assert "18 people out" in text and "20 people in" in text


def test_a_swing_is_the_mean_of_the_outer_fifths() -> None:
    values = np.arange(10.0)
    assert tornado.swing_of(values, values**2) == (0.5, (64 + 81) / 2)


def test_too_few_draws_have_no_tornado(made: Make, world: Any) -> None:
    facts = gather(made(world()))
    assert tornado.tornado_figure(facts, ("effect on escalation[homelessness]",)) is None


def test_small_places_are_not_drawn(made: Make, world: Any) -> None:
    figure = equity.equity_figure(gather(made(world(expected=5.0, contacts=0.01))))
    assert figure is not None
    places = [label for label in figure.labels if label.endswith("contacts")]
    shown = ["Halton Hills: contacts", "Milton: contacts", "Oakville: contacts"]
    assert places == shown, "Burlington expects five"


def test_cash_put_back_is_no_longer_given_back(made: Make, world: Any) -> None:
    table = cash_flow.reinvestment_table(gather(made(world(cash=1e5))))
    back = [row[1].value or 0.0 for row in table.rows]
    net = [row[2].value or 0.0 for row in table.rows]
    assert back[0] == 0 and back[2] == pytest.approx(2 * back[1])
    assert net[0] > net[1] > net[2]


def test_unit_costs_say_what_they_are_behind_of(made: Make, world: Any) -> None:
    plain = made(world())
    hours = replace(plain.registry[-1], sources=("U008",))
    study = replace(
        plain,
        unit_costs=Evidence(b"", b"", b"").cost_rows(),
        registry=(*plain.registry[:-1], hours),
    )
    section = costs.costs_section(gather(study))
    table = next(block for block in section.blocks if getattr(block, "id", "") == "unit-costs")
    assert [row[0].text for row in table.rows] == ["U008"]  # type: ignore[union-attr]
    assert "behind inputs of the model" in section.blocks[0].text  # type: ignore[union-attr]
