"""Each kind of bad model file is refused with a message that names the place and the cure."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest

from upshift.model.engine import oracle
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read
from upshift.model.errors import InputError

BAD = Path(__file__).parents[1] / "bad_inputs"

MESSAGES = {
    "allocate_part.mdl": r"ALLOCATE BY PRIORITY in the equation of 'x' must .* ELMCOUNT\(area\)",
    "array_of_wrong_size.mdl": r"'x' lists 2 numbers for 3 elements",
    "binary.mdl": r"binary\.mdl is not a text file",
    "broken_equation.xmile": r"not understood at '1» \+ \* 2'",
    "call_of_a_variable.mdl": r"'effect' is called like a function in the equation of 'x'",
    "circular.mdl": r"price → demand → supply → price",
    "circular_range.mdl": r"in terms of itself: a → b → a",
    "circular_start.mdl": r"Circular definition at the start: a → b → a",
    "code_in_lookup_limits.mdl": r"'\[\(\)\.__class__\.__name__\]' is not a number",
    "conveyor.xmile": r"uses <conveyor>, which is not supported",
    "data_without_numbers.mdl": r"'observed' is a data variable without numbers.*GET DIRECT DATA",
    "defined_twice.mdl": r"'x\[east\]' is defined by two equations",
    "delay_fixed.mdl": r"delay time of DELAY FIXED in the equation of 'x' is not known when",
    "elm_map_of_scalar.mdl": r"VECTOR ELM MAP in the equation of 'x' takes an element of",
    "elm_map_too_large.mdl": r"VECTOR ELM MAP .* 900 elements of 'y'; at most 500",
    "element_not_in_range.mdl": r"'x' has no element north; its subscript 'area' has east, west",
    "element_without_equation.mdl": r"'x\[R2, C2\]' has no equation",
    "empty.mdl": r"empty\.mdl is empty",
    "get_time_value_date.mdl": r"GET TIME VALUE in the equation of 'x' is supported as GET TIME",
    "graph_of_words.xmile": r"graphical function of 'effect' lists 'low,high', which are no",
    "graph_without_x.xmile": r"graphical function of 'x' has 3 y values and 2 x values",
    "invert_matrix_of_vector.mdl": r"INVERT MATRIX in the equation of 'x' takes a variable whose",
    "latin_1.mdl": r"not valid UTF-8 \(byte 10\)",
    "lookup_invert.mdl": r"LOOKUP INVERT reads 'effect', whose y values neither all rise nor",
    "lookup_of_a_variable.mdl": r"LOOKUP FORWARD in the equation of 'x' takes the name of a lookup",
    "lookup_without_argument.mdl": r"'effect' is used without an argument in the equation of 'x'",
    "macro.mdl": r"macro TWICE is called inside a sum over 'area', which is a subscript of",
    "macro_calls_itself.mdl": r"macro TWICE calls itself, in the equation of 'x'",
    "macro_of_two_values.mdl": r"macro TWICE does not define B, a value it returns",
    "macro_one_argument.mdl": r"macro TWICE takes 2 arguments, but has 1 in the equation of 'x'",
    "mapping_of_unequal_size.mdl": r"'area' has 2 elements but maps to 'town', which has 3",
    "mapping_with_elements.mdl": r"'area' has 2 elements but maps to 'town', and lists 1",
    "mark_outside_sum.mdl": r"'x\[area!\]' in the equation of 'y': '!' is only allowed inside SUM",
    "missing_bracket.mdl": r"cannot read the equation 'broken = \(good \+ 1'",
    "missing_data_file.mdl": r"'observed' reads absent\.csv, which is not beside the model",
    "module.xmile": r"The module 'part' has no <model name=…> in the same file",
    "module_in_itself.xmile": r"The module 'part' holds itself",
    "module_without_source.xmile": r"input 'part.y' comes from 'absent', which is missing",
    "no_equation_yet.mdl": r"'x' has no equation yet",
    "no_final_time.mdl": r"does not define FINAL TIME",
    "no_variables.xmile": r"holds no variables",
    "not_supported_yet.mdl": r"RANDOM PINK NOISE, used in the equation of 'x', is not support",
    "not_well_formed.xmile": r"not well-formed XML: .*mismatch.*line 1",
    "not_xmile.xml": r"its root is <page>, not <xmile>",
    "order_that_varies.mdl": r"The order of SMOOTH N must be a whole number from 1 to 1000",
    "range_of_a_million.xmile": r"range 'area' has 1,000,000 elements; at most 10,000",
    "range_without_elements.xmile": r"The subscript range 'town' has no elements",
    "raw_data.mdl": r"'observed' needs a number in text_in_data\.csv, but found 'many'",
    "vector_from_scalar.mdl": r"VECTOR function in the equation of 'x' takes a variable and its",
    "vector_lookup_mode.mdl": r"VECTOR LOOKUP in the equation of 'x' supports the modes 0 ",
    "vector_lookup_one.mdl": r"VECTOR LOOKUP in the equation of 'x' needs a vector of two",
    "vector_of_formula.mdl": r"VECTOR function in the equation of 'x' takes a variable whose last",
    "vector_select_action.mdl": r"VECTOR SELECT in the equation of 'x' has the numerical action 11",
    "vector_select_nothing.mdl": r"VECTOR SELECT in the equation of 'x' selects over nothing",
    "repeated_lookup_point.mdl": r"The points of 'effect' repeat an x value",
    "smooth_one_argument.mdl": r"'x = SMOOTH\(Time\)': a function has the wrong number",
    "subscript_not_on_left.mdl": r"left-hand side has no subscript 'area'.*SUM\(x\[area!\]\)",
    "sum_over_nothing.mdl": r"SUM in the equation of 'y' reduces over nothing",
    "text_in_data.mdl": r"'observed' needs a number in text_in_data\.csv, but found 'many'",
    "text_without_equations.mdl": r"holds no Vensim equation",
    "time_step_of_zero.mdl": r"TIME STEP and SAVEPER must be greater than 0",
    "time_step_that_varies.mdl": "TIME STEP changes during a run",
    "twice_the_same.mdl": r"'x' is defined by two equations",
    "unequal_subscripts.mdl": r"'x' is defined both with 0 and with 1 subscripts",
    "unknown_function.mdl": r"no function or lookup SMOOOTH.*'x'.*Did you mean 'SMOOTH'\?",
    "unknown_name.mdl": r"no variable 'watting list'.*'served'.*Did you mean 'waiting list'\?",
    "unknown_subscript.mdl": r"In the equation of 'Y': there is no subscript.* 'esat'",
    "wrong_extension.txt": r"must end in one of \.mdl, \.xmile",
    "wrong_number_of_arguments.mdl": r"MAX takes 2 arguments, but has 3 in the equation of 'x'",
    "wrong_number_of_subscripts.mdl": r"'x' takes 1 subscript \(area\), but is used with 0",
}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_bad_input_is_refused_with_a_clear_message(name: str) -> None:
    with pytest.raises(InputError, match=MESSAGES[name]):
        oracle.run(lower(read(BAD / name)))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no model file at .*absent\.mdl"):
        read(tmp_path / "absent.mdl")
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)


def test_a_run_of_pysd_in_the_same_process_leaves_no_mapping_behind(tmp_path: Path) -> None:
    pysd = pytest.importorskip("pysd")
    source = Path(__file__).parents[1] / "features" / "mapping" / "model.mdl"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pysd.read_vensim(str(shutil.copy(source, tmp_path)))
    ranges = {item.name: item.maps_to for item in read(BAD / "elm_map_too_large.mdl").ranges}
    assert ranges["town"] == ()
