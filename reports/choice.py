"""Which option to choose, how often that is wrong, and what knowing more would be worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.decision import (
    InformationValue,
    best_shares,
    partial_informations,
    perfect_information,
    regrets,
    switching_value,
)
from ..scenarios.summarise import crises_avoided, payer_lines, present_lines
from .content import Block, Paragraph, Picture, Section
from .facts import JUDGED, Facts
from .figure import Line, LineFigure
from .options import main_options
from .phrases import Phrases
from .table import Cell, Column, Table, share_cell
from .wording import bare_amount, number, percent, rounding_step

Array = npt.NDArray[np.float64]

STEPS = 41
MOST_LINES = 5
MOST_GROUPS = 8
LEAST_SHARE = 0.01
"""An option that is best in fewer draws, whatever a crisis is worth, has no line of its own."""
SEED = 20171101


@dataclass(frozen=True)
class Choice:
    """Options with the focus's comparator, the first being nothing more: ``net`` (marginal cost
    avoided less programme cost, CAD) and ``crises`` avoided, each ``(option, draw)``.

    ``switch`` is the value of one avoided crisis from which an option beats nothing on average.
    """

    titles: tuple[str, ...]
    net: Array
    crises: Array
    switch: float | None

    def values(self, worth: float) -> Array:
        """Net benefit with ``worth`` CAD put on each crisis avoided: ``(option, draw)``."""
        return self.net + worth * self.crises


def choice_of(facts: Facts) -> Choice:
    """The choice that the focus's decision belongs to, over the longest headline horizon."""
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    net, crises = [np.zeros(facts.draws)], [np.zeros(facts.draws)]
    options = main_options(facts)
    for option in options:
        lines = payer_lines(facts.study, option.scenario)
        present = present_lines(lines, facts.study.time, facts.end, terms)
        net.append(economics.net(present, "marginal")[-1])
        crises.append(crises_avoided(facts.study, option.scenario, facts.end))
    return Choice(
        titles=(facts.say("Nothing more"), *(option.title for option in options)),
        net=np.stack(net),
        crises=np.stack(crises),
        switch=switching_value(np.stack(net[1:]), np.stack(crises[1:])),
    )


def choice_section(facts: Facts) -> Section:
    """Empty of figures when no value of a crisis makes any option worth choosing."""
    choice = choice_of(facts)
    blocks: list[Block] = [
        Paragraph(_decision(facts, choice)),
        Paragraph(switch_sentence(facts.phrases, choice)),
    ]
    if choice.switch is not None:
        worth = choice.switch
        blocks += [
            Picture(choice_figure(facts, choice)),
            regret_table(facts, choice, worth),
            Paragraph(information_sentence(facts.phrases, choice, worth)),
            information_table(facts, choice, worth),
        ]
    return Section(
        "choice",
        facts.say("Which option, and what more knowledge is worth"),
        tuple(blocks),
        "Uncertainty",
    )


def _decision(facts: Facts, choice: Choice) -> str:
    return facts.say(
        "The decision: one of {options} options compared with “{comparator}”, or "
        "nothing more. Payer: all payers together. Horizon: {years} years. Counted: "
        "marginal cost avoided, less programme cost, plus a value put on each crisis "
        "avoided. That value would fall to the people spared a crisis; it is no "
        "payer's money, it is not estimated here, and so it is varied.",
        options=len(choice.titles) - 1,
        comparator=facts.comparator.title,
        years=facts.years,
    )


def switch_sentence(phrases: Phrases, choice: Choice) -> str:
    """From which value of an avoided crisis an option is better than nothing, on average."""
    if choice.switch is None:
        return phrases.say(
            "No value put on an avoided crisis makes any option better than nothing more "
            "on average: none avoids crises. Knowing more about the inputs would not "
            "change that."
        )
    if choice.switch == 0:
        return phrases.say(
            "On average an option is better than nothing more even with no value put on a crisis."
        )
    return phrases.say(
        "On average nothing more is the best choice until an avoided crisis is valued "
        "at {value} CAD; from there on an option is better.",
        value=_rounded(phrases, choice.switch),
    )


def choice_figure(facts: Facts, choice: Choice) -> LineFigure:
    """The share of draws in which each option is the best, by the value of an avoided crisis."""
    most = 2 * choice.switch if choice.switch else 1e5
    grid = np.linspace(0, most, STEPS)
    shares = np.stack([best_shares(choice.values(worth)) for worth in grid], axis=1)
    order = sorted(range(len(choice.titles)), key=lambda at: -shares[at].max())
    kept = sorted(at for at in order[:MOST_LINES] if shares[at].max() >= LEAST_SHARE)
    lines = [Line(choice.titles[at], tuple(map(float, 100 * shares[at]))) for at in kept]
    rest = [at for at in range(len(choice.titles)) if at not in kept]
    if shares[rest].any():
        lines.append(
            Line(facts.say("All others"), tuple(map(float, 100 * shares[rest].sum(axis=0))))
        )
    return LineFigure(
        id="choice",
        title=choice_finding(facts, choice),
        alt=facts.say(
            "{count} lines: the share of draws in which each option is the best, by the "
            "value put on one avoided crisis. The numbers are in the table below.",
            count=len(lines),
        ),
        source=facts.say(
            "Model runs, {draws} draws, all payers, {years} years, marginal cost.",
            draws=facts.draws,
            years=facts.years,
        ),
        across=tuple(float(value) / 1e3 for value in grid),
        across_label=facts.say("value of one avoided crisis, thousand CAD"),
        up_label=facts.say("best option in % of draws"),
        lines=tuple(lines),
        up_most=100.0,
    )


