"""How sure, how made, how to remake: Monte-Carlo error, glossary, limits, annex, manifest."""

from __future__ import annotations

import shlex
from math import isnan

from ..scenarios import economics
from ..scenarios.headline import ALL_PAYERS
from ..scenarios.manifest import Manifest
from ..scenarios.spec import library_names
from ..scenarios.summarise import demand_avoided, payer_lines, payer_results, present_lines
from .calibration import calibration_blocks
from .confidence import check_blocks
from .content import Block, Bullets, Command, Folded, Paragraph, Section
from .facts import Facts
from .table import Cell, Column, Table, odds_cell, spread_cell, text_rows
from .wording import (
    listed,
    number,
    payer_title,
    rate_text,
    rounding_step,
    spread,
)

GLOSSARY = (
    (
        "Comparator",
        "current funding continued: the same real dollars per resident, not zero",
        "change = with the policy less with the comparator, in the same draw",
    ),
    (
        "Capacity released",
        "time or space a service no longer spends on this demand; soon used for other needs",
        "use in the comparator less use with the policy, induced use left out",
    ),
    (
        "Marginal cost avoided",
        "cost that varies with demand within the period",
        "average unit cost times marginal share times use avoided",
    ),
    (
        "Cashable",
        "what a budget line gives back when a board defers a whole position",
        "positions deferred times cost of a position times chance that the board acts",
    ),
    (
        "Induced cost",
        "referrals, treatment, longer files and need met that a programme brings about",
        "added use times its cost; never taken into cost avoided",
    ),
    (
        "Need met",
        "more people reporting a sexual assault because the response is better",
        "reports with the policy less reports with the comparator",
    ),
    (
        "Net benefit",
        "cost avoided less programme cost, discounted",
        "sum over years of (avoided - programme) / (1 + rate)^(year - start + 0.5)",
    ),
    (
        "Break-even year",
        "the year from which the running net stays at or above zero",
        "first t with running net(s) at least 0 for every s from t on",
    ),
    (
        "Success",
        "one crisis avoided; the success rate is that for each person served in addition",
        "crises avoided / people served in addition",
    ),
    (
        "Latent demand",
        "need that appears when a service has room, and takes up a share of what is freed",
        "refill share times capacity freed",
    ),
    (
        "Capture share",
        "the part of capacity freed that other need takes up at once; see latent demand",
        "capacity taken up by latent demand / capacity freed",
    ),
    (
        "80 % interval",
        "the range that holds the middle 80 % of draws of the paired change",
        "10th to 90th percentile over draws",
    ),
)

UNCALIBRATED = (
    "The model is not calibrated: its starting values are set by hand near published figures, and "
    "no hold-out stands behind them."
)
CALIBRATED = (
    "Calibration fixes where demand stands and how it moved to 2021. It says nothing about effects "
    "of programmes, delays and feedback strengths: nothing in Halton's record varies them."
)
LIMITS = (
    (
        "Effects come mostly from larger or needier places. A percentage travels better than a "
        "count, but neither is certain to travel."
    ),
    (
        "A person counts in one population only. People who belong to several are not followed "
        "through each."
    ),
    (
        "Action tables pick people at random within their population. A programme that seeks out "
        "the people in contact most often, as Housing First does, would avoid more for each "
        "person served than is shown."
    ),
    (
        "Hospital visits, bed-days and custody that do not follow a police contact are not "
        "followed, so what programmes avoid in hospitals and jails is understated."
    ),
    "Nothing is observed by municipality except people; municipal results are allocated.",
    (
        "Costs and marginal shares of hospitals, courts and custody are placeholders until local "
        "case costing is available."
    ),
    (
        "Value to residents themselves (safety, health, lives) is left out of every dollar "
        "figure; it may well be the better reason to act."
    ),
    (
        "Society-wide cost is not in the tables by payer. Transfers between governments other "
        "than shares of programme cost are not modelled."
    ),
    "Growth of crisis demand after 2021 is unknown; named futures show the range.",
)


