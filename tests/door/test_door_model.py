"""``upshift model``: what a researcher sees of any model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Run = Callable[..., CompletedProcess[str]]

HEADED = """{UTF-8}
********************************************************
 .Water
********************************************************~
 |
water = INTEG(-leak, 100) ~ litre ~ What is left. |
leak = water * share ~ litre/Minute ~ What leaks. |
********************************************************
 .Share of it
********************************************************~
 |
share = 0.1 ~ 1/Minute ~ The share that leaks. |
********************************************************
 .Control
********************************************************~
 |
INITIAL TIME = 0 ~ Minute ~ |
FINAL TIME = 2 ~ Minute ~ |
TIME STEP = 0.5 ~ Minute ~ |
SAVEPER = 1 ~ Minute ~ |
"""


def _headed(tmp_path: Path) -> Path:
    path = tmp_path / "headed.mdl"
    path.write_text(HEADED, encoding="utf-8")
    return path


def test_a_diagram_goes_to_standard_output_or_to_a_file(upshift: Run, tmp_path: Path) -> None:
    path = _headed(tmp_path)
    printed = upshift("model", "diagram", path, "--sector", "water")
    assert printed.returncode == 0
    assert printed.stdout.startswith("<svg ")
    assert upshift("model", "diagram", path, "--sector", "Water", "--out", "w.svg").stdout == ""
    assert (tmp_path / "w.svg").read_text(encoding="utf-8") == printed.stdout


def test_a_folder_takes_a_picture_of_every_sector_but_the_clock(
    upshift: Run, tmp_path: Path
) -> None:
    done = upshift("model", "diagram", _headed(tmp_path), "--folder", tmp_path / "pictures")
    assert done.returncode == 0
    found = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert found == ["share-of-it.svg", "water.svg"]


def test_faults_of_a_diagram_are_refused(upshift: Run, tiny: Path, tmp_path: Path) -> None:
    for arguments, word in (
        (("--sector", "none"), "has no sectors"),
        (("--folder", "here"), "has no sectors"),
        (("--folder", "here", "--out", "a.svg"), "Leave out --sector and --out"),
    ):
        done = upshift("model", "diagram", tiny, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert word in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.mdl"]