def choice_finding(facts: Facts, choice: Choice) -> str:
    """Which option is best most often where the choice switches."""
    shares = best_shares(choice.values(choice.switch or 0.0))
    first = int(np.argmax(shares))
    sure = percent(facts.phrases, float(shares[first]))
    worth = _rounded(facts.phrases, choice.switch or 0.0)
    return facts.say(
        "At {worth} CAD for a crisis avoided, “{title}” is best most often: in {sure} of draws",
        worth=worth,
        title=choice.titles[first],
        sure=sure,
    )


def regret_table(facts: Facts, choice: Choice, worth: float) -> Table:
    """Each option at the switching value: how often it is best, and how wrong it can be."""
    values = choice.values(worth)
    shares, short = best_shares(values), regrets(values)
    order = np.argsort(-values.mean(axis=1), kind="stable")
    rows = tuple(
        (
            Cell(choice.titles[at]),
            *(
                Cell(
                    number(facts.phrases, value / 1e3, rounding_step(0, value / 1e3, 1.0)),
                    value / 1e3,
                )
                for value in (
                    float(values[at].mean()),
                    float(short[at].mean()),
                    float(np.quantile(short[at], 0.9)),
                    float(short[at].max()),
                )
            ),
            share_cell(facts.phrases, float(shares[at])),
        )
        for at in order
    )
    return Table(
        id="regret",
        caption=facts.say(
            "Options when an avoided crisis is valued at {value} CAD, {years} years",
            value=_rounded(facts.phrases, worth),
            years=facts.years,
        ),
        columns=(
            Column(facts.say("Option"), "", False),
            Column(facts.say("Net, mean"), facts.say("thousand CAD")),
            Column(facts.say("Regret, mean"), facts.say("thousand CAD")),
            Column(facts.say("Regret, 90 of 100 draws below"), facts.say("thousand CAD")),
            Column(facts.say("Regret, worst draw"), facts.say("thousand CAD")),
            Column(facts.say("Best"), facts.say("% of draws")),
        ),
        rows=rows,
        note=facts.say(
            "Regret is how much an option falls short of the best one in the same draw. "
            "Options differ in size: a large one gains and loses more."
        ),
    )


def information_sentence(phrases: Phrases, choice: Choice, worth: float) -> str:
    """What knowing everything would be worth, once, over the horizon."""
    value, error = perfect_information(choice.values(worth))
    if value <= 0:
        return phrases.say(
            "Knowing every input exactly would not change the choice, and so is worth nothing."
        )
    return phrases.say(
        "There, knowing every input exactly before choosing would be worth {value} CAD "
        "over the whole horizon (standard error {error}), at most: no study gives "
        "that much. The table says which inputs it lies in. A study is worth its cost "
        "only below that.",
        value=_rounded(phrases, value),
        error=_rounded(phrases, error),
    )


def information_table(facts: Facts, choice: Choice, worth: float) -> Table:
    """Groups of inputs by what knowing them alone would be worth."""
    found = sorted(_partial(facts, choice, worth), key=lambda item: -item[1].value)[:MOST_GROUPS]
    rows = tuple(
        (
            Cell(facts.name(name), grade=JUDGED if facts.worst_grade(name) == JUDGED else ""),
            Cell(f"{size}", float(size)),
            Cell(number(facts.phrases, value.value / 1e3, 1.0), value.value / 1e3),
            Cell(facts.say("within noise") if value.within_noise else facts.say("stands out")),
        )
        for name, value, size in found
    )
    return Table(
        id="information",
        caption=facts.say(
            "What knowing a group of inputs would be worth, at {value} CAD a crisis",
            value=_rounded(facts.phrases, worth),
        ),
        columns=(
            Column(facts.say("Inputs"), "", False),
            Column(facts.say("Elements"), facts.say("count")),
            Column(facts.say("Worth"), facts.say("thousand CAD")),
            Column(facts.say("Against noise"), "", False),
        ),
        rows=rows,
        note=facts.say(
            "Found by regression on the draws; what chance alone would show is taken off. "
            "D marks inputs that are judged."
        ),
    )


def _partial(facts: Facts, choice: Choice, worth: float) -> list[tuple[str, InformationValue, int]]:
    groups: dict[str, list[str]] = {}
    for column in facts.study.draws.columns:
        groups.setdefault(str(column).split("[", maxsplit=1)[0], []).append(str(column))
    values = choice.values(worth)
    count = len(groups)
    every = facts.study.draws.to_numpy()
    places = {str(column): at for at, column in enumerate(facts.study.draws.columns)}
    drawn = [every[:, [places[column] for column in columns]] for columns in groups.values()]
    found = partial_informations(values, drawn, SEED, count)
    return [
        (name, value, inputs.shape[1])
        for name, value, inputs in zip(groups, found, drawn, strict=True)
    ]


def _rounded(phrases: Phrases, value: float) -> str:
    """A sum of money to two figures: ``480,000``."""
    return bare_amount(phrases, float(f"{value:.2g}"))
