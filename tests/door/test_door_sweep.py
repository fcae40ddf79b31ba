"""Sweeps to an address, and studies made once more: the same bytes wherever, and again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]

SWEEP = """name: trial
title: A trial
base: alcohol-table
vary:
  futures:
    growth: [0, 1]
"""


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(name="swept")
def swept_fixture(upshift: Run, tmp_path: Path) -> Path:
    """A folder with a small sweep."""
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    done = upshift("sweep", "sweep.yaml", "--draws", "4", "--to", "near")
    assert done.returncode == 0, done.stderr
    return tmp_path / "near"


def test_a_sweep_to_an_address_leaves_the_bytes_of_one_to_a_folder(
    upshift: Run, swept: Path, tmp_path: Path
) -> None:
    address = f"file://{tmp_path}/far"

    done = upshift("sweep", "sweep.yaml", "--draws", "4", "--to", address)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"A row a run: {address}/experiments.parquet"
    assert f"4 scenarios x 4 draws into {address}" in done.stderr
    far = contents(tmp_path / "far")
    assert far.pop("commit.json")
    assert far == contents(swept)
    refused = upshift("sweep", "sweep.yaml", "--draws", "8", "--to", address)
    assert refused.returncode == 2
    assert "differs in the number of draws" in refused.stderr


def test_a_study_is_made_again_from_its_manifest_alone(
    upshift: Run, swept: Path, tmp_path: Path
) -> None:
    done = upshift("run", "--from", swept, "--to", "again")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"All 4 shards in {swept} are the same to the byte.",
        "`upshift report again` prints the report.",
    ]
    assert contents(tmp_path / "again") == contents(swept)


def test_a_study_that_was_changed_or_is_named_twice_is_refused(upshift: Run, swept: Path) -> None:
    shard = next(iter(sorted((swept / "shards").iterdir())))
    shard.write_bytes(shard.read_bytes() + b" ")

    done = upshift("run", "--from", swept / "manifest.json", "--to", "again")
    assert done.returncode == 2
    assert f"1 of 4 shards differ from those in {swept}, the first {shard.name}" in done.stderr
    done = upshift("run", "alcohol-table", "--from", swept, "--to", "again")
    assert done.returncode == 2
    assert "takes its scenarios from the manifest" in done.stderr
