"""Running a model: inputs by name, clear refusals, progress, interruption and bad numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike

from upshift.model.engine import SimulateOptions, load_model, simulate, to_dataset
from upshift.model.errors import InputError

MIXED = Path(__file__).parent / "models" / "mixed.mdl"

EXPLODES = """{UTF-8}
level= INTEG(level*share, 1)
	~	Dmnl
	~		|
share= 1/(3 - Time)
	~	Dmnl
	~		|
bad= LN(2.5 - Time)
	~	Dmnl
	~		|
INITIAL TIME= 0 ~~|
FINAL TIME= 5 ~~|
TIME STEP= 0.5 ~~|
SAVEPER= 1 ~~|
"""


def test_names_are_found_without_case_or_underscores() -> None:
    model = load_model(MIXED)
    run = simulate(model, {"BIRTH_RATE": 0.1, "Initial People[North]": 50.0}, ["people"])
    assert run.outputs[0] == "People[north, a1]"
    assert run.values[0, 0].tolist() == [50.0, 50.0, 50.0, 250.25, 250.25, 250.25]


def test_one_element_can_vary_while_another_is_fixed() -> None:
    model = load_model(MIXED)
    starts = np.array([10.0, 20.0, 30.0])
    values: dict[str, ArrayLike] = {"initial people": 5.0, "initial people[north]": starts}
    run = simulate(model, values, ["People[north, a1]", "People[south, a1]"])
    np.testing.assert_array_equal(run.values[:, 0, 0], starts)
    np.testing.assert_array_equal(run.values[:, 0, 1], [5.0, 5.0, 5.0])


def test_a_later_entry_counts_over_an_earlier_one() -> None:
    model = load_model(MIXED)
    columns = ["People[north, a1]", "People[south, a1]"]
    values: dict[str, ArrayLike] = {"initial people[north]": [10.0, 20.0], "initial people": 5.0}
    run = simulate(model, values, columns)
    assert run.values[:, 0].tolist() == [[5.0, 5.0], [5.0, 5.0]]
    run = simulate(model, dict(reversed(values.items())), columns)
    assert run.values[:, 0].tolist() == [[10.0, 5.0], [20.0, 5.0]]
    values = {"initial people": [1.0, 2.0], "initial people[north]": [10.0, 20.0]}
    assert simulate(model, values, columns).values[:, 0].tolist() == [[10.0, 1.0], [20.0, 2.0]]


@pytest.mark.parametrize(
    ("values", "outputs", "message"),
    [
        ({"birth rte": 0.1}, ["total"], "Did you mean 'birth rate'"),
        ({"initial people[nroth]": 5.0}, ["total"], "allowed: north, south"),
        ({"initial people[north, a1]": 5.0}, ["total"], "has 1 dimension"),
        ({"total": 5.0}, ["total"], "is not a constant"),
        ({"birth rate": 2.0}, ["total"], "outside the range"),
        ({"birth rate": float("nan")}, ["total"], "not finite"),
        ({"birth rate": "much"}, ["total"], "not a number"),
        ({"birth rate": [[0.1]]}, ["total"], "one-dimensional"),
        ({"birth rate": [0.1, 0.2], "initial people": [1.0] * 3}, ["total"], "every array needs"),
        ({"birth rate": [0.1], "initial people": [1.0] * 3}, ["total"], "every array needs"),
        ({"TIME STEP": [0.1, 0.2]}, ["total"], "one number for all runs"),
        ({"FINAL TIME": -5.0}, ["total"], "clock"),
        ({}, ["totl"], "Did you mean 'total'"),
    ],
)
def test_bad_inputs_are_refused_with_the_cure(
    values: dict[str, object], outputs: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        simulate(load_model(MIXED), values, outputs)  # type: ignore[arg-type]


def test_threads_must_be_positive() -> None:
    with pytest.raises(InputError, match="threads is 0"):
        simulate(load_model(MIXED), {}, ["total"], SimulateOptions(threads=0))


def test_a_number_that_stops_being_finite_is_traced_to_its_variable(tmp_path: Path) -> None:
    path = tmp_path / "explodes.mdl"
    path.write_text(EXPLODES, encoding="utf-8")
    with pytest.raises(InputError, match=r"'bad' is .* in run 0 at time 2.5") as caught:
        simulate(load_model(path), {}, ["bad"])
    assert "ZIDZ" in str(caught.value)
    with pytest.raises(InputError, match=r"run 0 at time 2.5"):
        simulate(load_model(path), {}, ["level"])


def test_progress_counts_every_run_once() -> None:
    told: list[tuple[int, int]] = []
    options = SimulateOptions(threads=2, progress=lambda done, total: told.append((done, total)))
    rates = np.linspace(0.0, 0.1, 100)
    simulate(load_model(MIXED), {"birth rate": rates}, ["total"], options)
    done = [d for d, _ in told]
    assert done == sorted(done)
    assert told[-1] == (100, 100)


def test_an_interrupt_stops_between_batches() -> None:
    calls: list[int] = []

    def interrupt(done: int, total: int) -> None:
        calls.append(done)
        raise KeyboardInterrupt

    rates = np.linspace(0.0, 0.1, 400)
    with pytest.raises(KeyboardInterrupt):
        simulate(
            load_model(MIXED),
            {"birth rate": rates},
            ["total"],
            SimulateOptions(threads=2, progress=interrupt),
        )
    assert len(calls) == 1
    assert calls[0] < 400


def test_the_labelled_dataset_names_every_axis() -> None:
    model = load_model(MIXED)
    run = simulate(model, {"birth rate": [0.01, 0.02]}, ["People", "total", "total young[south]"])
    data = to_dataset(model, run)
    assert data["People"].dims == ("run", "time", "region", "age")
    assert data["People"].attrs["units"] == "person"
    assert list(data["People"].coords["age"].values) == ["a1", "a2", "a3"]
    assert data["total young[south]"].dims == ("run", "time")
    total = data["People"].sum(("region", "age"))
    np.testing.assert_allclose(total, data["total"], rtol=1e-12)
