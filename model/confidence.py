"""The confidence suite of a model: what a reviewer asks of its structure and its behaviour.

A small file beside the model, ``<model>.checks.yaml``, says what must hold; ``checks_file.py`` says
what it may contain. Tests carry the names of Forrester and Senge (Tests for building confidence in
system dynamics models, 1980) and Barlas (System Dynamics Review 12 (1996) 183-210).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .checks_file import ChecksFile, Expected, Loop, Recorded, Response, load_checks
from .engine import CompiledModel, SimulateOptions, load_model, simulate
from .engine.checks import CheckRow
from .engine.ir import Kind, Method
from .engine.names import slots_and_columns
from .errors import InputError
from .rankings import ranking_rows

Array = npt.NDArray[np.float64]
Values = Mapping[str, float]
SMALLEST = -1e-9  # relative to the stock's own size: rounding, not a negative stock
ROUNDING = 1e-12  # relative gap of two sums that is rounding alone
INTEGRATION = 0.005  # share of an output that a better integration may move

NAMES = {
    "every constant is read": "structure verification",
    "every stock has a flow": "structure verification",
    "constants lie within their limits": "parameter verification",
    "time divides into steps": "integration error",
    "starting values are numbers": "structure verification",
    "units agree": "dimensional consistency",
    "conservation": "structure verification: conservation",
    "no stock is negative": "extreme conditions: direct",
    "extreme condition": "extreme conditions: behaviour",
    "expected at an extreme": "extreme conditions: behaviour",
    "nothing drifts at rest": "structure-oriented behaviour: equilibrium",
    "loop can be cut": "structure-oriented behaviour: loop knockout",
    "half the step": "integration error",
    "Euler against Runge-Kutta": "integration error",
    "response": "behaviour sensitivity: sign of responses",
    "ranking of options": "changed behaviour prediction: policy sensitivity",
    "officer-hours of mental-health calls": "parameter verification",
    "share of mental-health calls": "parameter verification",
    "share of residents in a zone": "parameter verification",
    "Situation Table discussions a year": "parameter verification",
    "emergency visits without a police call": "parameter verification",
    "record": "behaviour reproduction",
    "history": "behaviour reproduction",
}
"""What each test is called in the literature; a test may say more after a colon."""


def name_in_literature(test: str) -> str:
    """The literature's name of a test; empty for one that it has no name for."""
    return NAMES.get(test.partition(":")[0], "")


def confidence_rows(path: str | Path) -> tuple[CheckRow, ...]:
    """Every row of the checks file beside a model; none when there is no such file.

    Raises InputError for a faulty file, or one that names what the model does not have.
    """
    file = Path(path)
    beside = file.with_name(f"{file.stem}.checks.yaml")
    if not beside.exists():
        return ()
    checks = load_checks(beside)
    model = load_model(file)
    try:
        return tuple(_rows(model, checks, file))
    except InputError as error:
        raise InputError(f"{beside.name}: {error}") from None


def _rows(model: CompiledModel, checks: ChecksFile, file: Path) -> Iterator[CheckRow]:
    for left, right in checks.conserved:
        yield _conserved(model, (left, right), checks.busy, "conservation", f"{left} and {right}")
    yield _not_negative(model, checks.busy, "no stock is negative", "with the options' money")
    for name, values in checks.extremes.items():
        yield _extreme(model, checks, name, values)
    if checks.rest is not None:
        yield _at_rest(model, checks)
    for expected in checks.expected:
        yield _expected(model, expected)
    for loop in checks.loops:
        yield _cut(model, checks, loop)
    yield from _integration(model, checks)
    for response in checks.responses:
        yield _response(model, response)
    for recorded in checks.record:
        yield _recorded(model, recorded)
    yield from ranking_rows(model, checks, file.with_name("parameters.csv"))


def _run(
    model: CompiledModel, values: Values, names: list[str], method: Method | None = None
) -> Array:
    """Saved values (time, element) of some variables."""
    return np.asarray(simulate(model, values, names, SimulateOptions(method=method)).values[0])


def _stocks(model: CompiledModel) -> list[str]:
    return [name for name, v in model.variables.items() if v.kind is Kind.STOCK]


def _conserved(
    model: CompiledModel, pair: tuple[str, str], values: Values, test: str, subject: str
) -> CheckRow:
    left, right = (_run(model, values, [name]).sum(axis=1) for name in pair)
    gap = float(np.max(np.abs(left - right) / np.maximum(np.abs(right), 1e-300)))
    # Rounding differs between processors, and a recorded table should not.
    found = f"{gap:.1e} apart" if gap > ROUNDING else f"less than {ROUNDING:.0e} apart"
    return CheckRow(test, subject, found, "1e-09 apart", gap <= 1e-9)


def _least(model: CompiledModel, values: Values) -> tuple[float, str]:
    """The most negative stock relative to its own size, and which it is."""
    names = _stocks(model)
    series = _run(model, values, names)
    _, columns = slots_and_columns(model, names)
    size = np.maximum(np.abs(series).max(axis=0), 1.0)
    least = (series / size).min(axis=0)
    return float(least.min()), columns[int(least.argmin())]


def _not_negative(model: CompiledModel, values: Values, test: str, subject: str) -> CheckRow:
    least, where = _least(model, values)
    found = "none" if least >= SMALLEST else f"{where} falls to {least:.2g} of its size"
    return CheckRow(test, subject, found, "no negative stock", least >= SMALLEST)


