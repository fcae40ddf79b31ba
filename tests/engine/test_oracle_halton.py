"""On the shipped model, with money spent, the oracle and PySD agree on every element."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import oracle
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read

HALTON = Path(__file__).parents[2] / "model" / "halton" / "halton.mdl"


def with_spending(text: str) -> str:
    """The model file cut to a quarter of a year, with every lever spending from the start."""
    text = re.sub(r"(?m)^(FINAL TIME\s*=\s*)\d+", r"\g<1>2011.25", text)
    text = re.sub(r"(?m)^(SAVEPER\s*=\s*)\d+", r"\g<1>0.0625", text)
    given = ("additional spending[lever]", "300000"), ("spending start[lever]", "2011")
    for name, value in (*given, ("table opening[action table]", "2011")):
        row = re.search(rf"(?m)^{re.escape(name)}\s*=\s*([^~]*)~", text)
        assert row is not None
        many = ", ".join([value] * (row[1].count(",") + 1))
        text = text[: row.start(1)] + f"{many}\n\t" + text[row.end(1) :]
    return text


@pytest.mark.slow
def test_oracle_equals_pysd_on_the_halton_model(catalogue: Any, tmp_path: Path) -> None:
    path = tmp_path / "halton.mdl"
    path.write_text(with_spending(HALTON.read_text(encoding="utf-8")), encoding="utf-8")
    model = lower(read(path))
    result = oracle.run(model)
    series = catalogue.flatten(model, result.time, result.variables)
    witness = catalogue.pysd_run(path, model, result.time)
    assert len(result.time) == 5
    assert np.any(series["cumulative programme cost[region police]"] > 0)
    assert set(witness) == set(series)
    for column, expected in witness.items():
        largest = np.max(np.abs(expected), initial=1e-300)
        assert np.max(np.abs(series[column] - expected)) <= 1e-9 * largest, column
