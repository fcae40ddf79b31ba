"""The plan is a living document: tables open and close as data, without a line of code."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, load_model, simulate
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read
from upshift.model.engine.units import check_units
from upshift.model.errors import InputError
from upshift.model.halton.registry import load_registry
from upshift.model.halton.tables import HOME, NewTable, close_table, main, open_table

NEW = NewTable("opioids", "alcohol", 2029.0, 0.3)
TOTALS = (
    *("cumulative contacts", "cumulative service use", "cumulative marginal cost"),
    *("cumulative induced cost", "people by zone and municipality", "total residents"),
)


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example: an opioids table opens in 2029, the one for dual diagnosis closes."""
    opened = tmp_path_factory.mktemp("tables") / "opened"
    assert main(["open", "opioids", "--like", "alcohol", "--share", "0.3", "--year", "2029",
                 "--to", str(opened)]) == 0  # fmt: skip
    close_table(opened, opened, "dual diagnosis", 2031.0)
    return opened


@pytest.fixture(scope="module", name="eight")
def _eight(folder: Path) -> CompiledModel:
    return load_model(folder / "halton.mdl")


def _columns(model: CompiledModel, values: Any, names: Any) -> tuple[Any, dict[str, Any]]:
    run = simulate(model, values, names)
    return run.time, {name: run.values[0, :, i] for i, name in enumerate(run.outputs)}


def test_eight_tables_have_every_equation_unit_and_row(folder: Path, eight: CompiledModel) -> None:
    assert len(eight.dimensions["action table"].elements) == 8
    assert "opioids table" in eight.dimensions["lever"].elements
    assert not check_units(lower(read(folder / "halton.mdl")))
    registry = load_registry(folder / "parameters.csv")
    for name, value in eight.constants.items():
        for column, number in zip(eight.columns(name), np.ravel(value), strict=True):
            assert registry.row(column).value == pytest.approx(number, rel=1e-12), column
    assert len(registry.rows) == sum(np.size(value) for value in eight.constants.values())
    copied = [row for row in registry.rows if "opioids" in row.element]
    assert {row.grade for row in copied} == {"D"}
    assert all(row.note.startswith("as alcohol") for row in copied)
    with (folder / "action_tables.csv").open(encoding="utf-8", newline="") as file:
        tables = {row["element"]: row for row in csv.DictReader(file)}
    assert tables["opioids"]["opening year"] == "2029"
    assert tables["dual diagnosis"]["closing year"] == "2031"


def test_a_table_that_opens_takes_people_and_calls_over_and_counts_nobody_twice(
    halton: Any, eight: CompiledModel
) -> None:
    """Until its numbers are changed and money comes, nothing but the bookkeeping differs."""
    still = {"table closing": 2200.0}
    _, before = _columns(halton.model, still, TOTALS)
    _, after = _columns(eight, still, TOTALS)
    assert after.keys() == before.keys()
    for column, series in before.items():
        np.testing.assert_allclose(after[column], series, rtol=1e-9, atol=1e-9, err_msg=column)


def test_money_flows_through_a_table_only_while_it_is_open(eight: CompiledModel) -> None:
    money = {"additional spending": 5e5, "spending start": 2027.0}
    names = ("cumulative programme cost by lever", "cumulative crisis onsets", "table staff")
    time, rich = _columns(eight, money, names)
    _, poor = _columns(eight, {}, names)
    spent = rich["cumulative programme cost by lever[opioids table]"]
    assert not spent[time <= 2029].any()
    assert spent[-1] > spent[time == 2030] > 0
    fewer = (rich["cumulative crisis onsets[opioids]"] - poor["cumulative crisis onsets[opioids]"])[
        -1
    ]
    assert fewer < 0
    closed = rich["cumulative programme cost by lever[dual diagnosis table]"]
    assert closed[time == 2031] > 0
    assert np.all(closed[time >= 2031] == closed[-1])
    staff = rich["table staff[dual diagnosis]"]
    assert staff[time == 2031] > 1
    assert staff[time == 2045] < 0.01


def test_a_table_that_closes_lets_places_decay_and_nobody_vanishes(halton: Any) -> None:
    names = (
        *("in prevention support", "total residents", "accounted residents", "places"),
        *("cumulative crisis onsets", "starting support"),
    )
    closing = {"table closing[alcohol]": 2030.0, "share of places that end with a table": 1.0}
    before, after = halton.run({}, *names), halton.run(closing, *names)
    year = before.time
    for name in ("total residents", "accounted residents"):
        np.testing.assert_allclose(after.total(name), before.total(name), rtol=1e-12)
    until = year <= 2030
    for column, series in before.columns.items():
        assert np.array_equal(after.columns[column][0, until], series[0, until]), column
    column = "in prevention support[Oakville, alcohol]"
    supported = after.columns[column][0, year >= 2030]
    assert np.all(np.diff(supported) < 0), "people finish, fewer start"
    assert 0 < supported[-1] < 0.05 * supported[0]
    assert supported[1] > 0.4 * supported[0], "nobody is sent away on the day"
    onsets = "cumulative crisis onsets[alcohol]"
    assert after.columns[onsets][0, -1] > before.columns[onsets][0, -1]
    assert np.all(after.total("places") > 0)


def test_action_tables_file_agrees_with_the_registry(halton: Any) -> None:
    with (halton.folder / "action_tables.csv").open(encoding="utf-8", newline="") as file:
        tables = list(csv.DictReader(file))
    assert tuple(row["element"] for row in tables) == halton.elements("action table")
    value = {row.column: row.value for row in halton.registry.rows}
    names = {row.name for row in halton.registry.rows}
    for row in tables:
        element = row["element"]
        assert float(row["opening year"]) == value[f"table opening[{element}]"]
        assert float(row["closing year"]) == value[f"table closing[{element}]"]
        for payer in halton.elements("payer"):
            share = value[f"payer share of programme[{row['lever']}, {payer}]"]
            assert float(row[f"share {payer}"]) == share, (element, payer)
        assert {name for name in row["other effects"].split(";") if name} <= names
        assert row["cost per person known"] in ("yes", "no")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (NewTable("opioids", "alcool", 2028), "There is no action table 'alcool'.*alcohol"),
        (NewTable("alcohol", "dual diagnosis", 2028), "has 'alcohol' already"),
        (NewTable("persistent", "alcohol", 2028), "has 'persistent' already"),
        (NewTable("Opioids!", "alcohol", 2028), "is no name for a table"),
        (NewTable("opioids", "alcohol", 1999), "between 2011 and 2200"),
        (NewTable("opioids", "alcohol", 2028, 1.0), "between 0 and 1"),
        (NewTable("opioids", "youth mental health", 2028), "structure of its own"),
    ],
)
def test_a_table_that_cannot_open_is_refused_and_writes_nothing(
    new: NewTable, expected: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=expected):
        open_table(HOME, tmp_path / "new", new)
    assert not (tmp_path / "new").exists()


def test_folders_are_not_written_over(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        open_table(HOME, tmp_path, NEW)
    with pytest.raises(InputError, match="stays as it is"):
        close_table(HOME, HOME, "alcohol", 2030)
    with pytest.raises(InputError, match="cannot be read"):
        close_table(tmp_path, tmp_path, "alcohol", 2030)
    close = ["close", "alcoholl", "--year", "2030", "--to", str(tmp_path / "new")]
    assert main(close) == 2
    assert "Did you mean 'alcohol'" in capsys.readouterr().err
