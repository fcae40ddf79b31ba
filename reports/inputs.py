"""Provenance: every parameter with value, prior, role, source and grade; every source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..scenarios.provenance import ParameterRow, SourceRow
from .content import Block, Bullets, Folded, Heading, Paragraph, Section
from .evidence import CONFLICTS, Conflict, Finding, conflicts_for, findings_for
from .facts import JUDGED, Facts
from .table import Cell, Column, Table, web_address
from .wording import capital, figures, percent

GRADES = (
    ("A", "read in the primary source, or one step of arithmetic on it"),
    ("B", "read in a secondary source"),
    ("C", "derived from several sources"),
    (JUDGED, "judgement, or recalled and not verified"),
)
_MOST_ELEMENTS = 40


def evidence_section(facts: Facts) -> Section:
    """What comparable places saw, and where studies disagree."""
    levers = tuple(name for name, lever in facts.scenario.levers.items() if lever.amount > 0)
    every = tuple(facts.study.elements("lever"))
    own, conflicts = findings_for(levers), conflicts_for(levers)
    blocks: list[Block] = [
        Heading(facts.say("What comparable places saw")),
        findings_table(facts, own),
    ]
    rest = tuple(item for item in findings_for(every) if item not in own)
    if rest:
        other = findings_table(facts, rest, "-other")
        blocks.append(
            Folded(facts.say("Findings about what this decision does not fund"), (other,))
        )
    blocks.append(Heading(facts.say("Where studies disagree")))
    blocks.append(Bullets(_conflict_lines(facts, conflicts or CONFLICTS)))
    others = tuple(item for item in CONFLICTS if item not in conflicts)
    if conflicts and others:
        lines = Bullets(_conflict_lines(facts, others))
        blocks.append(
            Folded(facts.say("Disagreements about what this decision does not fund"), (lines,))
        )
    return Section(
        "evidence",
        facts.say("Evidence from elsewhere, and where it conflicts"),
        tuple(blocks),
        "Provenance",
    )


def findings_table(facts: Facts, findings: Iterable[Finding], suffix: str = "") -> Table:
    """One row a finding."""
    rows = tuple(
        (
            Cell(capital(facts.say(item.place))),
            Cell(capital(facts.name(item.lever))),
            Cell(capital(facts.say(item.found))),
            Cell(capital(facts.say(item.design))),
            Cell(item.grade, grade=item.grade if item.grade == JUDGED else ""),
            Cell(_titles(facts, item.sources)),
        )
        for item in findings
    )
    return Table(
        id=f"findings{suffix}",
        caption=facts.say("What comparable places saw, in the words of this report"),
        columns=tuple(
            Column(title, "", False)
            for title in (
                facts.say("Place"),
                facts.say("Bears on"),
                facts.say("Finding"),
                facts.say("Design"),
                facts.say("Grade"),
                facts.say("Source"),
            )
        ),
        rows=rows,
        note=facts.say("A grade says how the number was obtained, not how good the study is."),
    )


def provenance_section(facts: Facts) -> Section:
    """Every parameter and every source."""
    uncertain = tuple(row for row in facts.study.registry if row.uncertain)
    fixed = tuple(row for row in facts.study.registry if not row.uncertain)
    counts = Counter(row.grade for row in uncertain)
    told = "; ".join(
        facts.say("{grade}, {words}: {count}", grade=grade, words=facts.say(words), count=number)
        for grade, words in GRADES
        for number in (counts.get(grade, 0),)
    )
    share = counts.get(JUDGED, 0) / max(len(uncertain), 1)
    blocks: tuple[Block, ...] = (
        Paragraph(
            facts.say(
                "{count} values go into the model, {uncertain} of them uncertain. Grades of the "
                "uncertain ones: {told}. So {share} are judgement.",
                count=len(facts.study.registry),
                uncertain=len(uncertain),
                told=told,
                share=percent(facts.phrases, share),
            )
        ),
        Folded(
            facts.say("The {count} uncertain inputs", count=len(uncertain)),
            (parameter_table(facts, "uncertain", uncertain),),
        ),
        Folded(
            facts.say("The {count} fixed values, decisions and switches", count=len(fixed)),
            (parameter_table(facts, "fixed", fixed),),
            kept_in="Provenance",
        ),
        Folded(
            facts.say("The {count} sources", count=len(facts.study.sources)),
            (source_table(facts),),
        ),
    )
    return Section(
        "provenance", facts.say("Every input and where it comes from"), blocks, "Provenance"
    )


def parameter_table(facts: Facts, name: str, rows: Iterable[ParameterRow]) -> Table:
    """Registry rows, elements with the same values gathered in one row."""
    gathered: dict[tuple[object, ...], list[ParameterRow]] = {}
    for row in rows:
        same = (row.name, row.unit, row.value, row.prior, row.low, row.high, row.spike)
        gathered.setdefault((*same, row.role, row.sources, row.grade, row.note), []).append(row)
    return Table(
        id=f"inputs-{name}",
        caption=facts.say("Inputs, uncertain" if name == "uncertain" else "Inputs, fixed"),
        columns=(
            Column(facts.say("Input"), "", False),
            Column(facts.say("Value")),
            Column(facts.say("Unit"), "", False),
            Column(facts.say("Prior"), "", False),
            Column(facts.say("Role"), "", False),
            Column(facts.say("Grade"), "", False),
            Column(facts.say("Sources"), "", False),
            Column(facts.say("Note"), "", False),
        ),
        rows=tuple(_parameter_row(facts, members) for members in gathered.values()),
        note=facts.say(
            "Value is the median of a lognormal, the mean of a normal or beta, the mode of "
            "a triangular prior. Ranges hold 95 % of a prior, or all of a uniform or "
            "triangular one. Source ids are those of the table of sources."
        ),
    )


def source_table(facts: Facts) -> Table:
    """One row a source, with a link where it has a web address."""
    foreign = facts.phrases.foreign
    rows = tuple(
        (
            Cell(row.id),
            Cell(
                foreign(row.title) if row.title else facts.say("Judgement"),
                href=web_address(row.url),
            ),
            Cell(foreign(row.publisher)),
            Cell(row.year),
            Cell(row.grade, grade=row.grade if row.grade == JUDGED else ""),
            Cell(foreign(row.quantity)),
            Cell(_figure(facts, row)),
            Cell(foreign(row.note)),
        )
        for row in facts.study.sources
    )
    titles = (
        facts.say("Id"),
        facts.say("Title"),
        facts.say("Publisher"),
        facts.say("Year"),
        facts.say("Grade"),
        facts.say("Quantity"),
        facts.say("Figure used"),
        facts.say("Note"),
    )
    return Table(
        id="sources",
        caption=facts.say("Sources, with the figure taken from each"),
        columns=tuple(Column(title, "", False) for title in titles),
        rows=rows,
    )


def _parameter_row(facts: Facts, members: list[ParameterRow]) -> tuple[Cell, ...]:
    row = members[0]
    elements = [member.element for member in members if member.element]
    shown = "; ".join(_element(facts, element) for element in elements[:_MOST_ELEMENTS])
    if len(elements) > _MOST_ELEMENTS:
        shown = facts.say(
            "{shown}; and {more} more", shown=shown, more=len(elements) - _MOST_ELEMENTS
        )
    name = facts.name(row.name)
    label = f"{name} [{shown}]" if elements else name
    return (
        Cell(label),
        Cell(_value_of(facts, row), row.value),
        Cell(facts.phrases.foreign(row.unit)),
        Cell(_prior(facts, row)),
        Cell(facts.name(row.role)),
        Cell(row.grade, grade=row.grade if row.grade == JUDGED else ""),
        Cell(", ".join(row.sources)),
        Cell(facts.phrases.foreign(row.note)),
    )


def _prior(facts: Facts, row: ParameterRow) -> str:
    if not row.uncertain:
        return facts.say("fixed")
    text = facts.name(row.prior)
    if row.low is not None and row.high is not None:
        low, high = _plain(facts, row.low), _plain(facts, row.high)
        text = facts.say("{prior}, {low} to {high}", prior=text, low=low, high=high)
    if row.spike > 0:
        spike = percent(facts.phrases, row.spike)
        text = facts.say("{prior}, and {spike} on no effect", prior=text, spike=spike)
    if row.group:
        group = facts.phrases.foreign(row.group)
        text = facts.say("{prior}; moves with “{group}”", prior=text, group=group)
    return text


def _value_of(facts: Facts, row: ParameterRow) -> str:
    """A calendar year is written without a comma."""
    year = row.unit == "Year" and row.value > 1900
    return f"{row.value:.0f}" if year else _plain(facts, row.value)


def _plain(facts: Facts, value: float) -> str:
    return figures(facts.phrases, value, ",.4g" if abs(value) < 1e4 else ",.0f")


def _figure(facts: Facts, row: SourceRow) -> str:
    if not row.value:
        return ""
    marks = facts.phrases.figures
    shown = marks(row.value)
    if row.low and row.high:
        shown = facts.say(
            "{middle} ({low} to {high})", middle=shown, low=marks(row.low), high=marks(row.high)
        )
    return f"{shown} {facts.phrases.foreign(row.unit)}".strip()


def _titles(facts: Facts, ids: tuple[str, ...]) -> str:
    found = [facts.source_rows[key] for key in ids if key in facts.source_rows]
    if not found:
        return facts.say("none") if not ids else ", ".join(ids)
    titles = dict.fromkeys(f"{row.title} ({row.year})" for row in found)
    return "; ".join(facts.phrases.foreign(title) for title in titles)


def _conflict_lines(facts: Facts, conflicts: Iterable[Conflict]) -> tuple[str, ...]:
    return tuple(f"{facts.say(item.title)}. {facts.say(item.text)}" for item in conflicts)


def _element(facts: Facts, element: str) -> str:
    return ", ".join(facts.name(part) for part in element.split(", "))
