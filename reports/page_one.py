"""Page one: the decision, the answer, six questions, one chart, three caveats."""

from __future__ import annotations

from ..scenarios.headline import ALL_PAYERS
from .content import Block, Bullets, Paragraph, Picture, Questions, Section
from .evidence import findings_for
from .facts import JUDGED, Facts
from .flows import ratio_reason
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
from .wording import amount, capital, chance_text, listed, percent, rate_text, spread

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
                (facts.say("Is it cash or capacity?"), cash_or_capacity(facts)),
                (facts.say("Whose money?"), whose_money(facts)),
                (facts.say("When does it pay back?"), when(facts)),
                (facts.say("How sure are you?"), how_sure(facts)),
                (facts.say("What would make it wrong?"), what_would_make_it_wrong(facts)),
                (facts.say("What did comparable places see?"), comparable_places(facts)),
            )
        ),
        Picture(options_figure(facts)),
        Bullets(caveats(facts)),
    ]
    return Section("summary", facts.say("Summary: six questions"), tuple(blocks))


def decision(facts: Facts) -> str:
    """What is decided, against what, in which dollars."""
    manifest = facts.study.manifest
    return facts.say(
        "The decision: “{title}”, {amount} a year more from {start} at full ramp, "
        "compared with “{comparator}”. Money is in dollars of {price_year}; present "
        "values are at {rate} a year. A number is the median of the draws, and the "
        "brackets after it hold 80 % of them.",
        title=facts.focus.title,
        amount=amount(facts.phrases, facts.focus.amount),
        start=facts.start,
        comparator=facts.comparator.title,
        price_year=manifest.price_year,
        rate=rate_text(facts.phrases, facts.focus.rate),
    )


