"""Evaluation order: circles are named, and element-wise chains are not mistaken for circles."""

from __future__ import annotations

from pathlib import Path

import pytest

from upshift.model.engine import load_model, simulate
from upshift.model.errors import InputError

CONTROL = """
INITIAL TIME= 0 ~~|
FINAL TIME= 2 ~~|
TIME STEP= 0.5 ~~|
SAVEPER= 1 ~~|
"""


def _write(folder: Path, equations: str) -> Path:
    path = folder / "model.mdl"
    path.write_text("{UTF-8}\n" + equations + CONTROL, encoding="utf-8")
    return path


def test_a_circle_is_printed_as_a_path(tmp_path: Path) -> None:
    path = _write(tmp_path, "a= b + 1 ~~|\nb= c*2 ~~|\nc= a ~~|\n")
    with pytest.raises(InputError, match="Circular") as caught:
        load_model(path)
    assert all(f"'{name}'" in str(caught.value) for name in "abc")
    assert "->" in str(caught.value)


def test_a_circle_of_initial_values_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path, "s= INTEG(1, t) ~~|\nt= s*2 ~~|\n")
    with pytest.raises(InputError, match="Circular initial values"):
        load_model(path)


def test_a_chain_along_one_subscript_is_no_circle(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        "d: x, y, z ~~|\nlater: y, z -> earlier ~~|\nearlier: x, y ~~|\n"
        "a[x]= 1 + Time ~~|\na[y]= a[x]*2 ~~|\na[z]= a[y]*2 ~~|\n",
    )
    run = simulate(load_model(path), {}, ["a"])
    assert run.values[0, -1].tolist() == [3.0, 6.0, 12.0]
