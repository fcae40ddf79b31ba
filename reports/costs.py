"""The unit-cost registry on the page: what a unit costs, for whom, how that is known."""

from __future__ import annotations

from ..scenarios.economics import PRICE_YEAR
from ..scenarios.unit_costs import UnitCost
from .content import Block, Folded, Paragraph, Section
from .facts import JUDGED, Facts
from .table import Cell, Column, Table, web_address
from .wording import figures, input_words, number, percent


def costs_section(facts: Facts) -> Section:
    """Costs that inputs of the model rest on, then the others."""
    used = used_by(facts)
    costs = facts.study.unit_costs
    own = tuple(cost for cost in costs if cost.id in used)
    rest = tuple(cost for cost in costs if cost.id not in used)
    judged = sum(cost.judged for cost in own)
    told = facts.say(
        "{used} of the {count} unit costs on record lie behind inputs of the model; "
        "{judged} of those are judgement or not verified (grade D). An average cost is "
        "not an avoided cost: the marginal share says how much of it varies with "
        "demand, and only a part of that is cash. A copy of this table is in the "
        "study's folder, in evidence/; corrected there, it is printed anew.",
        used=len(own),
        count=len(costs),
        judged=judged,
    )
    blocks: list[Block] = [Paragraph(told)]
    if own:
        blocks.append(cost_table(facts, "unit-costs", "Unit costs behind the model's inputs", own))
    if rest:
        table = cost_table(facts, "unit-costs-other", "Other unit costs on record", rest)
        blocks.append(
            Folded(
                facts.say("The other {count} unit costs", count=len(rest)),
                (table,),
                kept_in="Unit_costs",
            )
        )
    return Section("unit-costs-section", facts.say("Unit costs"), tuple(blocks), "Unit_costs")


def used_by(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Names of the model inputs that rest on each unit cost, by its id."""
    found: dict[str, list[str]] = {}
    for row in facts.study.registry:
        for source in row.sources:
            found.setdefault(source, []).append(row.column)
    return {key: tuple(names) for key, names in found.items()}


CAPTIONS = ("Unit costs behind the model's inputs", "Other unit costs on record")


def cost_table(facts: Facts, name: str, caption: str, costs: tuple[UnitCost, ...]) -> Table:
    """A row a cost, with its value in dollars of the price year where that can be had."""
    used = used_by(facts)
    foreign = facts.phrases.foreign
    rows = tuple(
        (
            Cell(cost.id),
            Cell(foreign(cost.item), grade=JUDGED if cost.judged else ""),
            Cell(foreign(cost.payer)),
            _value(facts, cost),
            Cell(foreign(f"{cost.currency} {cost.price_year}, {cost.unit}")),
            Cell(
                facts.say("none") if cost.real() is None else _plain(facts, cost.real() or 0.0),
                cost.real(),
            ),
            _share(facts, cost.marginal_share),
            _share(facts, cost.cashable_share),
            Cell(foreign(cost.step) if cost.step else facts.say("not known")),
            Cell(cost.grade, grade=JUDGED if cost.judged else ""),
            Cell(cost.date_checked or facts.say("not recorded")),
            Cell(_inputs(facts, used.get(cost.id, ()))),
            Cell(
                foreign(cost.source_title) if cost.source_title else facts.say("judgement"),
                href=web_address(cost.source_url),
            ),
        )
        for cost in costs
    )
    return Table(
        id=name,
        caption=facts.say(caption),
        columns=(
            Column(facts.say("Id"), "", False),
            Column(facts.say("Item"), "", False),
            Column(facts.say("Payer"), "", False),
            Column(facts.say("Value")),
            Column(facts.say("Unit"), "", False),
            Column(
                facts.say("In dollars of {price_year}", price_year=PRICE_YEAR),
                facts.say("CAD"),
            ),
            Column(facts.say("Varies with demand"), facts.say("share")),
            Column(facts.say("Cashable"), facts.say("share")),
            Column(facts.say("Changes in steps of"), "", False),
            Column(facts.say("Grade"), "", False),
            Column(facts.say("Checked on"), "", False),
            Column(facts.say("Behind"), "", False),
            Column(facts.say("Source"), "", False),
        ),
        rows=rows,
        note=facts.say(
            "Costs that hold the same thing are never added. “None” in those dollars: "
            "another currency, or a year without a price index."
        ),
    )


def _value(facts: Facts, cost: UnitCost) -> Cell:
    if cost.low is None or cost.high is None:
        return Cell(_plain(facts, cost.value), cost.value)
    shown = facts.say(
        "{middle} ({low} to {high})",
        middle=_plain(facts, cost.value),
        low=_plain(facts, cost.low),
        high=_plain(facts, cost.high),
    )
    return Cell(shown, cost.value, cost.low, cost.high)


def _plain(facts: Facts, value: float) -> str:
    if abs(value) >= 1000:
        return number(facts.phrases, value, 1.0)
    return figures(facts.phrases, value, ",.4g")


def _share(facts: Facts, share: float | None) -> Cell:
    return (
        Cell(facts.say("not known"))
        if share is None
        else Cell(percent(facts.phrases, share), share, share=True)
    )


def _inputs(facts: Facts, names: tuple[str, ...]) -> str:
    shown = ", ".join(input_words(facts.phrases, name) for name in names[:2])
    if len(names) <= 2:
        return shown
    return facts.say("{shown} and {more} more", shown=shown, more=len(names) - 2)
