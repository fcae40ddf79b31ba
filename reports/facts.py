"""What every section of a report reads: the study, its headlines, and a few shared figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..model.errors import InputError, nearest
from ..scenarios import economics
from ..scenarios.headline import ALL_PAYERS, Headline
from ..scenarios.provenance import ParameterRow, SourceRow
from ..scenarios.schema import Scenario
from ..scenarios.store import Study
from ..scenarios.summarise import (
    NEED_MET_CALLS,
    contacts_avoided,
    headlines,
    payer_lines,
    present_lines,
)
from ..scenarios.uncertainty import Band, Chance, band, chance
from .phrases import ENGLISH, Phrases
from .wording import payer_words

Array = npt.NDArray[np.float64]

USUAL_FOCUS = "all-seven-tables"
MENTAL_HEALTH_CALLS = ("apprehension", "other mental health", "suicide")
JUDGED = "D"


@dataclass(frozen=True)
class Facts:
    """``focus`` is the decision that page one answers; ``headlines`` hold it and the others;
    ``beside`` are those that stand beside it, when some were asked for; ``phrases`` is the language
    of the report."""

    study: Study
    headlines: tuple[Headline, ...]
    focus: Headline
    beside: tuple[Headline, ...] = ()
    phrases: Phrases = ENGLISH

    def say(self, text: str, /, **values: object) -> str:
        """A sentence of the catalogue in the report's language (`Phrases.say`)."""
        return self.phrases.say(text, **values)

    def name(self, text: str) -> str:
        """A name that comes from data, in the report's language (`Phrases.name`)."""
        return self.phrases.name(text)

    @property
    def scenario(self) -> Scenario:
        """The decision that page one answers."""
        return self.study.scenario(self.focus.scenario)

    @property
    def comparator(self) -> Scenario:
        """What it is compared with."""
        return self.study.scenario(self.focus.compare_with)

    @property
    def years(self) -> int:
        """The longest headline horizon, in years."""
        return self.focus.horizons[-1].years

    @property
    def start(self) -> int:
        """The year in which the policy starts."""
        return self.study.manifest.policy_start

    @property
    def end(self) -> int:
        """The year in which the longest headline horizon ends."""
        return self.start + self.years

    @property
    def draws(self) -> int:
        """Draws of each scenario."""
        return len(self.study.draws)

    @cached_property
    def parameters(self) -> Mapping[str, ParameterRow]:
        """Registry rows by ``name[element]``."""
        return {row.column: row for row in self.study.registry}

    @cached_property
    def source_rows(self) -> Mapping[str, SourceRow]:
        """Source rows by id."""
        return {row.id: row for row in self.study.sources}

    def grade(self, column: str) -> str:
        """The evidence grade of an input, or nothing when it is not registered."""
        row = self.parameters.get(column)
        return row.grade if row is not None else ""

    def worst_grade(self, *names: str) -> str:
        """The weakest grade among the uncertain inputs of these names."""
        found = [row.grade for row in self.study.registry if row.name in names and row.uncertain]
        return max(found, default="")

    def input_draws(self, column: str) -> Array | None:
        """An input draw by draw ``(draw,)``, its fixed value repeated, None when unknown."""
        if column in self.study.draws:
            return self.study.draws[column].to_numpy(dtype=np.float64)
        row = self.parameters.get(column)
        return None if row is None else np.full(self.draws, row.value)

    @cached_property
    def contacts_expected(self) -> Array:
        """Police contacts in the comparator over the longest horizon, need met left out."""
        kept = [name not in NEED_MET_CALLS for name in self.study.elements("call type")]
        series = self.level(self.comparator.name, "cumulative contacts")[..., kept].sum(axis=-1)
        return economics.since(series, self.study.time, self.start, self.end)

    def share_of_contacts(self, scenario: str) -> Band:
        """Contacts avoided as a share of those expected, draw by draw."""
        avoided = contacts_avoided(self.study, scenario, self.end)
        return band(avoided / np.maximum(self.contacts_expected, 1e-9))

    def level(self, scenario: str, variable: str) -> Array:
        """An output of one scenario: ``(draw, time, …)``. Raises InputError when absent."""
        if variable not in self.study.yearly:
            hint = nearest(variable, [str(name) for name in self.study.yearly.data_vars])
            raise InputError(f"The study has no output '{variable}'.{hint}")
        values = self.study.yearly[variable].sel(scenario=scenario).values
        return np.asarray(values, dtype=np.float64)

    @cached_property
    def chance_of_cash(self) -> Chance:
        """The chance that any budget line gives anything back within the longest horizon."""
        lines = payer_lines(self.study, self.focus.scenario)
        terms = economics.Discounting(rate=self.focus.rate, base=float(self.start))
        present = present_lines(lines, self.study.time, self.end, terms)
        return chance(present.cashable[-1] > 0.5)

    def payer_shares(self, line: str) -> list[tuple[str, float]]:
        """Payers by their share of the mean of a line, largest first; totals left out."""
        results = self.focus.horizons[-1].payers
        whole = next(result for result in results if result.payer == ALL_PAYERS)
        total = float(getattr(whole, line).mean)
        if abs(total) < 0.5:
            return []
        shares = [
            (payer_words(self.phrases, result.payer), float(getattr(result, line).mean) / total)
            for result in results
            if result.payer in self.study.elements("payer")
        ]
        return sorted(shares, key=lambda item: -item[1])

    @cached_property
    def same_in_other_futures(self) -> tuple[Headline, ...]:
        """Headlines of scenarios with the focus's levers and another comparator."""
        return tuple(
            found
            for found in self.headlines
            if found.compare_with != self.focus.compare_with
            and self.study.scenario(found.scenario).levers == self.scenario.levers
        )


def gather(
    study: Study,
    focus: str | None = None,
    beside: Sequence[str] = (),
    phrases: Phrases = ENGLISH,
) -> Facts:
    """The facts of a study. ``focus`` names the decision that page one answers; by default all
    seven tables together, or else the policy that spends most. ``beside`` names others to compare
    it with, side by side. ``phrases`` is the language of the report.

    Raises InputError when the study holds no finished policy, or not one that is named.
    """
    if not study.policies:
        cure = (
            "Run the same sweep again: it goes on where it stopped."
            if study.unfinished
            else "Run it again with a scenario that has 'compare with'."
        )
        raise InputError(
            "The study holds comparators but no finished policy, so there is nothing to report. "
            f"{cure}"
        )
    study = _worded(study, phrases)
    found = headlines(study)
    names = [headline.scenario for headline in found]
    for name in (*([] if focus is None else [focus]), *beside):
        if name not in names:
            raise InputError(
                f"The study has no policy '{name}' to put on page one.{nearest(name, names)} "
                f"Policies: {', '.join(names)}."
            )
    chosen = focus or (USUAL_FOCUS if USUAL_FOCUS in names else _largest(found))
    by_name = {item.scenario: item for item in found}
    others = [name for name in dict.fromkeys(beside) if name != chosen]
    return Facts(study, found, by_name[chosen], tuple(by_name[name] for name in others), phrases)


def _worded(study: Study, phrases: Phrases) -> Study:
    """The study with titles and descriptions of its scenarios in a language, where the catalogue
    has them; the manifest keeps them as they are."""
    scenarios = tuple(
        scenario.model_copy(
            update={
                "title": phrases.name(scenario.title),
                "description": phrases.name(scenario.description.strip()),
            }
        )
        for scenario in study.scenarios
    )
    return replace(study, scenarios=scenarios)


def _largest(found: tuple[Headline, ...]) -> str:
    return max(found, key=lambda item: item.amount).scenario
