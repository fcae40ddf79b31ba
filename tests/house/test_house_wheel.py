"""A wheel holds every module and data file of the package, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOMES = {
    "upshift": "src/upshift",
    "upshift/model": "model",
    "upshift/scenarios": "scenarios",
    "upshift/calibration": "calibration",
    "upshift/reports": "reports",
}
NOT_SHIPPED = {"reports/example.svg", "reports/example.png"}


def _files(folder: Path) -> list[Path]:
    """All files below, links not followed, caches left out."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name == "__pycache__":
            continue
        found += _files(path) if path.is_dir() else [path]
    return found


def _expected() -> set[str]:
    names = set()
    for package, home in HOMES.items():
        for path in _files(ROOT / home):
            inside = path.relative_to(ROOT / home).as_posix()
            link_as_file = home == "src/upshift" and inside in HOMES.values()
            if not link_as_file and f"{home}/{inside}" not in NOT_SHIPPED:
                names.add(f"{package}/{inside}")
    return names


@pytest.fixture(name="tree")
def tree_fixture(tmp_path: Path) -> Path:
    """A copy of what a wheel is made from, so that building leaves nothing in the checkout."""
    try:
        version("build")
        release = int(version("setuptools").split(".")[0])
    except PackageNotFoundError as missing:
        pytest.skip(f"{missing} is needed to build a wheel; install the test extra")
    if release < 77:
        pytest.skip(f"setuptools {release} is too old to build a wheel; install the test extra")
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    for home in HOMES.values():
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / home, tree / home, symlinks=True, ignore=ignore)
    return tree


def _built(tree: Path) -> set[str]:
    """The names in the wheel of ``tree``, without its metadata."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "out"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tree / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_file_of_the_package_and_no_other(tree: Path) -> None:
    built = _built(tree)
    assert built == _expected()
    assert "upshift/py.typed" in built


FROM_WHEEL = """
import sys, upshift
from pathlib import Path
from upshift.scenarios.spec import load_library
wheel = Path(sys.argv[1]).resolve()
for module in (upshift, sys.modules["upshift.scenarios.spec"]):
    assert Path(module.__file__).resolve().is_relative_to(wheel), module.__file__
model = upshift.load("halton")
study = upshift.sweep(["crisis-response"], to="study", settings=upshift.SweepSettings(draws=2))
assert upshift.write_report(study, study.directory).is_file()
"""


def test_the_main_job_runs_from_an_unpacked_wheel(tree: Path, tmp_path: Path) -> None:
    _built(tree)
    (wheel,) = (tree / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "unpacked")
    done = subprocess.run(
        [sys.executable, "-c", FROM_WHEEL, str(tmp_path / "unpacked")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "unpacked")},
    )
    assert done.returncode == 0, done.stderr


def test_a_tree_whose_links_became_plain_files_gives_the_same_wheel(tree: Path) -> None:
    for name in ("model", "scenarios", "calibration", "reports"):
        link = tree / "src" / "upshift" / name
        link.unlink()
        link.write_text(f"../../{name}", encoding="utf-8")
    assert _built(tree) == _expected()
