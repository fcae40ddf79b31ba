"""A study made once more from its manifest alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from upshift.model.errors import InputError
from upshift.scenarios.again import manifest_at, plan_again, shards_that_differ, tabulate_of
from upshift.scenarios.installed import SweepSettings, halton_plan
from upshift.scenarios.manifest import Manifest
from upshift.scenarios.plan import NARROW_OUTPUTS
from upshift.scenarios.spec import load_scenarios
from upshift.scenarios.store import Study
from upshift.scenarios.sweep import run_sweep


@pytest.fixture(name="first", scope="module")
def first_fixture(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A narrow sweep of the Halton model, of two blocks."""
    settings = SweepSettings(draws=12, outputs=NARROW_OUTPUTS, design="sobol", seed=5)
    plan = replace(halton_plan(load_scenarios(["alcohol-table"]), settings), block=8)
    return run_sweep(plan, tmp_path_factory.mktemp("again") / "first")


def test_a_manifest_makes_the_same_bytes_again(first: Study, tmp_path: Path) -> None:
    (tmp_path / "mailed").mkdir()
    shutil.copy(first.directory / "manifest.json", tmp_path / "mailed")
    manifest = manifest_at(tmp_path / "mailed" / "manifest.json")

    again = run_sweep(plan_again(manifest), tmp_path / "again", None, tabulate_of(manifest))

    assert shards_that_differ(again, first.directory) == (4, ())
    for name in ("manifest.json", "draws.parquet", "experiments.parquet"):
        assert (again.directory / name).read_bytes() == (first.directory / name).read_bytes()


def test_a_shard_that_was_changed_is_named(first: Study, tmp_path: Path) -> None:
    shutil.copytree(first.directory / "shards", tmp_path / "shards")
    changed = tmp_path / "shards" / "alcohol-table-0001.parquet"
    changed.write_bytes(changed.read_bytes() + b" ")

    assert shards_that_differ(first, tmp_path) == (4, (changed.name,))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model_digest": "other"}, "the model or its engine"),
        ({"registry_digest": "other"}, "the parameter registry"),
        ({"posterior_digest": "other"}, "the posterior"),
        ({"versions": {"python": "3.9"}}, "the versions of Python or of packages"),
        ({"draws_digest": "other"}, "the sampled inputs"),
        ({"design": "given points"}, "were given, not sampled"),
    ],
)
def test_what_cannot_be_made_again_here_is_refused(
    first: Study, change: dict[str, object], words: str
) -> None:
    data = json.loads(first.manifest.to_json()) | change
    other = Manifest.model_validate_json(json.dumps(data))
    with pytest.raises(InputError, match=words):
        plan_again(other)
