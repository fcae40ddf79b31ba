"""The posterior as a file: round trip, and everything that must not be believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from upshift.calibration.region import Region
from upshift.model.engine import load_model
from upshift.model.errors import InputError
from upshift.model.halton.posterior import (
    Posterior,
    calibrated,
    model_digest,
    posterior_bytes,
    read_posterior,
)

RISE = "trend rise"


@pytest.fixture
def posterior(seaton: Region) -> Posterior:
    values = np.column_stack([np.linspace(0.2, 0.6, 50), np.linspace(-0.3, 0.1, 50)])
    return Posterior((RISE, "shock amplitude"), values, seaton.digests())


@pytest.fixture
def file(posterior: Posterior, tmp_path: Path) -> Path:
    path = tmp_path / "posterior.parquet"
    path.write_bytes(posterior_bytes(posterior))
    return path


def test_a_posterior_comes_back_as_it_was(posterior: Posterior, file: Path) -> None:
    found = read_posterior(file)
    np.testing.assert_array_equal(found.values, posterior.values)
    assert found.columns == posterior.columns
    assert found.digest == posterior.digest
    assert posterior_bytes(found) == file.read_bytes()


def test_draws_of_one_row_stay_together(seaton: Region, posterior: Posterior) -> None:
    joined = calibrated(seaton.registry, posterior, seaton.model)
    u = np.random.default_rng(1).uniform(size=(200, joined.dimension))
    drawn = joined.sample(u)
    np.testing.assert_allclose(drawn["shock amplitude"], drawn[RISE] - 0.5)
    plain = seaton.registry.sample(u[:, :-1])
    np.testing.assert_array_equal(drawn["time homeless"], plain["time homeless"])
    even = np.tile((np.arange(50) + 0.5) / 50, (joined.dimension, 1)).T
    assert len(set(joined.sample(even)[RISE])) == 50
    with pytest.raises(InputError, match="uniforms"):
        joined.sample(u[:, :-1])


def test_another_model_or_registry_makes_it_stale(seaton: Region, posterior: Posterior) -> None:
    for name in ("model", "registry"):
        old = replace(posterior, about={**posterior.about, name: "0" * 64})
        with pytest.raises(InputError, match=f"another {name}.*upshift calibrate"):
            calibrated(seaton.registry, old, seaton.model)


def test_columns_and_values_it_may_not_hold(seaton: Region, posterior: Posterior) -> None:
    with pytest.raises(InputError, match="role is cut"):
        foreign = replace(posterior, columns=("time homeless", RISE))
        calibrated(seaton.registry, foreign, seaton.model)
    with pytest.raises(InputError, match="leaves the registry's bounds"):
        calibrated(seaton.registry, replace(posterior, values=posterior.values - 5), seaton.model)


def test_missing_damaged_and_foreign_files(
    posterior: Posterior, file: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="There is no posterior"):
        read_posterior(tmp_path / "none.parquet")
    content = file.read_bytes()
    for cut in (0, 10, len(content) // 2):
        file.write_bytes(content[:cut])
        with pytest.raises(InputError, match="damaged"):
            read_posterior(file)
    file.write_bytes(b"PK" + content)
    with pytest.raises(InputError, match="damaged"):
        read_posterior(file)
    pq.write_table(pa.table({"a": [1.0]}), file)
    with pytest.raises(InputError, match="no posterior of this version"):
        read_posterior(file)
    changed = pq.read_table(pa.BufferReader(content))
    other = changed.set_column(0, RISE, pa.array(posterior.values[:, 0] + 0.01))
    pq.write_table(other.replace_schema_metadata(changed.schema.metadata), file)
    with pytest.raises(InputError, match="not those it was made with"):
        read_posterior(file)


def test_every_flipped_byte_is_noticed_or_harmless(posterior: Posterior, file: Path) -> None:
    """A damaged file is refused, or holds exactly the same posterior; never other numbers."""
    content = bytearray(file.read_bytes())
    for place in np.random.default_rng(2).integers(0, len(content), 60):
        damaged = bytearray(content)
        damaged[place] ^= 0x55
        file.write_bytes(damaged)
        try:
            found = read_posterior(file)
        except InputError:
            continue
        np.testing.assert_array_equal(found.values, posterior.values)


def test_meanings_and_comments_do_not_make_a_model_another(
    seaton: Region, copy_of_seaton: Path
) -> None:
    path = copy_of_seaton / "seaton.mdl"
    text = path.read_text()
    path.write_text(text.replace("How often results are kept", "How often"))
    assert model_digest(load_model(path)) == model_digest(seaton.model)
    path.write_text(text.replace("1.5", "1.6"))
    assert model_digest(load_model(path)) != model_digest(seaton.model)
