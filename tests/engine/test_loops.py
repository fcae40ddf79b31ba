"""Feedback loops: found once each, the shortest first, with the polarity that a push would show."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshift.model.engine import oracle
from upshift.model.engine.build import load_model
from upshift.model.engine.functions import FUNCTIONS
from upshift.model.engine.inspection.base_run import base_ranges
from upshift.model.engine.inspection.loops import Basis, Found, Polarity, links_of, loops_of
from upshift.model.engine.inspection.signs import BOTH, FALLS, RISES, Responses
from upshift.model.engine.ir import Call, Expression, Model, Number, Reference

FEATURES = Path(__file__).parents[1] / "features"
HALTON = Path(__file__).parents[2] / "model" / "halton" / "halton.mdl"
CONTROLS = """
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 4 ~ ~ |
TIME STEP = 0.5 ~ ~ |
SAVEPER = 1 ~ ~ |
"""


def _found(tmp_path: Path, text: str, through: str | None = None, *, run: bool = True) -> Found:
    path = tmp_path / "model.mdl"
    path.write_text("{UTF-8}\n" + text + CONTROLS, encoding="utf-8")
    model = load_model(path).model
    return loops_of(links_of(model, _ranges(model) if run else None), through, 50)


def _ranges(model: Model) -> dict[str, tuple[float, float]]:
    """As ``base_ranges``, from the interpreter, which need not compile."""
    values = oracle.run(model).variables
    computed = [v.name for v in model.variables if v.kind != "constant" and not v.hidden]
    return {name: (float(values[name].min()), float(values[name].max())) for name in computed}


def _told(found: Found) -> dict[tuple[str, ...], tuple[Polarity, Basis]]:
    return {loop.variables: (loop.polarity, loop.basis) for loop in found.loops}


def test_predator_and_prey() -> None:
    model = load_model(FEATURES / "predator_prey" / "model.mdl")
    ranges = base_ranges(model)
    for name, ends in _ranges(model.model).items():
        assert ranges[name] == pytest.approx(ends)
    found = loops_of(links_of(model.model, ranges), None, 50)
    assert found.complete
    assert _told(found) == {
        ("prey", "births"): (Polarity.REINFORCING, Basis.RULE),
        ("predators", "predator deaths"): (Polarity.BALANCING, Basis.RULE),
        ("prey", "eaten"): (Polarity.BALANCING, Basis.RUN),
        ("predators", "predator births"): (Polarity.REINFORCING, Basis.RUN),
        ("prey", "predator births", "predators", "eaten"): (Polarity.BALANCING, Basis.RUN),
    }
    assert [len(loop.variables) for loop in found.loops] == [2, 2, 2, 2, 4]


def test_without_a_run_only_rules_settle_signs(tmp_path: Path) -> None:
    text = "a = INTEG(b*c, 1) ~ ~ |\nb = a ~ ~ |\nc = 2 - a/100 ~ ~ |"
    by_rule, in_run = (_told(_found(tmp_path, text, run=run)) for run in (False, True))
    assert by_rule == dict.fromkeys([("a", "b"), ("a", "c")], (Polarity.UNCLEAR, Basis.NONE))
    assert in_run == {
        ("a", "b"): (Polarity.REINFORCING, Basis.RUN),
        ("a", "c"): (Polarity.BALANCING, Basis.RUN),
    }


def test_a_delay_is_seen_through_and_what_starts_a_stock_closes_no_loop(tmp_path: Path) -> None:
    text = "a = INTEG(-late, seed) ~ ~ |\nlate = DELAY3(a*2, 3) ~ ~ |\nseed = INITIAL(late0) ~ ~ |"
    found = _found(tmp_path, text + "\nlate0 = 5 ~ ~ |")
    assert _told(found) == {("a", "late"): (Polarity.BALANCING, Basis.RULE)}


def test_a_sign_that_changes_within_the_run_is_unclear(tmp_path: Path) -> None:
    text = "a = INTEG(f, 1) ~ ~ |\nf = hill(a) ~ ~ |\nhill((0,0),(2,2),(4,1),(9,1)) ~ ~ |"
    (loop,) = _found(tmp_path, text).loops
    assert (loop.variables, loop.polarity) == (("a", "f"), Polarity.UNCLEAR)
    (rising,) = _found(tmp_path, text.replace("(4,1),(9,1)", "(9,3)")).loops
    assert (rising.polarity, rising.basis) == (Polarity.REINFORCING, Basis.RULE)
    assert str(rising) == "a →(+) f →(+) a"


def test_a_chain_of_stages_drains_itself_and_feeds_the_next(tmp_path: Path) -> None:
    text = """s: (s1-s4) ~~|
