"""Generated source is plain: it imports the lanes alone, and no text of a model becomes code."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from upshift.model.engine import compile_model, load_model

MIXED = Path(__file__).parent / "models" / "mixed.mdl"


def _calls(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_generated_source_imports_the_lanes_and_calls_nothing_else() -> None:
    tree = ast.parse(load_model(MIXED).source)
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in imports] == ["from upshift.model.engine import lanes"]
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    others = {call for call in _calls(tree) if not call.startswith("lanes.")} - own
    assert others <= {"range", "min"}


def test_each_statement_is_preceded_by_its_equation() -> None:
    source = load_model(MIXED).source
    for line in ("# total = SUM(People[region!, age!])", "# deaths[region, age] = "):
        assert line in source


@pytest.mark.parametrize("ending", ["\r", "\n", "\x0c", "\u2028", "\x00", '"""\n', "\\"])
def test_no_text_of_a_model_becomes_code(ending: str) -> None:
    """Names and equations end up in comments; a line end hidden in one must not end the comment."""
    clean = load_model(MIXED)
    hostile = f"x{ending}raise SystemExit('owned')"
    model = replace(
        clean.model,
        name=hostile,
        equations=tuple(replace(e, text=hostile) for e in clean.model.equations),
    )
    compiled = compile_model(model)
    assert hostile.split("raise")[1] in compiled.source
    assert ast.dump(_body(compiled.source)) == ast.dump(_body(clean.source))


def _body(source: str) -> ast.Module:
    """The syntax tree without the module's docstring."""
    tree = ast.parse(source)
    return ast.Module(tree.body[1:], type_ignores=[])