def confidence_section(facts: Facts) -> Section:
    """Monte-Carlo error of the headlines, and what has not been checked."""
    told = (
        facts.say(
            "The chance of net benefit is clear of one half at every horizon, so more "
            "draws would not change the advice."
        )
        if facts.focus.settled
        else facts.say(
            "A chance of net benefit lies within two standard errors of one half: more "
            "draws could change the advice."
        )
    )
    blocks: tuple[Block, ...] = (
        Paragraph(
            facts.say(
                "Every scenario is run with the same {draws} draws of the uncertain inputs. "
                "{told} Error here is that of having a finite number of draws; it says nothing "
                "about whether the model is right.",
                draws=facts.draws,
                told=told,
            )
        ),
        error_table(facts),
        *calibration_blocks(facts),
        *check_blocks(facts),
        Paragraph(facts.say("Not done yet: expert review of structure.")),
    )
    return Section(
        "confidence",
        facts.say("How sure: error of the numbers themselves"),
        blocks,
        "Uncertainty",
    )


def error_table(facts: Facts) -> Table:
    """Standard errors of the focus's headlines."""
    rows = []
    for result in facts.focus.horizons:
        everyone = result.payer(ALL_PAYERS)
        contacts, net = result.demand.contacts, everyone.net["cashable"]
        odds = everyone.chance["cashable"]
        rows.append(
            (
                Cell(facts.say("{years} years", years=result.years)),
                spread_cell(facts.phrases, contacts, least=1.0),
                Cell(_error(facts, contacts.error), contacts.error),
                spread_cell(facts.phrases, net, 1e3),
                Cell(_error(facts, net.error / 1e3), net.error / 1e3),
                odds_cell(facts.phrases, odds),
                Cell(number(facts.phrases, 100 * odds.error, 0.1), 100 * odds.error),
            )
        )
    return Table(
        id="errors",
        caption=facts.say(
            "“{title}”: headlines with their Monte-Carlo standard error", title=facts.focus.title
        ),
        columns=(
            Column(facts.say("Horizon"), "", False),
            Column(facts.say("Police contacts avoided"), facts.say("contacts")),
            Column(facts.say("Error of the median"), facts.say("contacts")),
            Column(facts.say("Net, cash only, all payers"), facts.say("thousand CAD")),
            Column(facts.say("Error of the median"), facts.say("thousand CAD")),
            Column(facts.say("Chance of net benefit, cash only")),
            Column(facts.say("Error of the chance"), facts.say("percentage points")),
        ),
        rows=tuple(rows),
        note=facts.say(
            "Errors treat draws as independent, which overstates them a little for evenly "
            "spread draws."
        ),
    )


def methods_section(facts: Facts) -> Section:
    """Method in brief, glossary and limits."""
    manifest = facts.study.manifest
    text = facts.say(
        "A system-dynamics model of Halton Region follows people through the four "
        "zones of the provincial framework in each municipality, {first} to {last}, "
        "with eight populations, their crises and the calls, visits and days these "
        "bring. Uncertain inputs are drawn jointly ({design}, {draws} draws, seed "
        "{seed}); each policy is compared with its comparator draw by draw. Flows are "
        "discounted from the middle of their year to {policy_start} at {rate}; other "
        "rates stand beside it. Chances are worded on the scale of the "
        "Intergovernmental Panel on Climate Change.",
        first=f"{manifest.time[0]:.0f}",
        last=f"{manifest.time[-1]:.0f}",
        design=facts.name(manifest.design),
        draws=manifest.draws,
        seed=manifest.seed,
        policy_start=manifest.policy_start,
        rate=rate_text(facts.phrases, facts.focus.rate),
    )
    glossary = Table(
        id="glossary",
        caption=facts.say("Terms as this report uses them"),
        columns=tuple(
            Column(title, "", False)
            for title in (
                facts.say("Term"),
                facts.say("Meaning"),
                facts.say("Equation"),
            )
        ),
        rows=text_rows(tuple(map(facts.say, term)) for term in GLOSSARY),
    )
    limits = (CALIBRATED if manifest.calibrated else UNCALIBRATED, *LIMITS)
    blocks = (
        Paragraph(text),
        glossary,
        Paragraph(facts.say("What this report cannot tell:")),
        Bullets(tuple(map(facts.say, limits))),
    )
    return Section("methods", facts.say("Methods, terms and limits"), blocks, "Provenance")


