"""Feedback loops: the sign of what comes back, and nothing left of a loop that is switched off.

A shock enters one place of a loop; what returns there has the sign that the README states when
the loop is on, and is absent when it is off. Other loops are off where they would mix in.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from upshift.model.engine.ir import Kind

SWITCHES = ("relapse", "overload", "crowding out", "waiting", "collaboration", "awareness")
OFF = {f"switch {name}": 0.0 for name in (*SWITCHES, "refill")}
# A surge of every kind of call that leaves nothing behind by itself: it acts on contacts alone.
SURGE = {"pandemic amplitude": 1.5}
NO_SURGE = {"pandemic amplitude": 0.0}
# Money on one table whose effect is strong (fewer crises) or harmful (more of them).
MONEY = {
    "additional spending[homelessness table]": 1e6,
    "spending start": 2015.0,
    "table opening": 2015.0,
}
FEWER = {"effect on escalation[homelessness]": 0.3}
MORE = {"effect on escalation[homelessness]": 2.0}
# Without these, demand per resident drifts and collaboration moves before any shock.
STILL = {"growth switch": 0.0, "trend switch": 0.0, "pandemic switch": 0.0}
# What cuts each loop without its switch: gains of 0, ratios of 1.
CUT: dict[str, dict[str, float]] = {
    "relapse": {"relapse without follow up": 0.0},
    "overload": {"gain of overload": 0.0},
    "crowding out": {"crowding out gain": 0.0},
    "waiting": {"harm of waiting": 0.0, "response of referral to wait": 0.0},
    "collaboration": {
        "gain of success": 0.0,
        "gain of collaboration on finding": 0.0,
        "gain of collaboration on referral": 0.0,
        "effect of collaboration on capacity": 1.0,
    },
    "awareness": {"effect on reporting": 1.0},
    "refill": {"refill share": 0.0},
}
# Money everywhere, all loops on, and a comparator busy enough for positions to be deferred.
BUSY = {
    **dict.fromkeys(OFF, 1.0),
    "additional spending": 1e6,
    "comparator supplied": 1.0,
    "comparator workload": 3e5,
}


def _computed(halton: Any) -> list[str]:
    return [name for name, v in halton.model.variables.items() if v.kind is not Kind.CONSTANT]


def _shift(halton: Any, name: str, values: Any, shock: Any, rest: Any = None) -> Any:
    """What a shock changes in a variable, summed over its elements, (time,)."""
    after = halton.run({**values, **shock}, name).total(name)[0]
    return after - halton.run({**values, **(rest or {})}, name).total(name)[0]


@pytest.mark.parametrize("loop", list(CUT))
def test_a_loop_that_is_off_equals_the_structure_without_it_bit_for_bit(
    halton: Any, loop: str
) -> None:
    names = _computed(halton)
    # Drop-out at the starting wait stays when waiting is off, so it is left out of that comparison.
    setting = {**BUSY, "drop out rate": 0.0} if loop == "waiting" else BUSY
    off = halton.run({**setting, f"switch {loop}": 0.0}, *names)
    without = halton.run({**setting, **CUT[loop]}, *names)
    on = halton.run(setting, *names)
    own = ("relative wait",) if loop == "waiting" else ()
    for column, series in off.columns.items():
        if column.split("[")[0] not in own:
            assert np.array_equal(series, without.columns[column]), column
    assert any(not np.array_equal(series, on.columns[c]) for c, series in off.columns.items())


def test_relapse_is_reinforcing(halton: Any) -> None:
    """Fewer first onsets bring fewer repeat onsets; without the loop there are none at all."""
    on = {**OFF, "switch relapse": 1.0}
    for name in ("acute onset", "relapsing"):
        assert _shift(halton, name, {**on, **FEWER}, MONEY)[-1] < 0, name
        assert _shift(halton, name, {**on, **MORE}, MONEY)[-1] > 0, name
    assert not halton.run({**OFF, **FEWER, **MONEY}, "relapsing").total("relapsing").any()


@pytest.mark.parametrize("loop", ["overload", "crowding out"])
def test_pressure_on_responders_is_reinforcing(halton: Any, loop: str) -> None:
    """A surge of calls leaves more people in crisis behind it, and so more calls; else nothing."""
    on = {**OFF, f"switch {loop}": 1.0}
    for name in ("cumulative crisis onsets", "contact rate"):
        back = _shift(halton, name, on, SURGE, NO_SURGE)[12:]  # from 2023: the surge is over
        assert back[0] > 0, name
        gone = _shift(halton, name, OFF, SURGE, NO_SURGE)[12:]
        assert not gone.any(), name


def test_overload_slows_referral_and_crowding_out_takes_places(halton: Any) -> None:
    at_peak = slice(10, 12)
    slower = _shift(
        halton, "requests for support", {**OFF, "switch overload": 1.0}, SURGE, NO_SURGE
    )
    assert np.all(slower[at_peak] < 0)
    fewer = _shift(halton, "places", {**OFF, "switch crowding out": 1.0}, SURGE, NO_SURGE)
    assert np.all(fewer[at_peak] < 0)


def test_waiting_balances_the_queue_and_reinforces_escalation(halton: Any) -> None:
    """Places stop, waits grow: people give up and fewer come, but those who wait fare worse."""
    stop = {"total funding switch": 0.0, "time for funding to act": 0.5}
    on, off = {**OFF, "switch waiting": 1.0, **stop}, {**OFF, **stop}
    at = 19  # 2030
    names = ("waiting for support", "waiting multiplier", "relative wait")
    long, short = halton.run(on, *names), halton.run(off, *names)
    assert np.all(short.total("relative wait") == len(short.of("relative wait")))
    assert long.total("relative wait")[0, at] > 1.5 * len(long.of("relative wait"))
    assert long.total("waiting for support")[0, at] < short.total("waiting for support")[0, at]
    assert long.total("waiting multiplier")[0, at] > short.total("waiting multiplier")[0, at]
    harm = {"drop out rate": 0.0, "response of referral to wait": 0.0}
    escalated = [
        halton.run({**case, **harm}, "cumulative crisis onsets").total("cumulative crisis onsets")
        for case in (on, off)
    ]
    assert escalated[0][0, -1] > escalated[1][0, -1]


def test_short_waits_draw_referrals_while_the_loop_is_on(halton: Any) -> None:
    money = {"additional spending[homelessness table]": 1e6}
    on, off = {**OFF, "switch waiting": 1.0}, OFF
    name = "requests for support"
    at = 18  # 2029: places have grown, so waits are short
    assert _shift(halton, name, on, money)[at] > _shift(halton, name, off, money)[at]


def test_collaboration_is_reinforcing(halton: Any) -> None:
    """Falling demand sustains collaboration, which adds places; rising demand does the reverse."""
    on, off = {**OFF, **STILL, "switch collaboration": 1.0}, {**OFF, **STILL}
    at = 12  # 2023
    for effect, sign in ((FEWER, 1), (MORE, -1)):
        for name in ("collaboration", "capacity effect of collaboration", "share found"):
            assert sign * _shift(halton, name, {**on, **effect}, MONEY)[at] > 0, (name, sign)
            assert not _shift(halton, name, {**off, **effect}, MONEY).any(), (name, sign)
    onsets = "cumulative crisis onsets"
    closed = _shift(halton, onsets, {**on, **FEWER}, MONEY)
    opened = _shift(halton, onsets, {**on, **FEWER, "gain of success": 0.0}, MONEY)
    assert closed[-1] < opened[-1] < 0


def test_awareness_runs_one_way(halton: Any) -> None:
    """A better response brings reports, and nothing else in the model answers to them."""
    money = {"additional spending[sexual assault table]": 1e6}
    names = ("reporting level", "cumulative need met contacts")
    on, off = {"switch awareness": 1.0, **money}, {"switch awareness": 0.0, **money}
    with_loop, without = halton.run(on, *names), halton.run(off, *names)
    assert with_loop.total("reporting level")[0, -1] > 1
    assert np.all(without.total("reporting level") == 1)
    assert with_loop.total("cumulative need met contacts")[0, -1] > 0
    untouched = (
        "cumulative crisis onsets",
        "overload",
        "collaboration",
        "cumulative marginal cost",
    )
    first, second = halton.run(on, *untouched), halton.run(off, *untouched)
    for column, series in first.columns.items():
        assert np.array_equal(series, second.columns[column]), column


def test_refill_balances_what_a_board_can_count(halton: Any) -> None:
    handed = {"comparator supplied": 1.0, "comparator workload": 3e5}
    names = ("freed hours at decision", "positions deferred", "cumulative cashable cost avoided")
    on = halton.run({**handed, "switch refill": 1.0}, *names)
    off = halton.run({**handed, "switch refill": 0.0}, *names)
    full = halton.run({**handed, "switch refill": 1.0, "refill share": 1.0}, *names)
    for name in names:
        assert 0 < on.total(name)[0, -1] < off.total(name)[0, -1], name
        assert not full.total(name).any(), name


def test_reinvestment_is_reinforcing(halton: Any) -> None:
    """Cashable money put back prevents crises, which frees more hours; a share of 0 is no loop."""
    handed = {**OFF, "comparator supplied": 1.0, "comparator workload": 3e5}
    names = _computed(halton)
    off = halton.run(handed, *names)
    on = halton.run({**handed, "share of cashable money reinvested": 1.0}, *names)
    nowhere = {"share of cashable money reinvested": 1.0, "reinvestment target": 0.0}
    without = halton.run({**handed, **nowhere}, *names)
    assert off.total("cumulative cashable cost avoided")[0, -1] > 0
    assert (
        on.total("cumulative crisis onsets")[0, -1] < off.total("cumulative crisis onsets")[0, -1]
    )
    assert on.total("smoothed workload")[0, -1] < off.total("smoothed workload")[0, -1]
    hours = "freed hours at decision[police]"
    assert on.columns[hours][0, -1] > off.columns[hours][0, -1]
    own = (
        *("reinvestment share", "money for reinvestment"),
        *("reinvested money", "cumulative reinvestment"),
    )
    for column, series in off.columns.items():
        if column.split("[")[0] not in own:
            assert np.array_equal(series, without.columns[column]), column


def test_the_paper_lists_exactly_the_switches_of_the_model(halton: Any) -> None:
    text = (halton.folder / "README.md").read_text(encoding="utf-8")
    table = text.split("## Feedback loops")[1].split("\n## ")[0]
    rows = [line.split("|")[1:4] for line in table.splitlines() if line.startswith("| ")][1:]
    named = {name for row in rows for name in re.findall(r"`(switch [a-z ]+)`", row[2])}
    model = {name for name in halton.model.constants if name.startswith("switch ")}
    assert named == model == set(OFF)
    assert len(rows) == len(model) + 1  # reinvestment has a share in place of a switch
    for _, polarity, switch in rows:
        for name in re.findall(r"`(switch [a-z ]+)`", switch):
            default = halton.model.constants[name].item()
            assert default == (0.0 if "off" in polarity else 1.0), name
    assert halton.model.constants["share of cashable money reinvested"].item() == 0
