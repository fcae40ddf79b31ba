"""Provenance: every parameter with value, prior, role, source and grade; every source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..scenarios.provenance import ParameterRow, SourceRow
from .content import Block, Bullets, Folded, Heading, Paragraph, Section
from .evidence import CONFLICTS, Conflict, Finding, conflicts_for, findings_for
from .facts import JUDGED, Facts
from .table import Cell, Column, Table, web_address
from .wording import capital, percent

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
    blocks: list[Block] = [Heading("What comparable places saw"), findings_table(facts, own)]
    rest = tuple(item for item in findings_for(every) if item not in own)
    if rest:
        other = findings_table(facts, rest, "-other")
        blocks.append(Folded("Findings about what this decision does not fund", (other,)))
    blocks.append(Heading("Where studies disagree"))
    blocks.append(Bullets(_conflict_lines(conflicts or CONFLICTS)))
    others = tuple(item for item in CONFLICTS if item not in conflicts)
    if conflicts and others:
        lines = Bullets(_conflict_lines(others))
        blocks.append(Folded("Disagreements about what this decision does not fund", (lines,)))
    return Section(
        "evidence", "Evidence from elsewhere, and where it conflicts", tuple(blocks), "Provenance"
    )


def findings_table(facts: Facts, findings: Iterable[Finding], suffix: str = "") -> Table:
    """One row a finding."""
    rows = tuple(
        (
            Cell(capital(item.place)),
            Cell(capital(item.lever)),
            Cell(capital(item.found)),
            Cell(capital(item.design)),
            Cell(item.grade, grade=item.grade if item.grade == JUDGED else ""),
            Cell(_titles(facts, item.sources)),
        )
        for item in findings
    )
    return Table(
        id=f"findings{suffix}",
        caption="What comparable places saw, in the words of this report",
        columns=tuple(
            Column(title, "", False)
            for title in ("Place", "Bears on", "Finding", "Design", "Grade", "Source")
        ),
        rows=rows,
        note="A grade says how the number was obtained, not how good the study is.",
    )


def provenance_section(facts: Facts) -> Section:
    """Every parameter and every source."""
    uncertain = tuple(row for row in facts.study.registry if row.uncertain)
    fixed = tuple(row for row in facts.study.registry if not row.uncertain)
    counts = Counter(row.grade for row in uncertain)
    told = "; ".join(f"{grade}, {words}: {counts.get(grade, 0)}" for grade, words in GRADES)
    share = counts.get(JUDGED, 0) / max(len(uncertain), 1)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"{len(facts.study.registry)} values go into the model, {len(uncertain)} of them "
            f"uncertain. Grades of the uncertain ones: {told}. So {percent(share)} are judgement."
        ),
        Folded(
            f"The {len(uncertain)} uncertain inputs", (parameter_table("uncertain", uncertain),)
        ),
        Folded(
            f"The {len(fixed)} fixed values, decisions and switches",
            (parameter_table("fixed", fixed),),
        ),
        Folded(f"The {len(facts.study.sources)} sources", (source_table(facts.study.sources),)),
    )
    return Section("provenance", "Every input and where it comes from", blocks, "Provenance")


def parameter_table(name: str, rows: Iterable[ParameterRow]) -> Table:
    """Registry rows, elements with the same values gathered in one row."""
    gathered: dict[tuple[object, ...], list[ParameterRow]] = {}
    for row in rows:
        same = (row.name, row.unit, row.value, row.prior, row.low, row.high, row.spike)
        gathered.setdefault((*same, row.role, row.sources, row.grade, row.note), []).append(row)
    return Table(
        id=f"inputs-{name}",
        caption=f"Inputs, {name}",
        columns=(
            Column("Input", "", False),
            Column("Value"),
            Column("Unit", "", False),
            Column("Prior", "", False),
            Column("Role", "", False),
            Column("Grade", "", False),
            Column("Sources", "", False),
            Column("Note", "", False),
        ),
        rows=tuple(_parameter_row(members) for members in gathered.values()),
        note="Value is the median of a lognormal, the mean of a normal or beta, the mode of a "
        "triangular prior. Ranges hold 95 % of a prior, or all of a uniform or triangular one. "
        "Source ids are those of the table of sources.",
    )


def source_table(sources: Iterable[SourceRow]) -> Table:
    """One row a source, with a link where it has a web address."""
    rows = tuple(
        (
            Cell(row.id),
            Cell(row.title or "Judgement", href=web_address(row.url)),
            Cell(row.publisher),
            Cell(row.year),
            Cell(row.grade, grade=row.grade if row.grade == JUDGED else ""),
            Cell(row.quantity),
            Cell(_figure(row)),
            Cell(row.note),
        )
        for row in sources
    )
    titles = ("Id", "Title", "Publisher", "Year", "Grade", "Quantity", "Figure used", "Note")
    return Table(
        id="sources",
        caption="Sources, with the figure taken from each",
        columns=tuple(Column(title, "", False) for title in titles),
        rows=rows,
    )


def _parameter_row(members: list[ParameterRow]) -> tuple[Cell, ...]:
    row = members[0]
    elements = [member.element for member in members if member.element]
    shown = "; ".join(elements[:_MOST_ELEMENTS])
    if len(elements) > _MOST_ELEMENTS:
        shown += f"; and {len(elements) - _MOST_ELEMENTS} more"
    label = f"{row.name} [{shown}]" if elements else row.name
    return (
        Cell(label),
        Cell(_value_of(row), row.value),
        Cell(row.unit),
        Cell(_prior(row)),
        Cell(row.role),
        Cell(row.grade, grade=row.grade if row.grade == JUDGED else ""),
        Cell(", ".join(row.sources)),
        Cell(row.note),
    )


def _prior(row: ParameterRow) -> str:
    if not row.uncertain:
        return "fixed"
    text = row.prior
    if row.low is not None and row.high is not None:
        text += f", {_plain(row.low)} to {_plain(row.high)}"
    if row.spike > 0:
        text += f", and {percent(row.spike)} on no effect"
    if row.group:
        text += f"; moves with “{row.group}”"
    return text


def _value_of(row: ParameterRow) -> str:
    """A calendar year is written without a comma."""
    year = row.unit == "Year" and row.value > 1900
    return f"{row.value:.0f}" if year else _plain(row.value)


def _plain(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _figure(row: SourceRow) -> str:
    if not row.value:
        return ""
    ends = f" ({row.low} to {row.high})" if row.low and row.high else ""
    return f"{row.value}{ends} {row.unit}".strip()


def _titles(facts: Facts, ids: tuple[str, ...]) -> str:
    found = [facts.source_rows[key] for key in ids if key in facts.source_rows]
    if not found:
        return "none" if not ids else ", ".join(ids)
    return "; ".join(dict.fromkeys(f"{row.title} ({row.year})" for row in found))


def _conflict_lines(conflicts: Iterable[Conflict]) -> tuple[str, ...]:
    return tuple(f"{item.title}. {item.text}" for item in conflicts)
