"""Stocks, flows and causes as a modeller sees them, and the sectors that a file states."""

from __future__ import annotations

from pathlib import Path

import pytest

from upshift.model.engine.build import load_model
from upshift.model.engine.inspection.structure import Structure, structure

FEATURES = Path(__file__).parents[1] / "features"
CONTROLS = """
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 4 ~ ~ |
TIME STEP = 0.5 ~ ~ |
SAVEPER = 1 ~ ~ |
"""
CHAIN = """{UTF-8}
town: east, west ~~|
waiting[town] = INTEG(arriving[town] - (starting[town] + leaving), 5) ~ ~ |
served[town] = INTEG(starting[town] - served[town]/stay, 1) ~ ~ |
after = INTEG(SUM(starting[town!]) - 0, 0) ~ ~ |
seen = INTEG(SUM(served[town!])/stay, 0) ~ ~ |
arriving[town] = DELAY1(need * 2, stay) ~ ~ |
starting[town] = waiting[town]/stay ~ ~ |
leaving = 1 ~ ~ |
need = 3 ~ ~ |
stay = 2 ~ ~ |
"""


def _found(tmp_path: Path, text: str) -> Structure:
    path = tmp_path / "model.mdl"
    path.write_text(text, encoding="utf-8")
    return structure(load_model(path).model)


def test_flows_are_whole_terms_with_their_signs(tmp_path: Path) -> None:
    flows = _found(tmp_path, CHAIN + CONTROLS).flows
    ends = {name: (flow.drained, flow.filled) for name, flow in flows.items()}
    assert ends == {
        "arriving": ([], ["waiting"]),
        "starting": (["waiting"], ["served", "after"]),
        "leaving": (["waiting"], []),
        "_outflow of served": (["served"], []),
        "_inflow of seen": ([], ["seen"]),
    }


def test_a_term_that_one_stock_loses_and_another_gains_is_one_flow(tmp_path: Path) -> None:
    text = """{UTF-8}
a = INTEG(-a/2, 5) ~ ~ |
b = INTEG(a/2, 0) ~ ~ |
"""
    (flow,) = _found(tmp_path, text + CONTROLS).flows.values()
    assert (flow.drained, flow.filled) == (["a"], ["b"])


def test_causes_see_through_what_a_delay_hides(tmp_path: Path) -> None:
    causes = _found(tmp_path, CHAIN + CONTROLS).causes
    assert set(causes["arriving"]) == {"need", "stay"}
    assert set(causes["waiting"]) == {"arriving", "starting", "leaving"}
    assert set(causes["_outflow of served"]) == {"served", "stay"}
    assert causes["need"] == ()


def test_the_guard_of_a_stock_that_cannot_go_below_zero_is_no_flow() -> None:
    found = structure(load_model(FEATURES / "xmile_non_negative" / "model.xmile").model)
    assert found.flows
    assert not [name for name in found.flows if name.startswith("_")]


def _sectors(path: Path) -> dict[str, str]:
    return {name: v.sector for name, v in structure(load_model(path).model).variables.items()}


HEADED = """{UTF-8}
loose = 1 ~ ~ |
********************************************************
 .People and places
********************************************************~
  What lives here | said with a bar |
"odd | name" = loose ~ ~ |
stock[town] = INTEG(1, 2) ~ ~ |
town: east, west ~~|
********************************************************
 .Control
********************************************************~
  The clock
 |
"""


def test_headings_of_a_vensim_file_are_sectors(tmp_path: Path) -> None:
    path = tmp_path / "headed.mdl"
    path.write_text(HEADED.replace(" | said with a bar", "") + CONTROLS, encoding="utf-8")
    sectors = _sectors(path)
    assert sectors["odd | name"] == sectors["stock"] == "People and places"
    assert sectors["loose"] == ""
    assert sectors["TIME STEP"] == "Control"


VIEWS = r"""\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*Supply
$192-192-192,0,Times New Roman|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|96,96,100,0
10,1,made,100,100,40,20,8,3,0,0,0,0,0,0
10,2,"used, at last",200,100,40,20,8,2,0,0,-1,0,0,0
*Use
10,1,"used, at last",200,100,40,20,8,3,0,0,0,0,0,0
///---\\\
"""


def test_views_of_a_sketch_stand_in_where_there_are_no_headings(tmp_path: Path) -> None:
    path = tmp_path / "views.mdl"
    text = '{UTF-8}\nmade = 1 ~ ~ |\n"used, at last" = made ~ ~ |\n' + CONTROLS + VIEWS
    path.write_text(text, encoding="utf-8")
    sectors = _sectors(path)
    assert (sectors["made"], sectors["used, at last"]) == ("Supply", "Use")


def test_groups_and_modules_of_xmile_are_sectors(tmp_path: Path) -> None:
    modules = _sectors(FEATURES / "xmile_modules" / "model.xmile")
    assert (modules["clinic.visits"], modules["seen"]) == ("clinic", "")
    path = tmp_path / "groups.xmile"
    path.write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs><model><variables>"
        '<aux name="own part"><eqn>1</eqn></aux><aux name="rest"><eqn>2</eqn></aux></variables>'
        '<views><view><group name="The\\nfirst"><entity name="own_part"/></group></view></views>'
        "</model></xmile>",
        encoding="utf-8",
    )
    assert _sectors(path) == {"own part": "The first", "rest": ""} | dict.fromkeys(
        [name for name in _sectors(path) if name not in ("own part", "rest")], ""
    )


@pytest.mark.parametrize("name", ["macros", "delay_fixed", "smooth", "mapping", "subscripts"])
def test_every_cause_is_a_shown_variable_or_an_unnamed_flow(name: str) -> None:
    found = structure(load_model(FEATURES / name / "model.mdl").model)
    for variable, causes in found.causes.items():
        for cause in causes:
            assert cause in found.variables or cause in found.flows, variable
