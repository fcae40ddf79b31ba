"""Papers agree with one another, and nothing names the machine it was written on."""

from __future__ import annotations

import re
import statistics
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import upshift

ROOT = Path(__file__).resolve().parents[2]
CODE = ("model", "scenarios", "calibration", "reports", "src")
# Split so that this file does not hold what it looks for.
_PLACES = ["/" + "work/", "/tm" + "p/w", "/ho" + "me/[a-z]", "/ro" + "ot/", r"[A-Z]:\\Us" + "ers"]
# Not within an address of the web, where such a part names nobody's machine.
MACHINE_PATHS = re.compile(r"(?<![\w./-])(" + "|".join(_PLACES) + ")")


def _tracked() -> list[Path]:
    """Files under version control; every file of the tree where there is none."""
    command = ["git", "ls-files", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this tree is not under version control")
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _modules() -> list[Path]:
    found = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    return sorted({path.resolve() for path in found})


def test_versions_agree() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert citation["version"] == upshift.__version__
    assert released[0] == upshift.__version__
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {
        "attr": "upshift._version.__version__"
    }


def test_llvmlite_is_pinned_to_the_range_that_the_engine_accepts() -> None:
    from upshift.model.engine.machine import LLVMLITE_TESTED  # noqa: PLC0415

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (pin,) = [text for text in project["project"]["dependencies"] if text.startswith("llvmlite")]
    (first, last) = LLVMLITE_TESTED
    assert pin == f"llvmlite>={first[0]}.{first[1]},<{last[0]}.{last[1] + 1}"


def test_constraints_are_names_and_exact_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line
    names = [line.partition("==")[0].lower().replace("_", "-") for line in lines]
    assert len(set(names)) == len(names)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    for text in wanted:
        assert re.split(r"[<>=]", text)[0].lower() in names, f"{text} has no pin"


def test_no_file_names_a_machine() -> None:
    offending = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if MACHINE_PATHS.search(text):
            offending.append(path.relative_to(ROOT).as_posix())
    assert not offending


def test_modules_stay_short() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _modules()}
    too_long = {path.name: lines for path, lines in sizes.items() if lines > 400}
    assert not too_long
    assert statistics.median(sizes.values()) < 160


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "helpers", "common", "manager"}
    assert not [path for path in _modules() if path.stem in drawers]


def test_local_links_in_the_papers_lead_somewhere() -> None:
    broken = []
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
        broken += [f"{name}: {target}" for target in targets if not (ROOT / target).exists()]
    assert not broken
