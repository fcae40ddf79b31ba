"""Cross-cutting levers: each acts where it says, when it says, and costs what it says."""

from __future__ import annotations

from typing import Any

import numpy as np

SOCIAL = "social development programmes"


def test_social_development_acts_on_young_adults_years_later(halton: Any) -> None:
    names = ("incidence", "coming to risk multiplier", "cumulative crisis onsets")
    before = halton.run({}, *names)
    after = halton.run(halton.spend(SOCIAL, amount=3e6), *names)
    change = {c: after.columns[c][0] - before.columns[c][0] for c in before.columns}
    young = change["coming to risk multiplier[age 18 to 24]"]
    year = before.time
    assert -0.001 < young[year == 2030] < 0, "within three years next to nothing"
    assert young[year == 2045] < 20 * young[year == 2030]
    assert np.all(np.diff(young[year >= 2027]) < 0)
    for age in ("age 0 to 17", "age 25 to 64", "age 65 plus"):
        assert not change[f"coming to risk multiplier[{age}]"].any()
    assert change["incidence[Milton, exiting care]"][-1] < 0
    assert change["cumulative crisis onsets[adult crisis]"][-1] < 0


def test_social_development_saturates_by_the_children_who_can_be_found(halton: Any) -> None:
    names = ("share of children reached", "share of young adults helped", "people served")
    some = halton.run(halton.spend(SOCIAL, amount=1e6), *names)
    plenty = halton.run(halton.spend(SOCIAL, amount=1e9), *names)
    within = halton.registry.row("share of children within reach").value
    served = [runs.columns[f"people served[{SOCIAL}]"][0, -1] for runs in (some, plenty)]
    assert 0 < served[0] < served[1] < 30 * served[0]
    assert plenty.columns["share of children reached"][0, -1] <= within
    assert 0 < plenty.columns["share of young adults helped"][0, -1] < within
