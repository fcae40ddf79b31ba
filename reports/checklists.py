"""Reporting checklists: where this report meets each item, and what is honestly not done.

CHEERS 2022: Husereau et al., Value in Health 25 (2022) 3-9, the 28 items. Validity: Eddy et al.,
Model transparency and validation, ISPOR-SMDM Modeling Good Research Practices Task Force-7, Medical
Decision Making 32 (2012) 733-743.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .phrases import Phrases
from .table import Cell, Column, Table


@dataclass(frozen=True)
class Item:
    """One item: where it is met (``section`` is an id of this report, empty when it does not
    apply), and how."""

    number: int
    topic: str
    section: str
    how: str


CHEERS = (
    Item(1, "Title", "summary", "The title names the intervention; the subtitle the options."),
    Item(2, "Abstract", "summary", "Page one: decision, answer, six questions, caveats."),
    Item(3, "Background and objectives", "summary", "The decision and whom it is for."),
    Item(
        4,
        "Health economic analysis plan",
        "methods",
        "None was registered; scenarios, draws and rules are fixed in files before results.",
    ),
    Item(5, "Study population", "equity", "Eight populations in four municipalities."),
    Item(6, "Setting and location", "methods", "Halton Region, Ontario."),
    Item(7, "Comparators", "options", "Current funding continued, stated for every option."),
    Item(8, "Perspective", "money", "Each payer, the Region, all payers; never society."),
    Item(9, "Time horizon", "money", "3, 5 and 10 years; the far horizon only in the annex."),
    Item(10, "Discount rate", "money", "0, 1.5, 3.5 and 8 % real, side by side; base 1.5 %."),
    Item(11, "Selection of outcomes", "demand", "Contacts, crises and use come before money."),
    Item(12, "Measurement of outcomes", "demand", "Paired differences of simulated counts."),
    Item(
        13,
        "Valuation of outcomes",
        "drivers",
        "An avoided crisis is given no price; the value at which advice changes is shown.",
    ),
    Item(14, "Measurement and valuation of resources and costs", "money", "Three nested lines."),
    Item(15, "Currency, price date and conversion", "methods", "Real Canadian dollars."),
    Item(16, "Rationale and description of model", "methods", "System dynamics, published file."),
    Item(17, "Analytics and assumptions", "methods", "Draws, pairing, discounting, limits."),
    Item(18, "Characterising heterogeneity", "equity", "By municipality and population."),
    Item(19, "Characterising distributional effects", "equity", "Absolute and relative gaps."),
    Item(20, "Characterising uncertainty", "drivers", "Joint draws, bands, tornado, curves."),
    Item(
        21,
        "Approach to engagement with patients and others affected",
        "annex",
        "Not done: nobody affected has been consulted on this model.",
    ),
    Item(22, "Study parameters", "provenance", "Every value, prior, source and grade."),
    Item(23, "Summary of main results", "summary", "Page one and the options table."),
    Item(24, "Effect of uncertainty", "drivers", "Chances in words and numbers, with error."),
    Item(
        25,
        "Effect of engagement with patients and others affected",
        "annex",
        "Not done, as no engagement took place.",
    ),
    Item(26, "Findings, limitations, generalisability", "methods", "What it cannot tell."),
    Item(27, "Source of funding", "annex", "To be stated by whoever publishes this report."),
    Item(28, "Conflicts of interest", "annex", "To be stated by whoever publishes this report."),
)

VALIDITY = (
    Item(
        1,
        "Face validity: structure, evidence, problem, results judged by experts",
        "",
        "Not done: no expert outside the project has reviewed structure or results.",
    ),
    Item(
        2,
        "Verification: the equations are those intended, and computed rightly",
        "confidence",
        "Units, conservation and extreme conditions are tested; the engine is held to a slow "
        "interpreter and to closed forms.",
    ),
    Item(
        3,
        "Cross validation: other models of the same question",
        "",
        "Not done: no other dynamic model of this question in Ontario was found.",
    ),
    Item(
        4,
        "External validation: results against observed data",
        "confidence",
        "",
    ),
    Item(
        5,
        "Predictive validation: forecasts against what happened",
        "",
        "Not done: no forecast is old enough to be held against events.",
    ),
)
_EXTERNAL = {
    False: "Not done: the model is not calibrated, and no record has been kept back and predicted.",
    True: "The model is fitted to the Region's record; see how sure.",
}


def checked(items: tuple[Item, ...], sections: tuple[str, ...]) -> tuple[Item, ...]:
    """The items, once each says something and points at a section that is there.

    Raises ValueError for a mandatory item left blank, so that no report is built without it.
    """
    for item in items:
        if not item.how.strip():
            raise ValueError(f"item {item.number}, {item.topic}, is blank: say where it is met")
        if item.section and item.section not in sections:
            raise ValueError(
                f"item {item.number}, {item.topic}, points at a section '{item.section}' that this "
                "report does not have"
            )
    if [item.number for item in items] != list(range(1, len(items) + 1)):
        raise ValueError("items are missing or out of order")
    return items


def cheers_table(phrases: Phrases, sections: dict[str, str]) -> Table:
    """The CHEERS 2022 map; ``sections`` are titles by id. Raises ValueError as `checked`."""
    if len(CHEERS) != 28:
        raise ValueError(f"CHEERS 2022 has 28 items, found {len(CHEERS)}")
    table = _table(phrases, "cheers", checked(CHEERS, tuple(sections)), sections)
    return replace(table, caption=phrases.say("CHEERS 2022: where each item is met"))


def validity_table(phrases: Phrases, sections: dict[str, str], calibrated: bool) -> Table:
    """The ISPOR-SMDM validity map, with what is not done. Raises ValueError as `checked`."""
    items = tuple(
        Item(item.number, item.topic, item.section, item.how or _EXTERNAL[calibrated])
        for item in VALIDITY
    )
    table = _table(phrases, "validity", checked(items, tuple(sections)), sections)
    caption = phrases.say("Validity after ISPOR-SMDM: what was done and what was not")
    return replace(table, caption=caption)


def _table(phrases: Phrases, name: str, items: tuple[Item, ...], sections: dict[str, str]) -> Table:
    rows = tuple(
        (
            Cell(f"{item.number}. {phrases.say(item.topic)}"),
            Cell(sections.get(item.section, phrases.say("nowhere"))),
            Cell(phrases.say(item.how)),
        )
        for item in items
    )
    return Table(
        id=name,
        caption="",
        columns=tuple(
            Column(title, "", False)
            for title in (phrases.say("Item"), phrases.say("Where"), phrases.say("How"))
        ),
        rows=rows,
    )
