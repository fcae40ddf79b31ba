"""``upshift model info|equations|units|loops``: what a researcher reads of any model."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]
BAD = Path(__file__).parents[1] / "bad_inputs"
FEATURES = Path(__file__).parents[1] / "features"


def test_info_counts_and_names_what_a_model_holds(upshift: Run, tiny: Path) -> None:
    lines = upshift("model", "info", tiny).stdout.splitlines()
    assert "Variables:     6 constant, 1 auxiliary, 1 stock, 1 flow of a stock" in lines
    assert "Time:          0 to 2 in steps of 0.5, saved every 1; method euler" in lines
    assert "  group: left, right" in lines
    assert "Unit problems: 0" in lines


def test_info_names_features_files_and_what_shaped_the_model(upshift: Run) -> None:
    said = json.loads(
        upshift("model", "info", FEATURES / "external" / "model.mdl", "--json").stdout
    )
    assert set(said["files"]) == {"across.csv", "numbers.csv", "series.csv"}
    assert said["counts"]["data"] > 0
    said = json.loads(
        upshift("model", "info", FEATURES / "delay_fixed" / "model.mdl", "--json").stdout
    )
    assert "DELAY FIXED" in said["features"]
    assert upshift("model", "info", "halton").stdout.startswith("Model:         halton\n")


def test_info_lists_what_was_repaired_before_parsing(upshift: Run, tiny: Path) -> None:
    lines = upshift("model", "info", FEATURES / "macros_anywhere" / "model.mdl").stdout.splitlines()
    after = lines[lines.index("Repaired:") :]
    assert "  macros are put before the equations: 1" in after
    assert "nothing" in upshift("model", "info", tiny).stdout.splitlines()[-1]


def test_one_equation_with_all_that_belongs_to_it(upshift: Run, tiny: Path) -> None:
    done = upshift("model", "equations", tiny, "LEAK", "--source")
    text, _, source = done.stdout.partition("\n\n")
    assert text.splitlines() == [
        "leak: What leaks away.",
        "Kind: auxiliary",
        "Unit: litre/Minute",
        "Subscript group: left, right",
        "Equation:",
        "    leak[group] = Water[group] * share",
        "Depends on: Water, share",
        "Used by: Water",
    ]
    assert "# leak[group] = Water[group] * share" in source
    reads = [line for line in source.splitlines() if "lanes.load" in line]
    assert sorted(line.rpartition("# ")[2] for line in reads) == ["Water", "share"]
    assert "for i0 in range" in source


def test_source_holds_what_the_statements_use_and_no_other_equation(upshift: Run) -> None:
    done = upshift("model", "equations", "halton", "waiting time", "--source")
    source = done.stdout.partition("\n\n")[2]
    comments = [line for line in source.splitlines() if line.strip().startswith("# ")]
    assert len(comments) == 2
    assert all("waiting time[" in line for line in comments)
    assert upshift("model", "equations", "halton", "longest wait", "--source").stdout.endswith(
        "A constant: no statement computes it.\n"
    )


def test_source_of_a_sum_holds_its_loop_and_where_it_is_kept(upshift: Run, tmp_path: Path) -> None:
    path = tmp_path / "sums.mdl"
    clock = "INITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n"
    sums = "d: a, b ~~|\nx[d] = Time ~~|\ny[d] = Time^2 ~~|\none = SUM(x[d!]) ~~|\n"
    path.write_text(f"{{UTF-8}}\n{sums}two = SUM(y[d!]) ~~|\n{clock}", encoding="utf-8")
    for name, other in (("one", "y"), ("two", "x")):
        done = upshift("model", "equations", path, name, "--source")
        source = done.stdout.partition("\n\n")[2]
        assert f"# {name} = SUM(" in source
        assert "for i0 in range" in source
        assert source.rstrip().endswith(f"# {name}")
        assert f"  # {other}\n" not in source


def test_all_equations_as_text_csv_and_json(upshift: Run, tiny: Path) -> None:
    text = upshift("model", "equations", tiny).stdout
    assert "Water (litre), stock\n    What is left.\n" in text
    rows = list(csv.DictReader(io.StringIO(upshift("model", "equations", tiny, "--csv").stdout)))
    assert [row["name"] for row in rows][:3] == ["Water", "leak", "start"]
    assert rows[0]["reads"] == "leak; start"
    assert rows[3]["limits"] == "0.0; 1.0"
    listed = json.loads(upshift("model", "equations", tiny, "--json").stdout)
    assert listed[1]["read_by"] == ["Water"]
    assert listed[1]["equations"] == ["leak[group] = Water[group] * share"]


def test_long_equations_are_whole(upshift: Run, tmp_path: Path) -> None:
    path = tmp_path / "long.mdl"
    terms = " + ".join(f"Time * {n}" for n in range(100))
    clock = "INITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n"
    path.write_text(f"{{UTF-8}}\nx = {terms} ~ ~ |\n{clock}", encoding="utf-8")
    (entry,) = json.loads(upshift("model", "equations", path, "x", "--json").stdout)
    assert entry["equations"] == [f"x = {terms}"]
    source = upshift("model", "equations", path, "x", "--source").stdout.partition("\n\n")[2]
    assert max(len(line) for line in source.splitlines() if line.strip().startswith("#")) < 200


def test_units_are_listed_and_a_mismatch_shows_both_sides(upshift: Run, tiny: Path) -> None:
    said = upshift("model", "units", tiny).stdout
    assert "leak          litre/Minute\n" in said
    assert said.endswith("\nAll units agree.\n")
    wrong = upshift("model", "units", BAD / "units_mismatch.mdl").stdout
    assert "1 problem\n" in wrong
    assert " against " in wrong
    rows = csv.DictReader(
        io.StringIO(upshift("model", "units", BAD / "units_mismatch.mdl", "--csv").stdout)
    )
    assert sum(bool(row["problem"]) for row in rows) == 1
    bare = upshift("model", "units", FEATURES / "decay" / "model.mdl").stdout
    assert "All units agree" in bare or "states no unit" in bare


def test_loops_in_words_csv_and_json(upshift: Run, tiny: Path) -> None:
    done = upshift("model", "loops", tiny, "--no-run")
    assert done.stdout.startswith("All 1 feedback loops in 'tiny'. 2 of 8 variables are part of")
    assert "1  balancing (by rule): Water →(+) leak →(-) Water" in done.stdout
    (row,) = csv.DictReader(io.StringIO(upshift("model", "loops", tiny, "leak", "--csv").stdout))
    assert (row["variables"], row["signs"], row["basis"]) == ("leak → Water", "-+", "by rule")
    none = upshift("model", "loops", tiny, "share", "--no-run")
    assert none.stdout.startswith("There is no feedback loop through 'share'.")
    (listed,) = json.loads(upshift("model", "loops", tiny, "--no-run", "--json").stdout)
    assert (listed["polarity"], listed["length"]) == ("balancing", 2)


def test_loops_say_what_was_left_out(upshift: Run) -> None:
    done = upshift("model", "loops", "halton", "crisis episode", "--no-run", "--most", "3")
    assert done.stdout.startswith("The shortest 3 feedback loops through 'crisis episode'; there")
    assert len([line for line in done.stdout.splitlines() if line.startswith("   ")]) >= 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("equations", "TINY", "lek"), "Did you mean 'leak'"),
        (("equations", "TINY", "--source"), "Name it"),
        (("equations", "TINY", "--csv", "--json"), "either --csv or --json"),
        (("loops", "TINY", "watr"), "Did you mean 'Water'"),
        (("loops", "TINY", "--most", "0"), "must be 1 or more"),
        (("units", "haltn"), "Did you mean 'halton'"),
        (("info", str(BAD / "circular.mdl")), "price → demand|Circular"),
    ],
)
def test_faults_are_refused(
    upshift: Run, tiny: Path, arguments: tuple[str, ...], words: str
) -> None:
    given = [str(tiny) if argument == "TINY" else argument for argument in arguments]
    done = upshift("model", *given)
    assert (done.returncode, done.stdout) == (2, "")
    assert any(word in done.stderr for word in words.split("|"))
    assert "Traceback" not in done.stderr
