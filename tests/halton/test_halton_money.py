"""Money: what additional spending may and may not do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

HEADLINES = (
    "cumulative contacts",
    "cumulative crisis onsets",
    "cumulative service use",
    "cumulative marginal cost",
)
HANDED = ("smoothed workload", "hotel overflow nights")
SPENT = (
    "cumulative programme cost",
    "cumulative people served",
    "cumulative cashable cost avoided",
)
OWN_EFFECTS = {
    "youth mental health": ("effect on relapse of follow up",),
    "homelessness": ("effect on custody", "effect on shelter nights"),
    "sexual assault": ("effect on reporting",),
    "exiting care": ("effect on homelessness entry",),
    "alcohol": ("effect of managed alcohol",),
    "older adult isolation": (),
    "dual diagnosis": (),
}


def with_comparator(halton: Any, values: Any, comparator: Any) -> Any:
    """Hand the comparator's workload and overflow to a paired run, as a sweep does."""
    given = {**values, "comparator supplied": 1.0}
    nights = comparator.columns["hotel overflow nights"]
    for year in halton.elements("budget year"):
        at = int(np.flatnonzero(comparator.time == float(year[1:]))[0])
        given[f"comparator overflow nights[{year}]"] = nights[:, at]
    for service in halton.elements("staffed service"):
        series = comparator.columns[f"smoothed workload[{service}]"]
        for year in halton.elements("budget year"):
            at = int(np.flatnonzero(comparator.time == float(year[1:]))[0])
            given[f"comparator workload[{service}, {year}]"] = series[:, at]
    return given


def test_no_additional_money_is_the_comparator_bit_for_bit(halton: Any) -> None:
    draws = halton.draws(8)
    plain = halton.run(draws, *HEADLINES, *SPENT, "people by zone")
    moved = {"spending start": 2015.0, "spending ramp": 0.0, "spending end": 2030.0}
    other = halton.run({**draws, **moved}, *HEADLINES, *SPENT, "people by zone")
    for column, series in plain.columns.items():
        assert np.array_equal(series, other.columns[column]), column
    for name in SPENT:
        assert not plain.total(name).any(), name


@pytest.mark.parametrize("table", list(OWN_EFFECTS))
def test_a_table_without_effect_earns_nothing_though_its_raw_figures_fall(
    halton: Any, table: str
) -> None:
    lever = halton.elements("lever")[halton.elements("action table").index(table)]
    draws = halton.draws(16)
    useless = dict.fromkeys(
        (
            f"effect on escalation[{table}]",
            f"effect on hospital use[{table}]",
            *OWN_EFFECTS[table],
        ),
        1.0,
    )
    comparator = halton.run({**draws, **useless}, *HEADLINES, *HANDED)
    spending = {**draws, **useless, **halton.spend(lever, amount=1e6)}
    policy = halton.run(
        with_comparator(halton, spending, comparator),
        *HEADLINES,
        "cumulative people served",
        "cumulative cashable cost avoided",
        "raw before after change",
    )
    assert policy.columns[f"cumulative people served[{lever}]"][:, -1].min() > 1
    for name in HEADLINES:
        for column, series in comparator.of(name).items():
            gap = np.abs(policy.columns[column] - series)
            assert gap.max() <= 1e-9 * max(series.max(), 1.0), column
    assert not policy.total("cumulative cashable cost avoided").any()
    if table != "sexual assault":  # nobody is picked at acute risk of an assault
        assert np.mean(policy.columns[f"raw before after change[{table}]"][:, -1]) < -0.2


def test_the_same_table_with_an_effect_does_earn(halton: Any) -> None:
    """The companion of the test above: the zero there is not an accident of small numbers."""
    comparator = halton.run({}, *HEADLINES)
    policy = halton.run(halton.spend("homelessness table", amount=1e6), *HEADLINES)
    for name in HEADLINES:
        assert policy.between(name, 2027, 2037) < comparator.between(name, 2027, 2037) * (1 - 1e-6)


