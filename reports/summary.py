"""The content of the report of a study: which sections, in which order."""

from __future__ import annotations

from .choice import choice_section
from .content import Content
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


def build_content(facts: Facts) -> Content:
    """Everything a report says. Raises InputError when the study lacks an output."""
    sections = (
        page_one(facts),
        options_section(facts),
        *((futures_section(facts),) if facts.same_in_other_futures else ()),
        money_section(facts),
        demand_section(facts),
        influence_section(facts),
        choice_section(facts),
        evidence_section(facts),
        equity_section(facts),
        confidence_section(facts),
        methods_section(facts),
        provenance_section(facts),
        annex_section(facts),
    )
    return Content(
        title="Shifting demand from emergency response to earlier help in Halton Region",
        subtitle=f"{facts.focus.title}, compared with {_lower(facts.comparator.title)}",
        stamp="" if facts.study.manifest.calibrated else STAMP,
        sections=sections,
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
