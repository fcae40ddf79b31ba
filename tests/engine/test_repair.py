"""Each repair of a model file before parsing, and what it must leave alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from upshift.model.engine import oracle
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read, repairs
from upshift.model.engine.repair_vensim import mappings, vensim_text
from upshift.model.errors import InputError

STANDARD = ' xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"'
MODEL = """<xmile version="1.0"{space}>
<sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs>
<model>{variables}</model>
</xmile>"""


def last(folder: Path, text: str, name: str, suffix: str = "xmile") -> float:
    path = folder / f"model.{suffix}"
    path.write_text(text, encoding="utf-8")
    return float(oracle.run(lower(read(path))).variables[name][-1])


@pytest.mark.parametrize(
    "space",
    [
        STANDARD,
        "",
        ' xmlns="http://www.systemdynamics.org/XMILE"',
        " xmlns='http://iseesystems.com/XMILE' level='3'",
        ' xmlns:isee="http://iseesystems.com/XMILE"',
    ],
)
@pytest.mark.parametrize("suffix", ["xmile", "stmx", "itmx"])
def test_name_spaces_of_any_age_and_vendor(tmp_path: Path, space: str, suffix: str) -> None:
    variables = '<variables><aux name="x"><eqn>TIME * 2</eqn></aux></variables>'
    text = MODEL.format(space=space, variables=variables)
    assert last(tmp_path, text, "x", suffix) == 4.0


def test_a_foreign_name_space_is_still_refused(tmp_path: Path) -> None:
    text = MODEL.format(space=' xmlns="http://example.org/page"', variables="")
    with pytest.raises(InputError, match="no XMILE model"):
        last(tmp_path, text, "x")


def test_variables_that_stand_in_the_model_itself(tmp_path: Path) -> None:
    text = MODEL.format(space=STANDARD, variables='<aux name="x"><eqn>TIME + 1</eqn></aux>')
    assert last(tmp_path, text, "x") == 3.0


def test_a_missing_end_tag_ends_at_the_next_variable(tmp_path: Path) -> None:
    variables = (
        '<variables><aux name="x"><eqn>y</eqn><!-- <aux name="z"> --><aux name="y"><eqn>5</eqn>'
        '</aux><flow name="last"><eqn>x + y</eqn></variables>'
    )
    assert last(tmp_path, MODEL.format(space=STANDARD, variables=variables), "last") == 10.0


def test_lookup_of_a_graphical_function_leaves_the_variable_its_own_value(tmp_path: Path) -> None:
    variables = (
        '<variables><aux name="my curve"><eqn>0</eqn><gf><xpts>0,2</xpts><ypts>1,9</ypts></gf>'
        "</aux>"
        '<aux name="x"><eqn>LOOKUP(My_Curve, TIME) + 100 * my_curve</eqn></aux></variables>'
    )
    assert last(tmp_path, MODEL.format(space=STANDARD, variables=variables), "x") == 109.0


def test_flows_with_odd_names(tmp_path: Path) -> None:
    variables = (
        '<variables><stock name="s"><eqn>1</eqn><inflow>in/out_(all)</inflow></stock>'
        '<flow name="in/out (all)"><eqn>3</eqn></flow></variables>'
    )
    assert last(tmp_path, MODEL.format(space=STANDARD, variables=variables), "s") == 7.0


def test_comments_and_dollars_go_macros_come_first_and_quoted_names_stay() -> None:
    macro = ":MACRO: F(a) F = a*TIME STEP $ + b$ ~ ~ | :END OF MACRO:"
    text = vensim_text('{UTF-8} x = 1 {one} + "a {b}" ~ $ ~ |' + macro + "y = F(x) ~ ~ |")
    assert " ".join(text.split()) == (
        ":MACRO: F(a) F = a*TIME STEP + b ~ ~ | :END OF MACRO: "
        'x = 1 + "a {b}" ~ $ ~ | y = F(x) ~ ~ |'
    )


def test_a_data_variable_without_keyword_is_interpolated() -> None:
    assert ":INTERPOLATE:" in vensim_text("observed sales ~ Unit ~ from a file |")
    for other in ("x = y ~ ~ |", "**** .Group **** ~ text |", "t((0,0),(1,1)) ~ ~ |"):
        assert ":INTERPOLATE:" not in vensim_text(other)


def test_repairs_take_time_in_proportion_to_the_text() -> None:
    call = ":MACRO: a(b:c) a=1~~|:END OF MACRO: x=a(1:y)~~|"
    for piece in (":MACRO: ", '"', "a b", "{", "~", "x:a->(b:", call):
        begin = time.process_time()
        vensim_text(piece * 100_000)
        mappings(piece * 100_000)
        assert time.process_time() - begin < 5, piece


def test_an_initial_value_of_an_auxiliary_counts_only_at_the_start(tmp_path: Path) -> None:
    variables = (
        '<variables><aux name="x"><eqn>TIME</eqn><init_eqn>7</init_eqn></aux>'
        '<stock name="s"><eqn>x</eqn></stock></variables>'
    )
    text = MODEL.format(space=STANDARD, variables=variables)
    assert last(tmp_path, text, "s") == 7.0
    assert last(tmp_path, text, "x") == 2.0


def test_repairs_are_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    clock = "INITIAL TIME=0~~|FINAL TIME=1~~|TIME STEP=1~~|SAVEPER=1~~|"
    path.write_text(f'{{UTF-8}}\n"quoted {{name}}"=1~~|x=2~~|{clock}', encoding="utf-8")
    assert repairs(path) == ()
    path.write_text(
        "{UTF-8}\na= 1 {one} + 2 {two}~~|seen~~|curve(0,1,2, 3,4,5)~~|\n"
        ":MACRO: GROWN(x)\nGROWN = INTEG(x*TIME STEP$, 0)~~|\n:END OF MACRO:\n" + clock,
        encoding="utf-8",
    )
    assert repairs(path) == (
        "comments in braces are taken out: 2",
        "macros are put before the equations: 1",
        "the $ of names such as TIME STEP$ is taken out of macros: 1",
        "data variables without a keyword are interpolated: seen",
        "lookups that list all x, then all y, are put in pairs: curve",
    )


def test_repairs_of_xmile_are_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "model.xmile"
    variables = '<variables><aux name="x"><eqn>TIME * 2</eqn></aux></variables>'
    path.write_text(MODEL.format(space=STANDARD, variables=variables), encoding="utf-8")
    assert repairs(path) == ()
    variables = '<aux name="x"><eqn>IF TIME = 1 THEN 2 ELSE 3</eqn></aux>'
    text = MODEL.format(space=' xmlns="http://iseesystems.com/XMILE"', variables=variables)
    path.write_text(text.replace("<dt>1</dt>", ""), encoding="utf-8")
    assert [one.split()[:3] for one in repairs(path)] == [
        ["the", "name", "space"],
        ["variables", "that", "stand"],
        ["a", "time", "step"],
        ["equations", "are", "put"],
    ]
