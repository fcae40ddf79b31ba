"""Hostile model files end in one clear error or in a result, soon, and touch nothing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from types import ModuleType

import pytest

from upshift.model.engine import oracle, repair_vensim
from upshift.model.engine.bounds import MOST_FILE
from upshift.model.engine.build import load_model
from upshift.model.engine.lower import lower
from upshift.model.engine.program import program_of
from upshift.model.engine.read import read
from upshift.model.engine.read_sectors import vensim_sectors
from upshift.model.errors import InputError

FEATURES = Path(__file__).parents[1] / "features"
FILES = sorted(path for path in FEATURES.glob("*/model.*") if path.suffix != ".csv")
MUTANTS, GROUPS = 200, 4


@pytest.fixture(scope="module", name="hostile")
def hostile_fixture() -> ModuleType:
    """``hostile_files.py`` beside this file."""
    path = Path(__file__).with_name("hostile_files.py")
    spec = importlib.util.spec_from_file_location("hostile_files", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("group", range(GROUPS))
def test_mutated_files_are_refused_or_run(hostile: ModuleType, tmp_path: Path, group: int) -> None:
    outcomes = {"refused": 0, "run": 0}
    for number in range(group, MUTANTS, GROUPS):
        source = FILES[number * len(FILES) // MUTANTS]
        folder = tmp_path / str(number)
        shutil.copytree(source.parent, folder)
        path = folder / source.name
        path.write_bytes(hostile.mutant(path.read_bytes(), number))
        before = _content(folder)
        try:
            model = lower(read(path))
            program_of(model)
            clock = model.clock
            short = clock.stop - clock.start <= 1000 * clock.step
            (oracle.run if short else oracle.start)(model)
            outcomes["run"] += 1
        except InputError as error:
            outcomes["refused"] += 1
            assert 10 < len(str(error)) < 2000
        assert _content(folder) == before
    assert min(outcomes.values()) > 0  # mutants that all fail alike would test little


RUNNER = """
import resource, sys
from pathlib import Path
from time import process_time
if sys.platform == "linux":
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
from upshift.cli import main
for name in sys.argv[1:]:
    sys.argv = ["upshift", "check", name]
    start, code = process_time(), 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    print(f"@{name} {code} {process_time() - start:.2f}", flush=True)
    print(f"@{name}", file=sys.stderr, flush=True)
"""
SECONDS = 40.0  # of processor time for one file; none takes a quarter of it


@pytest.fixture(scope="module", name="ends")
def ends_fixture(
    hostile: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[int, float, str]]]:
    """Exit code, seconds and complaint of ``upshift check`` for every bomb, in bounded memory."""
    folder = tmp_path_factory.mktemp("bombs")
    for name, text in hostile.BOMBS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "secret.txt").write_text("42", encoding="utf-8")
    with (folder / "gigantic.mdl").open("wb") as gigantic:
        gigantic.truncate(MOST_FILE * 1000)
    (folder / "sixteen_bits.mdl").write_text(hostile.vensim("x = 1 ~ ~ |"), encoding="utf-16")
    (folder / "zero_byte.mdl").write_text(hostile.vensim("x\0 = 1 ~ ~ |"), encoding="utf-8")
    names = sorted(path.name for path in folder.iterdir() if path.suffix != ".txt")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, *names],
        cwd=folder,
        env=os.environ | {"UPSHIFT_CACHE_DIR": str(tmp_path_factory.mktemp("cache"))},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    found = {}
    complaints = done.stderr
    for line in done.stdout.splitlines():
        if line.startswith("@"):
            name, code, seconds = line[1:].split(" ")
            said, _, complaints = complaints.partition(f"@{name}\n")
            found[name] = (int(code), float(seconds), said)
    assert sorted(found) == names
    yield found


def test_every_bomb_is_refused_with_exit_code_2(
    hostile: ModuleType, ends: dict[str, tuple[int, float, str]]
) -> None:
    for name, (code, seconds, said) in ends.items():
        assert seconds < SECONDS, name
        assert "Traceback" not in said, name
        if name not in hostile.HARMLESS:
            assert code == 2, (name, said)
            assert said.startswith("Error: "), (name, said)
            assert len(said.splitlines()) == 1, (name, said)
            assert len(said) < 2000, name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("brackets.mdl", "5000 brackets inside one another"),
        ("brackets.xmile", "5000 brackets inside one another"),
        ("long_equation.mdl", "at most 200,000 are read"),
        ("long_sum.mdl", "more than 190 operations inside one another"),
        ("doubling.mdl", "50,000 in all"),
        ("many_equations.mdl", "at most 20,000 of"),
        ("numbered_range.mdl", "99,999,999 elements; at most 10,000"),
        ("million_elements.mdl", "1,000,000 elements; at most 10,000"),
        ("many_elements.xmile", "100,000 elements; at most 10,000"),
        ("cube.mdl", "elements together; at most 2,000,000"),
        ("delays.mdl", "elements together; at most 2,000,000"),
        ("queue.mdl", "elements together; at most 2,000,000"),
        ("sums.mdl", "81,000,000 terms at every step"),
        ("macros.mdl", "more than 20,000 equations"),
        ("modules.xmile", "more than 20,000 equations"),
        ("infinite_time.mdl", "must be finite numbers"),
        ("endless_time.mdl", "at most 100,000,000"),
        ("tiny_step.mdl", "at most 100,000,000"),
        ("laughs.xmile", "document type or entities"),
        ("foreign_entity.xmile", "document type or entities"),
        ("gigantic.mdl", "a model file holds at most 64 MB"),
        ("sixteen_bits.mdl", "not a text file"),
        ("zero_byte.mdl", "not a text file"),
        ("circle_of_ranges.mdl", "in terms of itself: A → B → C → A"),
    ],
)
def test_the_message_says_which_limit(
    ends: dict[str, tuple[int, float, str]], name: str, words: str
) -> None:
    assert words in ends[name][2]


def test_what_is_left_open_takes_no_longer_to_look_through() -> None:
    for text in ('"' + "y" * 1_000_000, "y" * 1_000_000, "*" * 1_000_000, ":MACRO: " * 100_000):
        start = process_time()
        assert vensim_sectors(f"x = 1 ~ ~ |{text}", "") == {}
        assert repair_vensim.vensim_text(text)
        assert process_time() - start < 5  # going back over it would take days


def test_a_path_that_is_no_path_is_refused(tmp_path: Path) -> None:
    for name in (f"{'m' * 5000}.mdl", "zero\0byte.mdl", "/dev/zero.mdl"):
        with pytest.raises(InputError, match="no model file at"):
            load_model(tmp_path / name)
    (tmp_path / "round.mdl").symlink_to("round.mdl")
    with pytest.raises(InputError, match="no model file at"):
        load_model(tmp_path / "round.mdl")
