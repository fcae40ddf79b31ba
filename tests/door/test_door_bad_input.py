"""Bad input: one clear message, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from upshift.scenarios.lock import LOCK_NAME

Run = Callable[..., subprocess.CompletedProcess[str]]

BAD = Path(__file__).parents[1] / "bad_inputs"
POLICY = "name: mine\ntitle: My own\ndescription: For tests.\ncompare with: current-funding\n"
LEVERS = POLICY + "levers:\n  mobile crisis:\n    amount: 1000\n"

SCENARIO_FAULTS = {
    "bad YAML": ("name: [mine\n", "not valid YAML", "line "),
    "unknown key": (POLICY + "lever:\n  mobile crisis: 1\n", "'lever'", "'levers'"),
    "unknown lever": (
        LEVERS.replace("mobile crisis", "mobile crises"),
        "'mobile crisis'",
        "line 6",
    ),
    "unknown parameter": (
        LEVERS + "settings:\n  growth continued: 1\n",
        "'growth continued'",
        "'growth continues'",
    ),
    "out of range": (LEVERS + "settings:\n  growth continues: 7\n", "between 0 and 1", "is 7"),
    "negative money": (LEVERS.replace("1000", "-5"), "at least 0", "'levers → mobile crisis"),
    "text for a number": (LEVERS.replace("1000", "lots"), "must be a number", "'lots'"),
}

SIMULATE_FAULTS: dict[str, tuple[list[str | Path], str]] = {
    "missing file": (["no/such.mdl"], "no/such.mdl"),
    "unknown model": (["haltn"], "Did you mean 'halton'"),
    "unknown extension": ([BAD / "wrong_extension.txt"], "wrong_extension.txt"),
    "a folder": ([BAD], "bad_inputs"),
    "unparsable model": ([BAD / "missing_bracket.mdl"], "missing_bracket.mdl"),
    "circular equation": ([BAD / "circular.mdl"], "->|→"),
    "unit mismatch": ([BAD / "units_mismatch.mdl", "--check-units"], "unit mismatch"),
    "unknown constant": (["TINY", "--set", "shar=0.2"], "Did you mean 'share'"),
    "computed variable": (["TINY", "--set", "leak=3"], "not a constant"),
    "out of range": (["TINY", "--set", "share=1.5"], "0 to 1"),
    "not a number": (["TINY", "--set", "share=lots"], "'lots', which is not a number"),
    "not finite": (["TINY", "--set", "share=nan"], "not finite"),
    "no equals sign": (["TINY", "--set", "share"], "NAME=VALUE"),
    "set twice": (["TINY", "--set", "share=0", "--set", "share=1"], "set twice"),
    "unknown output": (["TINY", "--output", "Watr"], "Did you mean 'Water'"),
    "unknown element": (["TINY", "--output", "Water[middle]"], "left, right"),
    "no step": (["TINY", "--set", "TIME STEP=0"], "TIME STEP 0"),
    "no threads": (["TINY", "--threads", "0"], "threads"),
    "unknown method": (["TINY", "--method", "heun"], "euler"),
}

NOT_A_NUMBER = """{UTF-8}
Stock = INTEG(-1, 2) ~ Dmnl ~ Falls below zero. |
root = SQRT(Stock) ~ Dmnl ~ Not a number from the third step on. |
later = root + 1 ~ Dmnl ~ Follows. |
INITIAL TIME = 0 ~ Minute ~ . |
FINAL TIME = 5 ~ Minute ~ . |
TIME STEP = 1 ~ Minute ~ . |
SAVEPER = 1 ~ Minute ~ . |
"""


def _refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    complaint = "\n".join(
        line for line in done.stderr.splitlines() if not line.startswith(("INFO", "WARNING"))
    )
    assert complaint.count("Error: ") == 1, complaint
    for word in words:
        assert re.search(word, complaint), complaint


def _left_behind(folder: Path) -> list[str]:
    """Files whose names are not final, or that are empty; the lock of a study is both by nature."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != LOCK_NAME]
    return [path.name for path in files if path.name.startswith(".") or path.stat().st_size == 0]


@pytest.mark.parametrize("fault", SIMULATE_FAULTS)
def test_simulate_refuses(upshift: Run, tiny: Path, tmp_path: Path, fault: str) -> None:
    arguments, word = SIMULATE_FAULTS[fault]
    given = [tiny if argument == "TINY" else argument for argument in arguments]
    _refused(upshift("simulate", *given, "--out", "out.csv"), word)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.mdl"]


def test_units_are_refused_only_when_asked(upshift: Run) -> None:
    assert upshift("simulate", BAD / "units_mismatch.mdl").returncode == 0


