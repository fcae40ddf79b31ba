"""Figures: what is drawn, what the table twin says and what the bands are agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import html  # type: ignore[import-untyped]

from upshift.reports import demand, money, options
from upshift.reports.draw import drawn, svg
from upshift.reports.equity import municipality_table
from upshift.reports.facts import gather
from upshift.reports.figure import BandFigure
from upshift.reports.influence import influences
from upshift.reports.method import late_table
from upshift.reports.render import write_report
from upshift.reports.summary import build_content
from upshift.scenarios.store import Study

Make = Callable[[Any], Study]
Select = Callable[[Any, str], list[Any]]
MINUS = "\u2212"


def _read(text: str) -> float:
    return float(text.replace(",", "").replace(MINUS, "-"))


def test_lines_drawn_are_the_medians_of_the_figure(made: Make, world: Any) -> None:
    figure = demand.services_figure(gather(made(world())))
    axes = [item for item in drawn(figure).axes if item.get_visible()]
    assert [item.get_title(loc="left") for item in axes] == [p.label for p in figure.panels]
    for item, panel in zip(axes, figure.panels, strict=True):
        line = next(line for line in item.lines if line.get_label() == "median")
        assert np.array_equal(np.asarray(line.get_xdata()), figure.years)
        assert np.allclose(line.get_ydata(), [found.q50 for found in panel.bands])
        assert item.get_ylabel() == panel.unit


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
    assert "stays a cost" in money.running_net_figure(better).title


def test_need_met_is_drawn_apart(made: Make, world: Any) -> None:
    panels = demand.services_figure(gather(made(world()))).panels
    assert [panel.label for panel in panels if panel.apart] == [
        "Reports of sexual assault (need met)"
    ]
    assert panels[1].bands[0].q50 > 0 > panels[0].bands[0].q50


def test_the_true_driver_leads_and_noise_is_hatched(made: Make, world: Any) -> None:
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
    assert (table.rows[-1][3].value or 0.0) > ten_years