def annex_section(facts: Facts) -> Section:
    """The last simulated year, and how the report was made."""
    last = facts.focus.break_even["cashable"].last_year
    manifest = facts.study.manifest
    blocks: list[Block] = [
        Paragraph(
            facts.say(
                "Beyond {years} years the future is mostly assumption. These figures to {last} "
                "are for completeness and are no basis for a decision.",
                years=facts.years,
                last=last,
            )
        ),
        Folded(facts.say("To {last}", last=last), (late_table(facts, last),)),
        Paragraph(
            facts.say("To make this report again, with the same model and version, byte for byte:")
        ),
        Command(remake_command(manifest)),
        manifest_table(facts),
    ]
    if facts.study.unfinished:
        names = listed(facts.phrases, list(facts.study.unfinished))
        told = facts.say("Left out because their runs are not finished: {names}.", names=names)
        blocks.insert(0, Paragraph(told, "warning"))
    return Section(
        "annex",
        facts.say("Annex: the far horizon, and how this was made"),
        tuple(blocks),
        "Manifest",
    )


def late_table(facts: Facts, year: int) -> Table:
    """The focus's money by payer to the last simulated year, and contacts avoided."""
    study, name = facts.study, facts.focus.scenario
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    present = present_lines(payer_lines(study, name), study.time, year, terms)
    payers = ("Region total", *study.elements("payer"), ALL_PAYERS)
    rows = tuple(
        (
            Cell(payer_title(facts.phrases, result.payer)),
            *(
                spread_cell(facts.phrases, item, 1e3, 0.1)
                for item in (
                    result.marginal,
                    result.cashable,
                    result.programme,
                    result.net["cashable"],
                )
            ),
        )
        for result in payer_results(payers, present)
    )
    contacts = demand_avoided(study, name, year).contacts
    return Table(
        id="late",
        caption=facts.say(
            "“{title}” to {year}: present value, thousand CAD, median with 80 % interval",
            title=facts.focus.title,
            year=year,
        ),
        columns=(
            Column(facts.say("Payer"), "", False),
            Column(facts.say("Marginal cost avoided"), facts.say("thousand CAD")),
            Column(facts.say("of which cashable"), facts.say("thousand CAD")),
            Column(facts.say("Programme cost"), facts.say("thousand CAD")),
            Column(facts.say("Net, cash only"), facts.say("thousand CAD")),
        ),
        rows=rows,
        note=facts.say(
            "Police contacts avoided by {year}: {range}.",
            year=year,
            range=spread(facts.phrases, contacts, least=1.0),
        ),
    )


def manifest_table(facts: Facts) -> Table:
    """What decided the numbers."""
    manifest = facts.study.manifest
    posterior = manifest.posterior_digest or facts.say("none: every input comes from its prior")
    told = [
        (facts.say("Model"), manifest.model_name),
        (facts.say("Model digest"), manifest.model_digest),
        (facts.say("Registry digest"), manifest.registry_digest),
        (facts.say("Posterior digest"), posterior),
        (
            facts.say("Design, draws, seed"),
            f"{facts.name(manifest.design)}, {manifest.draws}, {manifest.seed}",
        ),
        (facts.say("Draws digest"), manifest.draws_digest),
        (facts.say("Integration"), manifest.method),
        (facts.say("Scenarios"), ", ".join(scenario.name for scenario in manifest.scenarios)),
        *(
            (facts.say("Version of {name}", name=name), text)
            for name, text in sorted(manifest.versions.items())
        ),
    ]
    return Table(
        id="manifest",
        caption=facts.say("What decided these numbers"),
        columns=(
            Column(facts.say("Item"), "", False),
            Column(facts.say("Value"), "", False),
        ),
        rows=text_rows(told),
    )


def remake_command(manifest: Manifest) -> str:
    """The command that runs the same scenarios and draws again and writes this report.

    A scenario from outside the library is named by the file it would be in.
    """
    library = library_names()
    names = [scenario.name for scenario in manifest.scenarios]
    files = [name if name in library else f"{name}.yaml" for name in names]
    design = "lhs" if manifest.design == "latin hypercube" else manifest.design
    words = ["upshift", "run", *([] if sorted(names) == sorted(library) else files)]
    words += ["--draws", str(manifest.draws), "--seed", str(manifest.seed), "--design", design]
    words += [] if manifest.calibrated else ["--from-prior"]
    return shlex.join(words)


def _error(facts: Facts, value: float) -> str:
    if isnan(value):
        return facts.say("too few draws")
    return number(facts.phrases, value, rounding_step(0, value))
