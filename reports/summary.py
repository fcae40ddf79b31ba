"""The content of the report of a study: which sections, in which order."""

from __future__ import annotations

from dataclasses import replace

from .banner import banner
from .beside import beside_section
from .cash_flow import cash_flow_section
from .checklists import cheers_table, validity_table
from .choice import choice_section
from .content import Content, Section
from .costs import costs_section
from .demand import demand_section
from .equity import equity_section
from .facts import Facts
from .futures import futures_section
from .influence import influence_section
from .inputs import evidence_section, provenance_section
from .method import annex_section, confidence_section, methods_section
from .money import money_section
from .options import options_section
from .page_one import page_one

STAMP = "uncalibrated: not for funding decisions"


def build_content(facts: Facts, own: Section | None = None) -> Content:
    """Everything a report says; ``own`` is a section of the organisation that prints it.

    Raises InputError when the study lacks an output, ValueError when an item of a reporting
    checklist is blank.
    """
    sections = (
        page_one(facts),
        *((own,) if own is not None else ()),
        *((beside_section(facts),) if facts.beside else ()),
        options_section(facts),
        *((futures_section(facts),) if facts.same_in_other_futures else ()),
        money_section(facts),
        demand_section(facts),
        cash_flow_section(facts),
        influence_section(facts),
        choice_section(facts),
        evidence_section(facts),
        equity_section(facts),
        confidence_section(facts),
        methods_section(facts),
        *((costs_section(facts),) if facts.study.unit_costs else ()),
        provenance_section(facts),
        annex_section(facts),
    )
    return Content(
        title=facts.say("Shifting demand from emergency response to earlier help in Halton Region"),
        subtitle=facts.say(
            "{title}, compared with {comparator}",
            title=facts.focus.title,
            comparator=_lower(facts.comparator.title),
        ),
        stamp="" if facts.study.manifest.calibrated else facts.say(STAMP),
        sections=(*sections[:-1], _with_checklists(facts, sections)),
        banner=banner(facts.study.manifest, facts.phrases),
        phrases=facts.phrases,
    )


def _with_checklists(facts: Facts, sections: tuple[Section, ...]) -> Section:
    """The last section, headed by the checklists, which point at all of them."""
    titles = {section.id: section.title for section in sections}
    tables = (
        cheers_table(facts.phrases, titles),
        validity_table(facts.phrases, titles, facts.study.manifest.calibrated),
    )
    return replace(sections[-1], blocks=(*tables, *sections[-1].blocks))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