def test_a_number_gone_wrong_is_named_with_run_and_time(upshift: Run, tmp_path: Path) -> None:
    path = tmp_path / "root.mdl"
    path.write_text(NOT_A_NUMBER, encoding="utf-8")
    _refused(upshift("simulate", path), "'root' is not a number .NaN. in run 0 at time 3")


@pytest.mark.parametrize("fault", SCENARIO_FAULTS)
def test_run_refuses_a_scenario(upshift: Run, tmp_path: Path, fault: str) -> None:
    text, *words = SCENARIO_FAULTS[fault]
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    _refused(upshift("run", path), "mine.yaml", *words)
    assert [found.name for found in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-scenario.yaml"], ["There is no scenario file"]),
        (["all-seven-table"], ["'all-seven-tables'"]),
        (["--draws", "-5"], ["draws is -5", "between 1 and"]),
        (["--draws", "0"], ["draws is 0"]),
        (["--draws", "many"], ["draws"]),
        (["--seed", "-1"], ["seed is -1"]),
        (["--design", "grid"], ["sobol", "lhs"]),
        (["--threads", "0"], ["threads"]),
    ],
)
def test_run_refuses(upshift: Run, tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    _refused(upshift("run", *arguments), *words)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_refused(upshift: Run, tiny: Path) -> None:
    _refused(upshift("run", "--draws", "2", "--to", tiny / "in-a-file"), "tiny.mdl")
    _refused(upshift("simulate", tiny, "--out", tiny / "in" / "out.csv"), "tiny.mdl")


def test_a_file_in_place_of_the_folder_is_refused(upshift: Run, tiny: Path) -> None:
    before = tiny.read_bytes()
    _refused(upshift("run", "--draws", "2", "--to", tiny), "file of that name is in the way")
    assert tiny.read_bytes() == before


def test_another_sweep_in_the_folder_is_refused_with_the_cure(upshift: Run, tmp_path: Path) -> None:
    arguments = ("run", "current-funding", "--to", "study", "--draws")
    assert upshift(*arguments, "2").returncode == 0
    before = {p: p.read_bytes() for p in (tmp_path / "study").rglob("*") if p.is_file()}
    _refused(upshift(*arguments, "4"), "number of draws", "folder of its own")
    assert before == {p: p.read_bytes() for p in (tmp_path / "study").rglob("*") if p.is_file()}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_simulate_leaves_no_part_of_a_file(
    upshift: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    assert upshift("simulate", tiny).returncode == 0  # fills the cache before writing fails
    write_bytes = Path.write_bytes

    def half(path: Path, content: bytes) -> int:
        write_bytes(path, content[: len(content) // 2])
        raise OSError(number, "cannot go on")

    (tmp_path / "out.csv").write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "write_bytes", half)
    done = upshift("simulate", tiny, "--out", "out.csv")
    _refused(done, "disk is full" if number == errno.ENOSPC else "cannot be written")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "old"
    assert not _left_behind(tmp_path)


def test_an_untested_llvmlite_is_refused_with_the_cure(
    upshift: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llvmlite.__version__", "0.99.0")
    _refused(upshift("simulate", tiny), "llvmlite 0.99.0 is installed", "pip install 'llvmlite>=")


LIMITED = """
import resource, sys
from upshift.cli import main
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main()
"""
needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="no file size limits on Windows")


def _limited(limit: int, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in a process whose files cannot grow beyond ``limit`` bytes."""
    command = [sys.executable, "-c", LIMITED, str(limit), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@needs_limits
def test_a_csv_that_does_not_fit_leaves_nothing(upshift: Run, tmp_path: Path) -> None:
    assert upshift("simulate", "halton").returncode == 0
    done = _limited(100_000, "simulate", "halton", "--out", "out.csv", cwd=tmp_path)
    _refused(done, "out.csv", "cannot be written")
    assert not list(tmp_path.iterdir())


@needs_limits
def test_a_sweep_that_does_not_fit_can_be_gone_on_with(upshift: Run, tmp_path: Path) -> None:
    assert upshift("simulate", "halton").returncode == 0
    arguments = ("run", "current-funding", "--draws", "8", "--to", "study")
    done = _limited(200_000, *arguments, cwd=tmp_path)
    _refused(done, "cannot be written")
    assert not _left_behind(tmp_path)
    assert not (tmp_path / "study" / "summary.csv").exists()
    assert upshift(*arguments).returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_standard_output_is_said(upshift: Run, tiny: Path) -> None:
    assert upshift("simulate", tiny).returncode == 0
    code = "from upshift.cli import main; main()"
    command = [sys.executable, "-c", code, "simulate", str(tiny)]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: Standard output cannot be written")
    assert len(done.stderr.splitlines()) == 1
