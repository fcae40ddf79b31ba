"""Results at an address: the bytes of a folder, committed, gone on with, and never mixed up."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pandas as pd
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from upshift.model.errors import InputError
from upshift.scenarios import remote
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.remote import COMMIT_NAME, WRITER_NAME, mirrored
from upshift.scenarios.runner import Runner
from upshift.scenarios.store import Study, load_study
from upshift.scenarios.sweep import run_sweep
from upshift.scenarios.tables import write_experiments

AT = "brittle://bucket/study"


class Brittle(MemoryFileSystem):  # type: ignore[misc]
    """An object store: nothing is renamed, a put is whole, and after ``left`` puts of results the
    connection is gone."""

    protocol = "brittle"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    left = 10**6

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return "/" + path.removeprefix("brittle://").strip("/")

    def pipe_file(self, path: str, value: bytes, **options: object) -> None:
        """Put, while there is a connection."""
        if Brittle.left <= 0:
            raise ConnectionError("the line is dead")
        Brittle.left -= path.endswith(".parquet")
        super().pipe_file(path, value, **options)

    def mv(self, *_: object, **__: object) -> None:
        """No object store can."""
        raise NotImplementedError


@pytest.fixture(name="bucket", autouse=True)
def bucket_fixture(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFileSystem]:
    """An empty bucket, committed to after every file."""
    monkeypatch.setattr(remote, "COMMIT_SECONDS", 0.0)
    fsspec.register_implementation("brittle", Brittle, clobber=True)
    Brittle.store.clear()
    Brittle.left = 10**6
    yield Brittle()
    Brittle.store.clear()


def calls(model: Runner) -> int:
    return int(getattr(model, "calls"))  # noqa: B009 - the stand-in counts, a Runner need not


def sweep_to(address: str, plan: SweepPlan) -> Study:
    with mirrored(address) as mirror:
        tell = mirror.committing(lambda _done, _total: None)
        return run_sweep(plan, mirror.folder, tell, write_experiments)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def kept_at(address: str) -> dict[str, bytes]:
    """Every file of a store at an address, but for the commit."""
    system, root = fsspec.core.url_to_fs(address)
    found = {path.removeprefix(root)[1:]: system.cat_file(path) for path in system.find(root)}
    return {name: content for name, content in found.items() if name != COMMIT_NAME}


@pytest.mark.parametrize("kind", ["brittle", "memory", "file"])
def test_an_address_holds_the_bytes_of_a_folder(kind: str, plan: SweepPlan, tmp_path: Path) -> None:
    place = {"brittle": AT, "memory": "memory://study", "file": f"file://{tmp_path}/far"}[kind]
    run_sweep(plan, tmp_path / "near", None, write_experiments)

    sweep_to(place, plan)

    assert kept_at(place) == contents(tmp_path / "near")


def test_a_sweep_that_lost_its_line_goes_on_from_what_it_committed(
    plan: SweepPlan, bucket: MemoryFileSystem, tmp_path: Path
) -> None:
    run_sweep(plan, tmp_path, None, write_experiments)
    Brittle.left = 3  # the draws and two shards, of which the second is in no commit
    with pytest.raises(InputError, match=r"the line is dead.*same command goes on"):
        sweep_to(AT, plan)
    committed = json.loads(bucket.cat_file("/bucket/study/" + COMMIT_NAME))["files"]
    shards = [name for name in committed if name.startswith("shards/")]
    assert len(shards) == 1

    Brittle.left = 10**6
    before = calls(plan.model)
    sweep_to(AT, plan)

    everything = len(list((tmp_path / "shards").iterdir()))
    assert calls(plan.model) - before == everything - len(shards)
    assert kept_at(AT) == contents(tmp_path)


def test_what_is_at_an_address_is_read_there_and_brought_back(
    plan: SweepPlan, tmp_path: Path
) -> None:
    study = sweep_to("memory://kept", plan)

    runs = pd.read_parquet("memory://kept/experiments.parquet")
    fsspec.filesystem("memory").get("kept", f"{tmp_path}/back", recursive=True)

    assert len(runs) == plan.runs
    assert load_study(tmp_path / "back").manifest == study.manifest


@pytest.mark.parametrize("fault", ["cut short", "deleted", "of no commit"])
def test_what_is_not_as_committed_is_made_anew(
    fault: str, plan: SweepPlan, bucket: MemoryFileSystem
) -> None:
    sweep_to(AT, plan)
    whole = kept_at(AT)
    shard = next(name for name in bucket.find("/bucket/study/shards"))
    before = calls(plan.model)
    if fault == "deleted":
        bucket.rm_file(shard)
    elif fault == "cut short":
        bucket.pipe_file(shard, bucket.cat_file(shard)[:-9])
    else:  # the transfer of another manifest and of a shard was cut short before its commit
        bucket.pipe_file("/bucket/study/manifest.json", b"{")

    sweep_to(AT, plan)

    assert kept_at(AT) == whole
    assert calls(plan.model) - before == (0 if fault == "of no commit" else 1)


def test_of_two_runs_on_one_address_the_first_stops(plan: SweepPlan) -> None:
    with (
        pytest.raises(InputError, match="Another run has begun to write to"),
        mirrored(AT) as first,
    ):
        run_sweep(plan, first.folder, None, write_experiments)
        sweep_to(AT, plan)
        first.commit()

    assert WRITER_NAME not in kept_at(AT)


def test_another_study_at_the_address_is_refused_and_left_as_it_is(plan: SweepPlan) -> None:
    sweep_to(AT, plan)
    whole = kept_at(AT)

    with pytest.raises(InputError, match=r"differs in the seed"):
        sweep_to(AT, replace(plan, seed=99))

    assert kept_at(AT) == whole


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"format": 9}',
        b'{"format":1,"manifest":"","files":{"../x":{"size":1,"digest":""}}}',
    ],
)
def test_a_commit_that_cannot_be_trusted_is_refused(
    content: bytes, plan: SweepPlan, bucket: MemoryFileSystem
) -> None:
    bucket.pipe_file("/bucket/study/" + COMMIT_NAME, content)

    with pytest.raises(InputError, match=f"{COMMIT_NAME} is damaged or of another program"):
        sweep_to(AT, plan)


def test_what_cannot_be_reached_is_one_clear_message(
    plan: SweepPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"nowhere://x cannot be reached.*pip install s3fs"):
        sweep_to("nowhere://x", plan)
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(InputError, match=r"pip install 'upshift\[cluster\]'"):
        sweep_to(AT, plan)