def answer(facts: Facts) -> str:
    """Demand before dollars."""
    last = facts.focus.horizons[-1]
    share = facts.share_of_contacts(facts.focus.scenario)
    part = facts.say(
        ", {share} of the calls followed here that are expected otherwise",
        share=percent(facts.phrases, abs(share.q50)),
    )
    sentences = (
        contacts_sentence(facts.phrases, last.demand, last.years, part),
        need_met_sentence(facts.phrases, last.demand, last.years),
        diverted_sentence(facts.phrases, last.demand, last.years),
        net_sentence(facts.phrases, last.payer(ALL_PAYERS), last.years),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _bottom_line(facts: Facts) -> str:
    last = facts.focus.horizons[-1]
    share = facts.share_of_contacts(facts.focus.scenario).q50
    return bottom_line(facts.phrases, last.demand, last.payer(ALL_PAYERS), share)


def cash_or_capacity(facts: Facts) -> str:
    """Which of the three lines the result is made of."""
    last = facts.focus.horizons[-1]
    everyone = last.payer(ALL_PAYERS)
    return " ".join(
        (
            cash_sentence(facts.phrases, everyone, facts.chance_of_cash, last.years),
            capacity_sentence(facts.phrases, last.demand.capacity, last.years),
            (
                facts.say(
                    "Marginal cost avoided is {sum}. Capacity, marginal cost and cash are three "
                    "views of one change and are never added.",
                    sum=sum_of(facts.phrases, everyone.marginal),
                )
            ),
        )
    )


def whose_money(facts: Facts) -> str:
    """Who pays, and whose cost is avoided."""
    paying = facts.payer_shares("programme")
    gaining = [item for item in facts.payer_shares("marginal") if item[1] > 0]
    if not paying:
        return facts.say("Nobody's: no additional money is spent.")
    told = [facts.say("Paid by {payers}.", payers=_shares(facts, paying))]
    everyone = facts.focus.horizons[-1].payer(ALL_PAYERS)
    if not gaining or everyone.marginal.mean <= 0:
        told.append(facts.say("On average no payer's marginal cost falls."))
    else:
        told.append(
            facts.say(
                "Of the marginal cost avoided, by average: {payers}.",
                payers=_shares(facts, gaining),
            )
        )
        if _first(paying) != _first(gaining):
            told.append(facts.say("Those who pay most are not those whose costs fall most."))
    bearing = facts.payer_shares("induced")
    if bearing and everyone.induced.q50 >= LEAST_MONEY:
        told.append(
            facts.say(
                "It also brings {sum} of induced cost (referrals, treatment, longer files), most "
                "of it for {payer}; that is in no net above.",
                sum=sum_of(facts.phrases, everyone.induced),
                payer=_first(bearing),
            )
        )
    return " ".join(told)


def when(facts: Facts) -> str:
    """Break-even on cash, then on marginal cost, then per person served."""
    focus = facts.focus
    text = break_even_sentences(
        facts.phrases, focus.break_even["cashable"], focus.break_even["marginal"]
    )
    if focus.ratio_rule.allowed:
        return text
    last = focus.horizons[-1]
    price = last.ratios.break_even_cost_per_person["marginal"]
    told = [
        text,
        facts.say("No ratio of benefit to cost is printed: {reason}.", reason=ratio_reason(facts)),
    ]
    if price.draws:
        told.append(
            facts.say(
                "Instead: counting marginal cost, it breaks even within {years} years only if "
                "serving one person more costs at most {sum}.",
                years=last.years,
                sum=sum_of(facts.phrases, price),
            )
        )
    return " ".join(told)


def how_sure(facts: Facts) -> str:
    """Chances in words and numbers, their Monte-Carlo error, and what is not known at all."""
    odds: dict[str, list[str]] = {}
    for result in facts.focus.horizons:
        said = chance_text(facts.phrases, result.payer(ALL_PAYERS).chance["cashable"])
        odds.setdefault(said, []).append(str(result.years))
    told = [
        facts.say("within {years} years, {said}", years=listed(facts.phrases, years), said=said)
        for said, years in odds.items()
    ]
    last = facts.focus.horizons[-1].payer(ALL_PAYERS)
    settled = (
        facts.say("More draws would not change the advice.")
        if facts.focus.settled
        else facts.say("More draws could still move the advice: a chance lies close to one half.")
    )
    first = facts.say(
        "Chance of a net benefit counting cash only: {chances}. Counting all marginal cost, within "
        "{years} years: {chance}. These are shares of {draws} draws.",
        chances="; ".join(told),
        years=facts.years,
        chance=chance_text(facts.phrases, last.chance["marginal"]),
        draws=facts.draws,
    )
    sentences = [first, settled]
    if not facts.study.manifest.calibrated:
        sentences.append(
            facts.say(
                "The model is not yet calibrated to Halton's records, so these chances describe "
                "its assumptions and not yet the Region."
            )
        )
    return " ".join(sentences)


def what_would_make_it_wrong(facts: Facts) -> str:
    """The inputs that decide the result, other futures, and how much of it is judged."""
    sentences = []
    inputs = leading_inputs(facts, "contacts avoided")
    if inputs:
        sentences.append(
            facts.say(
                "The change in police contacts hangs most on {inputs} (by rank correlation).",
                inputs=listed(facts.phrases, inputs),
            )
        )
    else:
        sentences.append(
            facts.say(
                "No single input stands out from sampling noise in the change in police contacts."
            )
        )
    judged = judged_drivers(facts)
    if judged:
        sentences.append(
            facts.say(
                "Judgement alone (grade~D) stands behind {judged}, which move the headline "
                "results.",
                judged=listed(facts.phrases, judged),
            )
        )
    own = sign(facts.focus.horizons[-1].demand.contacts)
    for other in facts.same_in_other_futures:
        found = other.horizons[-1].demand.contacts
        sentences.append(
            facts.say(
                "In the future “{title}” the answer points the same way ({range} contacts avoided)."
                if sign(found) == own
                else "In the future “{title}” the answer reads differently ({range} contacts "
                "avoided).",
                title=facts.study.scenario(other.compare_with).title,
                range=spread(facts.phrases, found, least=1.0),
            )
        )
    sentences.append(
        facts.say(
            "{share} of the uncertain inputs are judgement (grade D).",
            share=percent(facts.phrases, judged_share(facts)),
        )
    )
    return " ".join(sentences)


def comparable_places(facts: Facts) -> str:
    """Up to three findings elsewhere for what gets money; the rest stand in their own section."""
    levers = tuple(name for name, lever in facts.scenario.levers.items() if lever.amount > 0)
    found = findings_for(levers)
    if not found:
        return facts.say("No comparable study was found for what this decision funds.")
    one_each = [next(item for item in found if item.lever == name) for name in _unique(found)]
    shown = [
        facts.say(
            "{place}: {found} ({design}).",
            place=capital(facts.say(item.place)),
            found=facts.say(item.found),
            design=facts.say(item.design),
        )
        for item in one_each[:MOST_PLACES]
    ]
    more = len(found) - len(shown)
    if more > 0:
        shown.append(
            facts.say("{more} more, and where studies disagree, are under “Evidence”.", more=more)
        )
    return " ".join(shown)


def caveats(facts: Facts) -> tuple[str, str, str]:
    """Three things to know before any number is used."""
    first = (
        facts.say(
            "Calibrated to Halton's police calls and homelessness counts, which fixes "
            "where demand stands and how it moved to 2021. What programmes do is not "
            "learned from Halton: their effects are drawn from studies elsewhere."
        )
        if facts.study.manifest.calibrated
        else facts.say(
            "Uncalibrated: not for funding decisions. Values come from published studies, "
            "public figures and judgement, and have not been fitted to Halton's records."
        )
    )
    return (
        first,
        (
            facts.say(
                "Average cost is not avoided cost. A released officer-hour or bed-day is soon "
                "used for other needs; cash comes back only when a budget line shrinks or "
                "grows less."
            )
        ),
        (
            facts.say(
                "Effects elsewhere may not carry over to Halton, and {share} of the uncertain "
                "inputs are judgement. Grade~D marks them wherever they drive a result.",
                share=percent(facts.phrases, judged_share(facts)),
            )
        ),
    )


def judged_share(facts: Facts) -> float:
    """The share of uncertain inputs whose grade is D."""
    rows = [row for row in facts.study.registry if row.uncertain]
    return sum(row.grade == JUDGED for row in rows) / max(len(rows), 1)


def _shares(facts: Facts, items: list[tuple[str, float]]) -> str:
    shown = [(name, share) for name, share in items if share >= 0.05][:3]
    return listed(
        facts.phrases, [f"{name} {percent(facts.phrases, share)}" for name, share in shown]
    )


def _first(items: list[tuple[str, float]]) -> str:
    return items[0][0]


def _unique(found: tuple[object, ...]) -> list[str]:
    return list(dict.fromkeys(getattr(item, "lever", "") for item in found))
