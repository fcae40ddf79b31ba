"""Reading a model file: what it accepts, and what it must never do."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from upshift.model.engine.read import read
from upshift.model.engine.syntax import Apply, Literal, Name, Node
from upshift.model.errors import InputError

CONTROL = """
INITIAL TIME = 0 ~ Month ~ |
FINAL TIME = 4 ~ Month ~ |
TIME STEP = 1 ~ Month ~ |
SAVEPER = 1 ~ Month ~ |
"""


def write(folder: Path, text: str, encoding: str = "utf-8", header: str = "{UTF-8}") -> Path:
    path = folder / "model.mdl"
    path.write_text(f"{header}\n{text}\n{CONTROL}", encoding=encoding)
    return path


def right_hand_side(folder: Path, expression: str) -> Node:
    model = read(write(folder, f"x = {expression} ~ ~ |"))
    return next(element for element in model.elements if element.name == "x").components[0].node


def test_nothing_is_written_beside_the_model(tmp_path: Path) -> None:
    path = write(tmp_path, "x = SMOOTH(Time, 2) ~ ~ |")
    before = path.read_bytes()
    read(path)
    assert [file.name for file in tmp_path.iterdir()] == ["model.mdl"]
    assert path.read_bytes() == before


def test_code_in_a_model_file_is_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = f"open('{trace}', 'w') or (0,0),(1,1)"
    path = write(tmp_path, f"effect([{code}],(0,0),(1,1)) ~ ~ |\nx = effect(Time) ~ ~ |")
    with pytest.raises(InputError, match="is not a number"):
        read(path)
    assert not trace.exists()


def test_the_parser_is_left_as_it_was(tmp_path: Path) -> None:
    from pysd.translators.vensim import vensim_element  # noqa: PLC0415

    read(write(tmp_path, "x = 1 ~ ~ |"))
    assert getattr(vensim_element, "eval", builtins.eval) is builtins.eval
    assert vensim_element.EquationVisitor.visit_neg_expr.__module__ == vensim_element.__name__


def test_the_encoding_the_file_states_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, "Größe = 1 ~ ~ |", "windows-1252", "{windows-1252}")
    assert read(path).elements[0].name == "Größe"


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    assert read(write(tmp_path, "x = 1 ~ ~ |", "utf-8-sig")).elements[0].name == "x"


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="encoded as 'klingon', which is not known"):
        read(write(tmp_path, "x = 1 ~ ~ |", header="{klingon}"))


def test_comments_in_braces_are_skipped_but_not_in_quoted_names(tmp_path: Path) -> None:
    path = write(tmp_path, '"a {b}" = 1 {not read} + y ~ ~ |\ny = 1 ~ ~ |')
    element = read(path).elements[0]
    assert element.name == '"a {b}"'
    assert element.components[0].node == Apply("+", (Literal(1.0), Name("y")))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 + 2", 3), ("1 -2", -1), ("-4", -4), ("+ 3", 3), ("1e3", 1000), (".5", 0.5), ("2.", 2)],
)
def test_literal_numbers_and_their_sums(tmp_path: Path, text: str, value: float) -> None:
    assert right_hand_side(tmp_path, text) == Literal(float(value))


def test_sums_join_from_the_left_and_powers_from_the_right(tmp_path: Path) -> None:
    a, b, c = Name("a"), Name("b"), Name("c")
    assert right_hand_side(tmp_path, "a - b + c") == Apply("+", (Apply("-", (a, b)), c))
    assert right_hand_side(tmp_path, "a ^ b ^ c") == Apply("^", (a, Apply("^", (b, c))))
    two = Literal(2.0)
    assert right_hand_side(tmp_path, "-2 ^ 2") == Apply("negative", (Apply("^", (two, two)),))
    assert right_hand_side(tmp_path, "(-2) ^ 2") == Apply("^", (Literal(-2.0), two))
    negated = Apply("negative", (Apply("^", (a, b)),))
    assert right_hand_side(tmp_path, "-a ^ b") == negated


def test_and_binds_before_or(tmp_path: Path) -> None:
    a, b, c = (Apply(">", (Name(name), Literal(0.0))) for name in "abc")
    found = right_hand_side(tmp_path, "a > 0 :OR: b > 0 :AND: c > 0")
    assert found == Apply("or", (a, Apply("and", (b, c))))


def test_units_limits_and_documentation_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "x = 1 ~ person/Year [0,?,5] ~ How\n\tmany. |")
    element = read(path).elements[0]
    assert (element.units, element.limits, element.meaning) == (
        "person/Year",
        (0.0, None),
        "How many.",
    )


def test_groups_and_the_sketch_are_skipped(tmp_path: Path) -> None:
    group = "****\n\t.Group\n****~\n\tA title\n\t|\n"
    path = write(tmp_path, f"{group}x = 1 ~ ~ |")
    path.write_text(path.read_text() + "\\\\\\---/// Sketch information\n*View 1\n///---\\\\\\\n")
    names = {element.name for element in read(path).elements}
    assert names == {"x", "INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"}
