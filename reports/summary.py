"""The content of the report of a study: ten chapters, in the order a funder asks."""

from __future__ import annotations

from dataclasses import replace

from .banner import banner
from .beside import beside_section
from .cash_flow import cash_flow_section
from .checklists import cheers_table, validity_table
from .choice import choice_section
from .content import Chapter, Content, Section
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
    chapters = (
        _chapter(page_one(facts), *((own,) if own is not None else ())),
        _chapter(
            options_section(facts),
            *((beside_section(facts),) if facts.beside else ()),
            *((futures_section(facts),) if facts.same_in_other_futures else ()),
        ),
        _chapter(money_section(facts)),
        _chapter(demand_section(facts)),
        _chapter(cash_flow_section(facts)),
        Chapter(
            facts.say("Uncertainty: what drives the result, and when it fails"),
            (influence_section(facts), choice_section(facts)),
        ),
        _chapter(equity_section(facts)),
        _chapter(confidence_section(facts)),
        Chapter(
            facts.say("Methods, assumptions and where every number comes from"),
            (
                methods_section(facts),
                evidence_section(facts),
                *((costs_section(facts),) if facts.study.unit_costs else ()),
                provenance_section(facts),
            ),
        ),
    )
    return Content(
        title=facts.say("Shifting demand from emergency response to earlier help in Halton Region"),
        subtitle=facts.say(
            "{title}, compared with {comparator}",
            title=facts.focus.title,
            comparator=_lower(facts.comparator.title),
        ),
        stamp="" if facts.study.manifest.calibrated else facts.say(STAMP),
        chapters=(*chapters, _appendices(facts, chapters)),
        banner=banner(facts.study.manifest, facts.phrases),
        phrases=facts.phrases,
    )


def _chapter(first: Section, *others: Section) -> Chapter:
    """A chapter with the title of its first section."""
    return Chapter(first.title, (first, *others))


def _appendices(facts: Facts, chapters: tuple[Chapter, ...]) -> Chapter:
    """The checklists, which point at every section, then the annex."""
    annex = annex_section(facts)
    before = tuple(section for chapter in chapters for section in chapter.sections)
    checks = Section("checklists", facts.say("Reporting checklists"), (), "Manifest")
    titles = {section.id: section.title for section in (*before, checks, annex)}
    calibrated = facts.study.manifest.calibrated
    tables = (
        cheers_table(facts.phrases, titles),
        validity_table(facts.phrases, titles, calibrated),
    )
    return Chapter(facts.say("Appendices"), (replace(checks, blocks=tables), annex))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