first: s1 ~~|
later: (s2-s4) ~~|
before: (s1-s3) -> later ~~|
x[first] = INTEG(-x[first]/2, 8) ~ ~ |
x[later] = INTEG(x[before]/2 - x[later]/2, 0) ~ ~ |"""
    (loop,) = _found(tmp_path, text).loops
    assert (loop.variables, loop.polarity) == (("x",), Polarity.BALANCING)


def test_every_loop_is_found_once_and_through_one_variable_those_that_pass_it(
    tmp_path: Path,
) -> None:
    names = "abcd"
    flows = {name: "+".join(other for other in names if other != name) for name in names}
    text = "\n".join(f"{name} = INTEG({flows[name]}, 1) ~ ~ |" for name in names)
    every = _found(tmp_path, text, run=False)
    assert every.complete
    assert len(every.loops) == 6 + 8 + 6  # cycles of the complete graph of four
    kinds = {frozenset(pairwise((*loop.variables, loop.variables[0]))) for loop in every.loops}
    assert len(kinds) == 20
    through = _found(tmp_path, text, "b", run=False)
    assert len(through.loops) == 3 + 6 + 6
    assert all(loop.variables[0] == "b" for loop in through.loops)
    assert {loop.polarity for loop in through.loops} == {Polarity.REINFORCING}


def test_a_large_model_is_cut_and_says_so() -> None:
    model = load_model(HALTON).model
    found = loops_of(links_of(model), "waiting for support", 12)
    assert len(found.loops) == 12
    assert not found.complete
    lengths = [len(loop.variables) for loop in found.loops]
    assert lengths == sorted(lengths)
    assert found.length <= lengths[-1] <= found.length + 1
    assert "waiting for support" in found.circling


def test_no_loops_is_said_of_the_whole_model(tmp_path: Path) -> None:
    found = _found(tmp_path, "a = Time ~ ~ |\nb = a*2 ~ ~ |", run=False)
    assert (found.loops, found.complete, found.circling) == ((), True, ())


UNARY = ("negative", "abs", "sqrt", "exp", "arctan", "integer")
BINARY = ("+", "-", "*", "/", "min", "max", "zidz", "^")
LEAVES = st.one_of(
    st.sampled_from("xyz").map(Reference),
    st.floats(0.5, 3.0).map(lambda value: Number(round(value, 1))),
)


def _call(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    unary = st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(UNARY), inner)
    binary = st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from(BINARY), inner, inner)
    condition = st.builds(lambda a, b: Call("<", (a, b)), inner, inner)
    chosen = st.builds(lambda c, a, b: Call("if_then_else", (c, a, b)), condition, inner, inner)
    return unary | binary | chosen


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(LEAVES, _call, max_leaves=6)


def _value(node: Expression, values: dict[str, float]) -> float:
    match node:
        case Number(value):
            return value
        case Reference(name):
            return values[name]
        case Call(function, arguments):
            parts = [np.float64(_value(argument, values)) for argument in arguments]
            return float(FUNCTIONS[function].numpy(*parts))
    raise AssertionError(node)


def _divides(node: Expression) -> bool:
    return isinstance(node, Call) and (
        node.function in ("/", "zidz") or any(map(_divides, node.arguments))
    )


@given(EXPRESSIONS, st.lists(st.floats(-2.0, 2.0), min_size=3, max_size=3), st.floats(0.01, 2.0))
def test_no_difference_goes_against_the_signs(
    expression: Expression, low: list[float], push: float
) -> None:
    """A value that changes by a push of one variable changes as the signs allow, if smoothly."""
    ranges = {name: (at, at + push) for name, at in zip("xyz", low, strict=True)}
    response = Responses(ranges, {}).of(expression)
    start = dict(zip("xyz", low, strict=True))
    with np.errstate(all="ignore"):
        for name in "xyz":
            before, after = (
                _value(expression, {**start, name: start[name] + step}) for step in (0.0, push)
            )
            if not np.isfinite([before, after]).all() or _divides(expression):
                continue  # a pole between the two, where a difference says nothing of the slope
            signs = response.signs.get(name, 0)
            for value in (before, after):
                assert response.values[0] - 1e-9 <= value <= response.values[1] + 1e-9
            if abs(after - before) > 1e-9 * max(1.0, abs(before), abs(after)):
                assert signs & (RISES if after > before else FALLS), (signs, before, after)


@pytest.mark.parametrize(
    ("function", "low", "high", "signs"),
    [
        ("/", (1.0, 2.0), (1.0, 2.0), (RISES, FALLS)),
        ("/", (-2.0, -1.0), (1.0, 2.0), (RISES, RISES)),
        ("*", (-1.0, 1.0), (1.0, 2.0), (RISES, BOTH)),
        ("max", (0.0, 1.0), (2.0, 3.0), (0, RISES)),
    ],
)
def test_signs_of_one_call(
    function: str, low: tuple[float, float], high: tuple[float, float], signs: tuple[int, int]
) -> None:
    call = Call(function, (Reference("a"), Reference("b")))
    found = Responses({"a": low, "b": high}, {}).of(call).signs
    assert (found.get("a", 0), found.get("b", 0)) == signs
