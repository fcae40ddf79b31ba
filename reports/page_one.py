"""Page one: the decision, the answer, six questions, one chart, three caveats."""

from __future__ import annotations

from ..scenarios.headline import ALL_PAYERS
from .content import Block, Bullets, Paragraph, Picture, Questions, Section
from .evidence import findings_for
from .facts import JUDGED, Facts
from .futures import finding
from .influence import judged_drivers, leading_inputs
from .options import options_figure
from .verdict import (
    bottom_line,
    break_even_sentences,
    capacity_sentence,
    cash_sentence,
    contacts_sentence,
    diverted_sentence,
    need_met_sentence,
    net_sentence,
    sign,
    sum_of,
)
from .wording import GAP, amount, chance_text, listed, percent, rate_text, spread

MOST_PLACES = 3
LEAST_MONEY = 1e3
"""Induced cost below this is not mentioned on page one."""


def page_one(facts: Facts) -> Section:
    """The plain-language summary."""
    blocks: list[Block] = [
        Paragraph(decision(facts)),
        Paragraph(_bottom_line(facts), "verdict"),
        Paragraph(answer(facts), "lead"),
        *((Paragraph(f"{finding(facts)}."),) if facts.same_in_other_futures else ()),
        Questions(
            (
                ("Is it cash or capacity?", cash_or_capacity(facts)),
                ("Whose money?", whose_money(facts)),
                ("When does it pay back?", when(facts)),
                ("How sure are you?", how_sure(facts)),
                ("What would make it wrong?", what_would_make_it_wrong(facts)),
                ("What did comparable places see?", comparable_places(facts)),
            )
        ),
        Picture(options_figure(facts)),
        Bullets(caveats(facts)),
    ]
    return Section("summary", "Summary: six questions", tuple(blocks))


def decision(facts: Facts) -> str:
    """What is decided, against what, in which dollars."""
    manifest = facts.study.manifest
    return (
        f"The decision: “{facts.focus.title}”, {amount(facts.focus.amount)} a year more from "
        f"{facts.start} at full ramp, compared with “{facts.comparator.title}”. Money is in "
        f"dollars of {manifest.price_year}; present values are at {rate_text(facts.focus.rate)} "
        "a year. A number is the median of the draws, and the brackets after it hold 80 % of them."
    )


