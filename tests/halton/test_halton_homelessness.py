"""Homelessness: homes take years, staff and homes both bind, shelters overflow into hotels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

STILL = {"growth switch": 0.0, "trend switch": 0.0, "pandemic switch": 0.0}
HOMES = "share of money for homes[homelessness table]"
STATES = {
    "housed at acute risk": ("acutely elevated risk", "engaged"),
    "housed in crisis": ("crisis episode",),
    "housed in follow up": ("follow up after crisis",),
}


def last(runs: Any, name: str) -> Any:
    return runs.total(name)[:, -1]


def homeless(runs: Any, name: str) -> Any:
    """The homelessness elements of a variable, summed, (run, time)."""
    return np.sum([v for c, v in runs.of(name).items() if "homelessness" in c], axis=0)


def test_the_point_in_time_counts_are_met(halton: Any) -> None:
    runs = halton.run({"SAVEPER": 0.25}, "people homeless")
    for when, observed in ((2016.25, 264), (2018.25, 271), (2021.75, 293), (2024.75, 331)):
        at = int(np.flatnonzero(runs.time == when)[0])
        assert runs.columns["people homeless"][0, at] == pytest.approx(observed, rel=0.06), when


def test_shelters_have_the_people_exits_stays_and_load_of_the_record(halton: Any) -> None:
    names = ("leaving shelter", "shelter exits", "length of shelter stay", "shelter load")
    runs = halton.run({"SAVEPER": 0.5}, *names)

    def at(name: str, when: float) -> float:
        return float(runs.columns[name][0, int(np.flatnonzero(runs.time == when)[0])])

    assert at("leaving shelter", 2019.5) == pytest.approx(842, rel=0.1)
    assert at("shelter exits", 2019.5) == pytest.approx(286, rel=0.1)
    assert 365 * at("length of shelter stay", 2021.0) == pytest.approx(37, rel=0.1)
    assert 365 * at("length of shelter stay", 2024.5) == pytest.approx(68, rel=0.15)
    assert at("shelter load", 2024.5) == pytest.approx(1.4, rel=0.15)


def test_housed_people_are_part_of_the_stocks_they_stand_in(halton: Any) -> None:
    """Nobody is counted twice: the housed of a state are some of its people, in every draw."""
    money = halton.spend("homelessness table", amount=3e6)
    whole = {name for of in STATES.values() for name in of}
    outputs = ("people housed", "people in leased homes", "homes", "total residents")
    runs = halton.run({**halton.draws(32), **money}, *STATES, *whole, *outputs)
    for part, of in STATES.items():
        for column, series in runs.of(part).items():
            place = column.split("[")[1].replace(", ", ", homelessness, ")
            people = np.sum([runs.columns[f"{name}[{place}"] for name in of], axis=0)
            assert series.min() >= 0, column
            assert np.all(series <= people * (1 + 1e-9)), column
    leased, housed = runs.total("people in leased homes"), runs.total("people housed")
    assert leased.min() >= 0
    assert np.all(leased <= housed)


def test_the_housed_never_exceed_the_homes(halton: Any) -> None:
    names = ("people housed", "empty homes", "developments open", "people in leased homes", "homes")
    shares = ("share of affordable homes set aside",)
    money = halton.spend("homelessness table", amount=1e7)
    runs = halton.run({**halton.draws(32), **money}, *names, *shares)
    own = runs.columns["homes[supportive]"] + runs.columns["developments open"]
    own = own + runs.columns[shares[0]] * runs.columns["homes[affordable]"]
    taken = runs.columns["people housed"] - runs.columns["people in leased homes"]
    assert np.all(taken <= own * (1 + 1e-9))


def test_a_home_takes_years(halton: Any) -> None:
    """Money for homes puts none up in its first year, half of them by the mean delay."""
    money = {**STILL, **halton.spend("homelessness table", amount=2.75e6), HOMES: 1.0}
    once = {"spending ramp": 0.0, "spending end": 2028.0, "SAVEPER": 0.25}
    runs = halton.run({**money, **once}, "homes")
    series = runs.columns["homes[supportive]"][0]
    built = series - series[0]
    when = dict(zip(runs.time, built, strict=True))
    assert built[-1] == pytest.approx(10, rel=0.02)  # money starts a step late
    assert when[2028.0] < 1.5
    assert 4 < when[2030.25] < 7
    slow = {"time to plan homes": 2.0, "time to build homes": 3.0}
    late = halton.run({**money, **once, **slow}, "homes").columns["homes[supportive]"][0]
    at = int(np.flatnonzero(runs.time == 2030.25)[0])
    assert late[at] - late[0] < 0.6 * built[at]


def test_homes_stay_at_their_number_without_growth_or_money(halton: Any) -> None:
    runs = halton.run(STILL, "homes", "homes in planning", "homes under construction")
    for column, series in runs.columns.items():
        assert np.ptp(series) == 0, column


@pytest.mark.parametrize("binds", ["homes", "staff"])
def test_support_is_the_smaller_of_staff_and_homes(halton: Any, binds: str) -> None:
    """What does not bind adds nobody; what does adds people."""
    money = halton.spend("homelessness table", amount=2e6)
    plenty = {"spare homes at start": 100.0}
    scarce = {"homes landlords offer": 0.0, "homes in development": 0.0}
    setting = scarce if binds == "homes" else plenty
    names = ("people housed", "starting by staff", "starting support")
    less = halton.run({**money, **setting}, *names)
    staff = halton.run({**money, **setting, "places per worker[homelessness]": 18.0}, *names)
    homes = halton.run(
        {**money, **setting, "homes landlords offer": 40.0, "homes in development": 57.0}, *names
    )
    start, staffed = homeless(less, "starting support"), homeless(less, "starting by staff")
    if binds == "homes":
        assert np.all(start[0, -5:] < 0.9 * staffed[0, -5:])
        assert last(staff, "people housed") == pytest.approx(last(less, "people housed"), rel=0.01)
        assert last(homes, "people housed") > 1.2 * last(less, "people housed")
    else:
        assert np.array_equal(start, staffed)
        assert last(staff, "people housed") > 1.02 * last(less, "people housed")


@pytest.mark.parametrize("kind", ["supportive", "affordable"])
def test_more_homes_mean_fewer_nights_in_hotels(halton: Any, kind: str) -> None:
    """Affordable homes act by themselves; supportive ones where support waits for a home."""
    money = halton.spend("homelessness table", amount=4e6)
    share = {"supportive share of new homes": float(kind == "supportive")}
    nights = "cumulative hotel overflow nights"
    shares = np.array([0.0, 0.25, 0.5])
    # The same money for support in all three: what builds homes comes on top of it.
    amounts = money["additional spending[homelessness table]"] / (1 - shares)
    runs = halton.run(
        {**share, HOMES: shares, "additional spending[homelessness table]": amounts},
        nights,
        "homes",
    )
    assert np.all(np.diff(last(runs, nights)) < 0)
    assert np.all(np.diff(runs.columns[f"homes[{kind}]"][:, -1]) > 0)


def test_support_prevents_nights_and_crises_but_only_through_its_effects(halton: Any) -> None:
    money = halton.spend("homelessness table", amount=1e6)
    names = ("cumulative shelter nights", "cumulative hotel overflow nights", "people homeless")
    before, after = halton.run({}, *names), halton.run(money, *names)
    for name in names:
        assert last(after, name) < last(before, name), name
    useless = {"effect on escalation[homelessness]": 1.0, "effect on shelter nights": 1.0}
    before, after = halton.run(useless, *names), halton.run({**useless, **money}, *names)
    for name in names:
        assert last(after, name) == pytest.approx(last(before, name), rel=1e-9), name


def test_shelter_nights_are_people_times_nights(halton: Any) -> None:
    cut = {"switch overload": 0.0, "switch collaboration": 0.0}
    calls = {**cut, "trend rise": np.array([0.5, 1.42])}
    runs = halton.run(calls, "cumulative service use", "people homeless")
    nights = runs.columns["cumulative service use[shelter]"]
    assert np.array_equal(nights[0], nights[1])  # however many contacts there are
    people = runs.columns["people homeless"][0]
    year = np.diff(nights[0])
    middle = (people[1:] + people[:-1]) / 2
    assert year == pytest.approx(0.33 * 365 * middle, rel=0.01)


def test_targeting_prevents_more_and_leaves_the_comparator_alone(halton: Any) -> None:
    """With a harmless programme the choice of people changes nothing; with a good one it pays."""
    money = halton.spend("homelessness table", amount=1e6)
    weights = {"targeting weight[homelessness]": np.array([1.0, 4.0])}
    onsets = "cumulative crisis onsets"
    column = f"{onsets}[homelessness]"
    prevented = (
        halton.run(weights, onsets).columns[column]
        - halton.run({**weights, **money}, onsets).columns[column]
    )
    assert prevented[1, -1] > 1.1 * prevented[0, -1] > 0
    useless = {"effect on escalation[homelessness]": 1.0}
    same = halton.run({**weights, **money, **useless}, onsets).columns[column]
    assert same[1] == pytest.approx(same[0], rel=1e-9)


def test_housing_stress_is_a_future_that_starts_after_the_record(halton: Any) -> None:
    names = ("people homeless", "length of shelter stay", "people in hotels")
    base = halton.run({}, *names)
    future = halton.run({"housing stress continues": 0.5}, *names)
    at = int(np.flatnonzero(base.time == 2024)[0])
    for name in names:
        assert np.array_equal(future.total(name)[0, : at + 1], base.total(name)[0, : at + 1])
        assert future.total(name)[0, -1] > 1.1 * base.total(name)[0, -1], name


def handed(comparator: Any, halton: Any) -> dict[str, Any]:
    nights = comparator.columns["hotel overflow nights"]
    given: dict[str, Any] = {"comparator supplied": 1.0}
    for year in halton.elements("budget year"):
        at = int(np.flatnonzero(comparator.time == float(year[1:]))[0])
        given[f"comparator overflow nights[{year}]"] = nights[:, at]
    return given


def test_hotel_nights_given_back_are_cashable_for_the_region(halton: Any) -> None:
    names = ("hotel overflow nights", "hotel nights given back", "cumulative cashable cost avoided")
    comparator = halton.run({}, *names)
    given = handed(comparator, halton)
    same = halton.run(given, *names)
    for column, series in comparator.columns.items():
        assert np.array_equal(same.columns[column], series), column
    policy = halton.run({**given, **halton.spend("homelessness table", amount=2e6)}, *names)
    back = policy.columns["hotel nights given back"][0]
    freed = comparator.columns["hotel overflow nights"] - policy.columns["hotel overflow nights"]
    # A budget is set on the first day of a year, by half of what the count shows: the rest refills.
    assert back[17:] == pytest.approx(np.floor(0.5 * freed[0, 16:-1]), abs=1)
    cash = policy.of("cumulative cashable cost avoided")
    region = cash["cumulative cashable cost avoided[region other]"][0]
    assert region[-1] == pytest.approx(np.sum(back) * 150 * 0.95, rel=0.005)
    assert not any(v.any() for c, v in cash.items() if "region other" not in c)


def test_marginal_cost_of_a_night_in_a_hotel_is_that_of_the_hotel(halton: Any) -> None:
    """The cashable line stays nested in the marginal one."""
    names = (
        "cumulative marginal cost",
        "cumulative marginal cost by service",
        "cumulative hotel overflow nights",
    )
    dear = halton.run({"cost per hotel night": np.array([150.0, 250.0])}, *names)
    nights = dear.columns["cumulative hotel overflow nights"][0, -1]
    for column in (
        "cumulative marginal cost[region other]",
        "cumulative marginal cost by service[shelter]",
    ):
        extra = dear.columns[column][1, -1] - dear.columns[column][0, -1]
        assert extra == pytest.approx(100 * 0.95 * nights, rel=1e-9), column
