"""Result folders: whole or absent, stamped, never over something else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from upshift.model.errors import InputError
from upshift.scenarios.analysis.outcome import outcome_names, outcome_values
from upshift.scenarios.analysis.results import (
    ResultTable,
    Stamp,
    results_folder,
    write_results,
)
from upshift.scenarios.store import Study

TABLE = ResultTable("things", "Things", pd.DataFrame({"name": ["a, b", "c"], "value": [1 / 3, 2]}))


def test_every_row_says_what_it_rests_on(study: Study, tmp_path: Path) -> None:
    with results_folder(tmp_path / "out", {"command": "test"}) as working:
        write_results(working, Stamp.of(study.manifest), [TABLE], {"note.txt": b"hello\n"})
    found = pd.read_csv(tmp_path / "out" / "things.csv")

    assert found["model digest"].tolist() == [study.manifest.model_digest] * 2
    assert found["posterior digest"].tolist() == ["none: priors"] * 2
    assert found["seed"].tolist() == [3, 3]
    assert "numpy" in found["versions"][0]
    assert found["value"][0] == 0.333333
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"things.csv", "note.txt", "request.json"}
    assert list(tmp_path.glob("*.unfinished")) == []


def test_an_interrupted_analysis_is_gone_on_with(tmp_path: Path) -> None:
    to = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt), results_folder(to, {"seed": 1}) as working:
        (working / "half").write_text("done")
        raise KeyboardInterrupt
    assert not to.exists()

    with results_folder(to, {"seed": 1}) as working:
        assert (working / "half").read_text() == "done"
    assert (to / "half").exists()


def test_another_request_does_not_take_over(tmp_path: Path) -> None:
    to = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt), results_folder(to, {"seed": 1}) as working:
        (working / "half").write_text("done")
        raise KeyboardInterrupt

    with pytest.raises(InputError, match="another request"), results_folder(to, {"seed": 2}):
        pass


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")

    with pytest.raises(InputError, match="in use already"), results_folder(tmp_path, {}):
        pass
    assert (tmp_path / "mine.txt").read_text() == "precious"


def test_bad_input_leaves_nothing_behind(tmp_path: Path) -> None:
    to = tmp_path / "out"
    with pytest.raises(InputError, match="no good"), results_folder(to, {}):
        raise InputError("no good")

    assert list(tmp_path.iterdir()) == []


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    to = tmp_path / "out"
    with (
        results_folder(to, {}) as working,
        pytest.raises(InputError, match="Another run"),
        results_folder(to, {}),
    ):
        pass
    assert working.name == "out.unfinished"


def test_every_outcome_is_that_of_the_experiments_table(study: Study) -> None:
    table = pd.read_parquet(study.directory / "experiments.parquet")
    own = table[table["scenario"] == "everything"]

    for name in outcome_names():
        assert outcome_values(study, "everything", name).tolist() == own[name].tolist(), name