def test_a_situation_table_without_effect_earns_nothing_although_people_improve(
    halton: Any,
) -> None:
    useless = {"effect on onset of engagement": 1.0}
    comparator = halton.run(useless, *HEADLINES[:2])
    spending = {**useless, **halton.spend("situation table", amount=1e6)}
    policy = halton.run(spending, *HEADLINES[:2], "engaged", "raw before after change")
    assert policy.total("engaged")[0, -1] > 1
    for column, series in comparator.columns.items():
        assert np.abs(policy.columns[column] - series).max() <= 1e-9 * series.max(), column
    assert policy.columns["raw before after change[adult crisis]"][0, -1] < -0.3


def test_halving_the_step_moves_no_headline_by_half_a_percent(halton: Any) -> None:
    draws = halton.draws(32)
    names = (*HEADLINES, "cumulative programme cost", "cumulative people served")
    shifts = []
    for step in (1 / 64, 1 / 128):
        before = halton.run({**draws, "TIME STEP": step}, *names)
        after = halton.run({**draws, **halton.spend(), "TIME STEP": step}, *names)
        level = {n: np.mean(after.between(n, 2027, 2037)) for n in names}
        change = {
            n: np.mean(after.between(n, 2027, 2037) - before.between(n, 2027, 2037)) for n in names
        }
        shifts.append({**level, **{f"change of {n}": v for n, v in change.items()}})
    for name, coarse in shifts[0].items():
        assert shifts[1][name] == pytest.approx(coarse, rel=0.005), name


def test_better_response_to_sexual_assault_raises_reports_as_need_met(halton: Any) -> None:
    induced = ("cumulative induced service use", "cumulative induced cost")
    demand = ("cumulative contacts", "cumulative need met contacts", "cumulative marginal cost")
    outputs = (*demand, *induced)
    before = halton.run({}, *outputs)
    after = halton.run(halton.spend("sexual assault table"), *outputs)
    report = "cumulative contacts[sexual assault report]"
    assert after.columns[report][0, -1] > before.columns[report][0, -1]
    rise = after.total("cumulative need met contacts")[0, -1]
    assert rise > 0
    assert not before.total("cumulative need met contacts").any()
    for name in induced:
        assert after.total(name)[0, -1] > before.total(name)[0, -1]
    assert (
        after.total("cumulative marginal cost")[0, -1]
        <= before.total("cumulative marginal cost")[0, -1]
    )


def test_all_seven_tables_together_do_less_than_the_sum_of_each(halton: Any) -> None:
    def avoided(*levers: str) -> float:
        runs = halton.run(
            halton.spend(*levers), "cumulative contacts", "cumulative need met contacts"
        )
        net = runs.total("cumulative contacts") - runs.total("cumulative need met contacts")
        return float(base - net[0, -1])

    base = halton.run({}, "cumulative contacts").total("cumulative contacts")[0, -1]
    tables = halton.elements("lever")[:7]
    assert 0 < avoided(*tables) < sum(avoided(table) for table in tables)


def test_police_money_relieves_overload_but_prevents_almost_nothing(halton: Any) -> None:
    names = ("overload", "cumulative crisis onsets", "cumulative service use")
    before = halton.run({}, *names)
    after = halton.run(halton.spend("crisis response", amount=2.1e6), *names)
    assert after.columns["overload"][0, -1] < before.columns["overload"][0, -1]
    onsets = after.total("cumulative crisis onsets")[0, -1]
    assert onsets == pytest.approx(before.total("cumulative crisis onsets")[0, -1], rel=1e-4)


