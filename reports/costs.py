"""The unit-cost registry on the page: what a unit costs, for whom, how that is known."""

from __future__ import annotations

from ..scenarios.economics import PRICE_YEAR
from ..scenarios.unit_costs import UnitCost
from .content import Block, Folded, Paragraph, Section
from .facts import JUDGED, Facts
from .table import Cell, Column, Table, web_address
from .wording import number, percent


def costs_section(facts: Facts) -> Section:
    """Costs that inputs of the model rest on, then the others."""
    used = used_by(facts)
    costs = facts.study.unit_costs
    own = tuple(cost for cost in costs if cost.id in used)
    rest = tuple(cost for cost in costs if cost.id not in used)
    judged = sum(cost.judged for cost in own)
    told = (
        f"{len(own)} of the {len(costs)} unit costs on record lie behind inputs of the model; "
        f"{judged} of those are judgement or not verified (grade D). An average cost is not an "
        "avoided cost: the marginal share says how much of it varies with demand, and only a part "
        "of that is cash. A copy of this table is in the study's folder, in evidence/; corrected "
        "there, it is printed anew."
    )
    blocks: list[Block] = [Paragraph(told)]
    if own:
        blocks.append(cost_table("unit-costs", "Unit costs behind the model's inputs", own, used))
    if rest:
        table = cost_table("unit-costs-other", "Other unit costs on record", rest, used)
        blocks.append(Folded(f"The other {len(rest)} unit costs", (table,)))
    return Section("unit-costs-section", "Unit costs", tuple(blocks), "Unit_costs")


def used_by(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Names of the model inputs that rest on each unit cost, by its id."""
    found: dict[str, list[str]] = {}
    for row in facts.study.registry:
        for source in row.sources:
            found.setdefault(source, []).append(row.column)
    return {key: tuple(names) for key, names in found.items()}


def cost_table(
    name: str, caption: str, costs: tuple[UnitCost, ...], used: dict[str, tuple[str, ...]]
) -> Table:
    """A row a cost, with its value in dollars of the price year where that can be had."""
    rows = tuple(
        (
            Cell(cost.id),
            Cell(cost.item, grade=JUDGED if cost.judged else ""),
            Cell(cost.payer),
            _value(cost),
            Cell(f"{cost.currency} {cost.price_year}, {cost.unit}"),
            Cell("none" if cost.real() is None else _plain(cost.real() or 0.0), cost.real()),
            _share(cost.marginal_share),
            _share(cost.cashable_share),
            Cell(cost.step or "not known"),
            Cell(cost.grade, grade=JUDGED if cost.judged else ""),
            Cell(cost.date_checked or "not recorded"),
            Cell(_inputs(used.get(cost.id, ()))),
            Cell(cost.source_title or "judgement", href=web_address(cost.source_url)),
        )
        for cost in costs
    )
    return Table(
        id=name,
        caption=caption,
        columns=(
            Column("Id", "", False),
            Column("Item", "", False),
            Column("Payer", "", False),
            Column("Value"),
            Column("Unit", "", False),
            Column(f"In dollars of {PRICE_YEAR}", "CAD"),
            Column("Varies with demand", "share"),
            Column("Cashable", "share"),
            Column("Changes in steps of", "", False),
            Column("Grade", "", False),
            Column("Checked on", "", False),
            Column("Behind", "", False),
            Column("Source", "", False),
        ),
        rows=rows,
        note="Costs that hold the same thing are never added. “None” in those dollars: another "
        "currency, or a year without a price index.",
    )


def _value(cost: UnitCost) -> Cell:
    if cost.low is None or cost.high is None:
        return Cell(_plain(cost.value), cost.value)
    ends = f"({_plain(cost.low)} to {_plain(cost.high)})"
    return Cell(f"{_plain(cost.value)} {ends}", cost.value, cost.low, cost.high)


def _plain(value: float) -> str:
    return number(value, 1.0) if abs(value) >= 1000 else f"{value:,.4g}"


def _share(share: float | None) -> Cell:
    return Cell("not known") if share is None else Cell(percent(share), share, share=True)


def _inputs(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:2])
    return f"{shown} and {len(names) - 2} more" if len(names) > 2 else shown
