"""The cache: content decides, stale entries are never used, an unwritable one only costs time."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from upshift.model.engine import cache, codec, load_model, simulate
from upshift.model.engine.threads import _container_quota, available_threads

MODEL = """{UTF-8}
level= INTEG(-rate*level, 100) ~~|
rate= %s ~~|
INITIAL TIME= 0 ~~|
FINAL TIME= 2 ~~|
TIME STEP= 0.5 ~~|
SAVEPER= 1 ~~|
"""


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(cache.VARIABLE, str(folder))
    return folder


def _write(folder: Path, rate: str) -> Path:
    path = folder / "model.mdl"
    path.write_text(MODEL % rate, encoding="utf-8")
    return path


def test_a_changed_model_never_runs_a_stale_kernel(own_cache: Path, tmp_path: Path) -> None:
    first = simulate(load_model(_write(tmp_path, "0.5")), {}, ["level"])
    second = simulate(load_model(_write(tmp_path, "1")), {}, ["level"])
    np.testing.assert_allclose(first.values[0, :, 0], 100 * 0.75 ** np.array([0, 2, 4]))
    np.testing.assert_allclose(second.values[0, :, 0], 100 * 0.5 ** np.array([0, 2, 4]))
    assert cache.info().models == 2
    assert cache.info().kernels == 1  # a constant is an input, not part of the machine code


def test_a_tampered_kernel_file_is_written_again(own_cache: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, "0.5")
    simulate(load_model(path), {}, ["level"])
    (kernel,) = own_cache.glob("k_*.py")
    source = kernel.read_text(encoding="utf-8")
    kernel.write_text("raise SystemExit('not ours')\n", encoding="utf-8")
    simulate(load_model(path), {}, ["level"])
    assert kernel.read_text(encoding="utf-8") == source


def test_a_damaged_entry_is_parsed_again(own_cache: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, "0.5")
    load_model(path)
    (entry,) = own_cache.glob("m_*.json")
    entry.write_text("{", encoding="utf-8")
    assert load_model(path).constants["rate"] == 0.5


def test_clearing_removes_models_and_kernels(own_cache: Path, tmp_path: Path) -> None:
    simulate(load_model(_write(tmp_path, "0.5")), {}, ["level"])
    removed = cache.clear()
    assert (removed.models, removed.kernels) == (1, 1)
    assert cache.info().size == 0


def test_an_unwritable_folder_is_replaced_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("", encoding="utf-8")
    monkeypatch.setenv(cache.VARIABLE, str(occupied))
    with caplog.at_level(logging.WARNING, logger="upshift"):
        assert cache.folder().is_dir()
        assert cache.folder() == cache.folder()
    assert len(caplog.records) == 1
    assert cache.VARIABLE in caplog.text


def test_the_representation_survives_json(tmp_path: Path, own_cache: Path) -> None:
    model = load_model(Path(__file__).parent / "models" / "mixed.mdl").model
    assert codec.from_json(codec.to_json(model)) == model


def test_a_container_limit_is_read(tmp_path: Path) -> None:
    assert available_threads() >= 1
    (tmp_path / "cpu.max").write_text("150000 100000\n", encoding="utf-8")
    assert _container_quota(tmp_path) == 1.5
    (tmp_path / "cpu.max").write_text("max 100000\n", encoding="utf-8")
    assert _container_quota(tmp_path) is None


def test_the_digest_names_the_content_not_the_folder(own_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    here = load_model(_write(tmp_path / "here", "0.5"))
    there = load_model(_write(tmp_path / "there", "0.5"))
    assert here.digest == there.digest
    assert here.digest != load_model(_write(tmp_path / "there", "0.25")).digest
    assert load_model(tmp_path / "here" / "model.mdl").digest == here.digest