def _extreme(model: CompiledModel, checks: ChecksFile, name: str, values: Values) -> CheckRow:
    test = "extreme condition"
    try:
        row = _not_negative(model, values, test, name)
        pairs = [_conserved(model, pair, values, test, name) for pair in checks.conserved]
    except InputError as error:
        return CheckRow(test, name, str(error), "finite, conserved, not negative", passed=False)
    failed = [one for one in (row, *pairs) if not one.passed]
    if failed:
        return failed[0]
    return CheckRow(test, name, "sound", "finite, conserved, not negative", passed=True)


def _at_rest(model: CompiledModel, checks: ChecksFile) -> CheckRow:
    assert checks.rest is not None
    skipped = tuple(checks.counters)
    names = [name for name in _stocks(model) if not name.startswith(skipped)]
    values = {**checks.rest, "SAVEPER": 1.0}
    drift = np.abs(np.diff(_run(model, values, names), axis=0)).max(axis=0)
    _, columns = slots_and_columns(model, names)
    worst = float(drift.max())
    note = f"{columns[int(drift.argmax())]} moves most" if worst > 0 else ""
    found = f"{worst:.1e} a year"
    return CheckRow(
        "nothing drifts at rest",
        f"{len(columns)} stocks",
        found,
        "1e-06 a year",
        worst < 1e-6,
        note,
    )


def _expected(model: CompiledModel, expected: Expected) -> CheckRow:
    """What an extreme leads to, as a share of what there is without it."""
    extreme, plain = (
        float(_run(model, values, [expected.output])[-1].sum())
        for values in (expected.given, expected.against)
    )
    ratio = extreme / plain if plain else np.inf
    low, high = expected.ratio
    slack = ROUNDING * max(abs(low), abs(high))
    share = f"{ratio:.4g}" if abs(ratio) >= 1e-6 or ratio == 0 else "less than 0.000001"
    allowed = f"{low:g} to {high:g}" if low < high else f"{low:g}"
    good = bool(low - slack <= ratio <= high + slack)
    found = f"{share} of {expected.output}"
    return CheckRow("expected at an extreme", expected.name, found, allowed, good, expected.reason)


def _cut(model: CompiledModel, checks: ChecksFile, loop: Loop) -> CheckRow:
    """A loop's switch changes something, and neither side loses or overdraws anything."""
    test, switch = "loop can be cut", loop.switch
    constants = model.constants.get(switch)
    if constants is None or constants.size != 1:
        raise InputError(f"'{switch}' is no switch of '{model.name}': name a constant of 0 or 1.")
    sides = [{**checks.busy, **loop.given, switch: value} for value in (loop.cut, loop.whole)]
    looked_at = list(loop.moves or checks.headlines)
    off, on = (_run(model, side, looked_at) for side in sides)
    moved = float(np.max(np.abs(on - off) / np.maximum(np.abs(off).max(axis=0), 1e-300)))
    broken = [
        row
        for side in sides
        for row in (
            _not_negative(model, side, test, switch),
            *(_conserved(model, pair, side, test, switch) for pair in checks.conserved),
        )
        if not row.passed
    ]
    if broken:
        return broken[0]
    what = " or ".join(loop.moves) if loop.moves else "a headline"
    found = f"moves {what} by {moved:.2%}" if moved else "moves nothing"
    return CheckRow(test, switch, found, f"moves {what}; sound on both sides", moved > 0)


def _integration(model: CompiledModel, checks: ChecksFile) -> Iterator[CheckRow]:
    """Half the step, and Runge-Kutta instead of Euler, move no headline by more than allowed."""
    headlines = list(checks.headlines)
    plain = _run(model, checks.busy, headlines)[-1]
    _, columns = slots_and_columns(model, headlines)
    half = {**checks.busy, "TIME STEP": model.model.clock.step / 2}
    for test, other in (
        ("half the step", _run(model, half, headlines)[-1]),
        ("Euler against Runge-Kutta", _run(model, checks.busy, headlines, "rk4")[-1]),
    ):
        moved = np.abs(other - plain) / np.maximum(np.abs(plain), 1e-300)
        worst = float(moved.max())
        subject = f"{len(columns)} headline values"
        note = f"{columns[int(moved.argmax())]} moves most"
        yield CheckRow(
            test, subject, f"{worst:.2%}", f"{INTEGRATION:.1%}", worst <= INTEGRATION, note
        )


def _response(model: CompiledModel, response: Response) -> CheckRow:
    """An output rises or falls all the way as a constant rises."""
    ends = [
        float(
            _run(model, {**response.given, response.constant: value}, [response.output])[-1].sum()
        )
        for value in response.values
    ]
    steps = np.diff(ends)
    good = bool(np.all(steps > 0) if response.direction == "rises" else np.all(steps < 0))
    subject = f"{response.output} as {response.constant} rises"
    found = ", ".join(f"{value:,.6g}" for value in ends)
    return CheckRow("response", subject, found, response.direction, good, response.reason)


def _recorded(model: CompiledModel, recorded: Recorded) -> CheckRow:
    """A figure that was seen, between saved times by linear interpolation."""
    clock = model.model.clock
    if not clock.start <= recorded.time <= clock.stop:
        raise InputError(
            f"record: {recorded.output} at {recorded.time:g} lies outside the model's time, "
            f"{clock.start:g} to {clock.stop:g}."
        )
    run = simulate(model, {"SAVEPER": clock.step}, [recorded.output])
    modelled = float(np.interp(recorded.time, run.time, run.values[0].sum(axis=1)))
    gap = modelled / recorded.value - 1
    return CheckRow(
        "record",
        f"{recorded.output}, {recorded.time:g}",
        f"{modelled:,.6g} ({gap:+z.1%})",
        f"{recorded.value:,.6g} within {recorded.within:.0%}",
        abs(gap) <= recorded.within,
        recorded.source,
    )