def test_cashable_money_comes_in_whole_positions_only_after_a_decision(halton: Any) -> None:
    names = (*HANDED, "positions deferred", "cumulative cashable cost avoided")
    comparator = halton.run({}, *names)
    same = halton.run(with_comparator(halton, {}, comparator), *names)
    assert not same.total("positions deferred").any()
    assert not same.total("cumulative cashable cost avoided").any()
    strong = {"effect on hospital transport": 0.05, "refill share": 0.0}
    base = halton.run(strong, *names)
    money = {**strong, **halton.spend("mobile crisis", amount=1.5e7)}
    policy = halton.run(with_comparator(halton, money, base), *names)
    positions = policy.columns["positions deferred[police]"][0]
    assert positions.max() >= 1
    assert np.array_equal(positions, np.round(positions))
    freed = base.columns["smoothed workload[police]"] - policy.columns["smoothed workload[police]"]
    assert np.all(positions[1:] <= freed[0, :-1] / 1700 + 1e-9)
    cash = policy.between("cumulative cashable cost avoided", 2027, 2045)
    assert 0 < cash[0] < 0.5 * positions.max() * 158_600 * 18


def test_reinvestment_puts_cashable_money_back(halton: Any) -> None:
    strong = {"effect on hospital transport": 0.05, "refill share": 0.0}
    base = halton.run(strong, *HANDED)
    money = {**strong, **halton.spend("mobile crisis", amount=1.5e7)}
    money["share of cashable money reinvested"] = 0.5
    given = with_comparator(halton, money, base)
    names = ("cumulative reinvestment", "cumulative cashable cost avoided")
    runs = halton.run(given, *names, "cumulative people served")
    back = runs.total("cumulative reinvestment")[0, -1]
    assert back == pytest.approx(0.5 * runs.total("cumulative cashable cost avoided")[0, -1])
    assert runs.columns["cumulative people served[alcohol table]"][0, -1] > 0


def test_targets_that_sum_to_more_than_one_do_not_make_money(halton: Any) -> None:
    strong = {"effect on hospital transport": 0.05, "refill share": 0.0}
    base = halton.run(strong, *HANDED)
    money = {**strong, **halton.spend("mobile crisis", amount=1.5e7)}
    greedy = {**money, "share of cashable money reinvested": 0.5, "reinvestment target": 1.0}
    names = ("cumulative reinvestment", "cumulative programme cost", "cumulative people served")
    runs = halton.run(with_comparator(halton, greedy, base), *names)
    plain = halton.run(with_comparator(halton, money, base), *names)
    factor = halton.model.constants["operating overrun factor"].item()
    extra = runs.total("cumulative programme cost") - plain.total("cumulative programme cost")
    assert runs.total("cumulative reinvestment")[0, -1] > 0
    assert extra == pytest.approx(factor * runs.total("cumulative reinvestment"), abs=1e-3)


def test_programme_cost_is_the_budget_with_its_overrun(halton: Any) -> None:
    factor = halton.model.constants["operating overrun factor"].item()
    runs = halton.run(
        halton.spend(), "cumulative programme cost", "cumulative programme cost by lever"
    )
    spent = runs.between("cumulative programme cost by lever", 2028, 2038)
    assert spent[0] == pytest.approx(len(halton.elements("lever")) * 300_000 * 10 * factor)
    assert runs.total("cumulative programme cost") == pytest.approx(
        runs.total("cumulative programme cost by lever")
    )


def test_every_effect_is_wired(halton: Any) -> None:
    """Moving any effect ratio changes what all levers together do, so none is a dead number."""
    effects = [row.column for row in halton.registry.uncertain if row.name.startswith("effect on ")]
    effects += ["effect of managed alcohol", "effect of collaboration on capacity"]
    assert len(effects) >= 24
    count = len(effects) + 1
    values: dict[str, Any] = dict(halton.spend())
    for i, column in enumerate(effects):
        row = halton.registry.row(column)
        moved = max(row.value / 2, row.minimum)
        values[column] = np.where(np.arange(count) == i, moved, row.value)
    runs = halton.run(values, *HEADLINES)
    totals = np.array([runs.between(name, 2027, 2037) for name in HEADLINES])
    for i, column in enumerate(effects):
        assert np.any(np.abs(totals[:, i] / totals[:, -1] - 1) > 1e-9), column
