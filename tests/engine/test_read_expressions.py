"""Random formulas mean the same in a model file as in plain arithmetic."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from upshift.model.engine import oracle
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read

Formula = tuple[str, float]  # the text in a model file, and its value

VALUES = {"a": 1.5, "b": -2.0, "c": 0.25}
FRAME = """{UTF-8}
a = 1.5 ~ ~ |
b = -2 ~ ~ |
c = 0.25 ~ ~ |
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 1 ~ ~ |
TIME STEP = 1 ~ ~ |
"""

atoms = st.one_of(
    st.sampled_from(list(VALUES.items())),
    st.integers(0, 9).map(lambda n: (str(n), float(n))),
    st.sampled_from([("2.5", 2.5), ("1e1", 10.0), (".5", 0.5)]),
)


def _truth(value: bool) -> float:
    return 1.0 if value else 0.0


def _joined(left: Formula, right: Formula, how: str) -> Formula:
    (one, x), (two, y) = left, right
    values = {
        "+": x + y,
        "-": x - y,
        "*": x * y,
        "/": x / y if y else math.nan,
        "MIN": min(x, y),
        "MAX": max(x, y),
        "<": _truth(x < y),
        ">=": _truth(x >= y),
        ":AND:": _truth(bool(x) and bool(y)),
        ":OR:": _truth(bool(x) or bool(y)),
        "XIDZ": x / y if abs(y) >= 1e-6 else 7.0,
    }
    if how in ("MIN", "MAX"):
        return f"{how}({one}, {two})", values[how]
    if how == "XIDZ":
        return f"XIDZ({one}, {two}, 7)", values[how]
    return f"({one} {how} {two})", values[how]


def _chosen(test: Formula, then: Formula, otherwise: Formula) -> Formula:
    text = f"IF THEN ELSE({test[0]}, {then[0]}, {otherwise[0]})"
    return text, then[1] if test[1] else otherwise[1]


def _grown(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    ways = ["+", "-", "*", "/", "MIN", "MAX", "<", ">=", ":AND:", ":OR:", "XIDZ"]
    return st.one_of(
        st.builds(_joined, inner, inner, st.sampled_from(ways)),
        st.builds(_chosen, inner, inner, inner),
        inner.map(lambda f: (f"(-({f[0]}))", -f[1])),
        inner.map(lambda f: (f"ABS({f[0]})", abs(f[1]))),
    )


formulas = st.recursive(atoms, _grown, max_leaves=12).filter(lambda f: math.isfinite(f[1]))


def evaluate(texts: list[str]) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.mdl"
        lines = [f"x{i} = {text} ~ ~ |" for i, text in enumerate(texts)]
        path.write_text(FRAME + "\n".join(lines), encoding="utf-8")
        variables = oracle.run(lower(read(path))).variables
    return [float(variables[f"x{i}"][0]) for i in range(len(texts))]


@settings(max_examples=40, deadline=None)
@given(st.lists(formulas, min_size=1, max_size=6))
def test_a_formula_means_what_it_says(chosen: list[Formula]) -> None:
    found = evaluate([text for text, _ in chosen])
    np.testing.assert_allclose(found, [value for _, value in chosen], rtol=1e-12, atol=1e-12)


terms = st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(1, 9)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(st.lists(terms, min_size=1, max_size=6))
def test_unbracketed_sums_and_products_follow_the_usual_precedence(
    chains: list[list[tuple[str, int]]],
) -> None:
    texts, expected = [], []
    for chain in chains:
        texts.append("a " + " ".join(f"{operator} {n}" for operator, n in chain))
        total, product = 0.0, VALUES["a"]
        for operator, n in chain:
            if operator in "*/":
                product = product * n if operator == "*" else product / n
            else:
                total, product = total + product, float(n if operator == "+" else -n)
        expected.append(total + product)
    np.testing.assert_allclose(evaluate(texts), expected, rtol=1e-12, atol=1e-12)