def answer(facts: Facts) -> str:
    """Demand before dollars."""
    last = facts.focus.horizons[-1]
    share = facts.share_of_contacts(facts.focus.scenario)
    part = f", {percent(abs(share.q50))} of the calls followed here that are expected otherwise"
    sentences = (
        contacts_sentence(last.demand, last.years, part),
        need_met_sentence(last.demand, last.years),
        diverted_sentence(last.demand, last.years),
        net_sentence(last.payer(ALL_PAYERS), last.years),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _bottom_line(facts: Facts) -> str:
    last = facts.focus.horizons[-1]
    share = facts.share_of_contacts(facts.focus.scenario).q50
    return bottom_line(last.demand, last.payer(ALL_PAYERS), share)


def cash_or_capacity(facts: Facts) -> str:
    """Which of the three lines the result is made of."""
    last = facts.focus.horizons[-1]
    everyone = last.payer(ALL_PAYERS)
    return " ".join(
        (
            cash_sentence(everyone, facts.chance_of_cash, last.years),
            capacity_sentence(last.demand.capacity, last.years),
            (
                f"Marginal cost avoided is {sum_of(everyone.marginal)}. Capacity, marginal cost "
                "and cash are three views of one change and are never added."
            ),
        )
    )


def whose_money(facts: Facts) -> str:
    """Who pays, and whose cost is avoided."""
    paying = facts.payer_shares("programme")
    gaining = [item for item in facts.payer_shares("marginal") if item[1] > 0]
    if not paying:
        return "Nobody's: no additional money is spent."
    text = f"Paid by {_shares(paying)}."
    everyone = facts.focus.horizons[-1].payer(ALL_PAYERS)
    if not gaining or everyone.marginal.mean <= 0:
        text += " On average no payer's marginal cost falls."
    else:
        text += f" Of the marginal cost avoided, by average: {_shares(gaining)}."
        if _first(paying) != _first(gaining):
            text += " Those who pay most are not those whose costs fall most."
    bearing = facts.payer_shares("induced")
    if bearing and everyone.induced.q50 >= LEAST_MONEY:
        text += (
            f" It also brings {sum_of(everyone.induced)} of induced cost (referrals, treatment, "
            f"longer files), most of it for {_first(bearing)}; that is in no net above."
        )
    return text


def when(facts: Facts) -> str:
    """Break-even on cash, then on marginal cost, then per person served."""
    focus = facts.focus
    text = break_even_sentences(focus.break_even["cashable"], focus.break_even["marginal"])
    if focus.ratio_rule.allowed:
        return text
    last = focus.horizons[-1]
    price = last.ratios.break_even_cost_per_person["marginal"]
    text += f" No ratio of benefit to cost is printed: {focus.ratio_rule.reason}."
    if price.draws:
        text += (
            f" Instead: counting marginal cost, it breaks even within {last.years} years only if "
            f"serving one person more costs at most {sum_of(price)}."
        )
    return text


def how_sure(facts: Facts) -> str:
    """Chances in words and numbers, their Monte-Carlo error, and what is not known at all."""
    odds: dict[str, list[str]] = {}
    for result in facts.focus.horizons:
        said = chance_text(result.payer(ALL_PAYERS).chance["cashable"])
        odds.setdefault(said, []).append(str(result.years))
    told = [f"within {listed(years)} years, {said}" for said, years in odds.items()]
    last = facts.focus.horizons[-1].payer(ALL_PAYERS)
    settled = (
        "More draws would not change the advice."
        if facts.focus.settled
        else "More draws could still move the advice: a chance lies close to one half."
    )
    calibrated = (
        ""
        if facts.study.manifest.calibrated
        else " The model is not yet calibrated to Halton's records, so these chances describe its "
        "assumptions and not yet the Region."
    )
    return (
        f"Chance of a net benefit counting cash only: {'; '.join(told)}. Counting all "
        f"marginal cost, within {facts.years} years: {chance_text(last.chance['marginal'])}. "
        f"These are shares of {facts.draws} draws. {settled}{calibrated}"
    )


def what_would_make_it_wrong(facts: Facts) -> str:
    """The inputs that decide the result, other futures, and how much of it is judged."""
    sentences = []
    inputs = leading_inputs(facts, "contacts avoided")
    if inputs:
        sentences.append(
            f"The change in police contacts hangs most on {listed(inputs)} (by rank correlation)."
        )
    else:
        sentences.append(
            "No single input stands out from sampling noise in the change in police contacts."
        )
    judged = judged_drivers(facts)
    if judged:
        sentences.append(
            f"Judgement alone (grade{GAP}D) stands behind {listed(judged)}, which move the "
            "headline results."
        )
    own = sign(facts.focus.horizons[-1].demand.contacts)
    for other in facts.same_in_other_futures:
        found = other.horizons[-1].demand.contacts
        verb = "points the same way" if sign(found) == own else "reads differently"
        sentences.append(
            f"In the future “{facts.study.scenario(other.compare_with).title}” the answer {verb} "
            f"({spread(found, least=1.0)} contacts avoided)."
        )
    sentences.append(
        f"{percent(judged_share(facts))} of the uncertain inputs are judgement (grade D)."
    )
    return " ".join(sentences)


def comparable_places(facts: Facts) -> str:
    """Up to three findings elsewhere for what gets money; the rest stand in their own section."""
    levers = tuple(name for name, lever in facts.scenario.levers.items() if lever.amount > 0)
    found = findings_for(levers)
    if not found:
        return "No comparable study was found for what this decision funds."
    one_each = [next(item for item in found if item.lever == name) for name in _unique(found)]
    shown = [
        f"{item.place[:1].upper()}{item.place[1:]}: {item.found} ({item.design})."
        for item in one_each[:MOST_PLACES]
    ]
    more = len(found) - len(shown)
    tail = f" {more} more, and where studies disagree, are under “Evidence”." if more > 0 else ""
    return " ".join(shown) + tail


def caveats(facts: Facts) -> tuple[str, str, str]:
    """Three things to know before any number is used."""
    first = (
        "Calibrated to Halton's police calls and homelessness counts, which fixes where demand "
        "stands and how it moved to 2021. What programmes do is not learned from Halton: their "
        "effects are drawn from studies elsewhere."
        if facts.study.manifest.calibrated
        else "Uncalibrated: not for funding decisions. Values come from published studies, public "
        "figures and judgement, and have not been fitted to Halton's records."
    )
    return (
        first,
        (
            "Average cost is not avoided cost. A released officer-hour or bed-day is soon used for "
            "other needs; cash comes back only when a budget line shrinks or grows less."
        ),
        (
            f"Effects elsewhere may not carry over to Halton, and {percent(judged_share(facts))} "
            f"of the uncertain inputs are judgement. Grade{GAP}D marks them wherever they drive "
            "a result."
        ),
    )


def judged_share(facts: Facts) -> float:
    """The share of uncertain inputs whose grade is D."""
    rows = [row for row in facts.study.registry if row.uncertain]
    return sum(row.grade == JUDGED for row in rows) / max(len(rows), 1)


def _shares(items: list[tuple[str, float]]) -> str:
    shown = [(name, share) for name, share in items if share >= 0.05][:3]
    return listed([f"{name} {percent(share)}" for name, share in shown])


def _first(items: list[tuple[str, float]]) -> str:
    return items[0][0]


def _unique(found: tuple[object, ...]) -> list[str]:
    return list(dict.fromkeys(getattr(item, "lever", "") for item in found))
