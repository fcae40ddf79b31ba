"""``upshift run``: the whole main job, small; resuming it; interrupting it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

CLI = "from upshift.cli import main; main()"
# Whoever started these tests may ignore the signal of Ctrl-C, and a child inherits that.
HEEDS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
SMALL = ("run", "all-seven-tables", "mobile-crisis-expansion", "--draws", "8", "--to", "study")


def _content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_run_ends_in_ten_lines_a_report_and_tables(upshift: Run, tmp_path: Path) -> None:
    done = upshift(*SMALL)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith(
        "Calibrated to police calls and homelessness, programme effects from"
    )
    assert "3 scenarios x 8 draws" in lines[0]
    assert lines[1].startswith("All seven tables together, 2.1 million CAD a year")
    report = Path(lines[-1].removeprefix("Report: "))
    assert report.is_file()
    assert "What programmes do is not learned from Halton" in report.read_text(encoding="utf-8")
    for name in ("summary.csv", "experiments.parquet", "manifest.json"):
        assert (tmp_path / "study" / name).stat().st_size > 0
    assert list((tmp_path / "study").rglob("*.svg"))
    again = upshift("report", "study", "--language", "fr")
    assert again.returncode == 0, again.stderr
    french = Path(again.stdout.strip())
    assert french.name == "report-fr.html"
    assert "Les sept tables d\u2019action ensemble" in french.read_text(encoding="utf-8")
    refused = upshift("report", "study", "--language", "de")
    assert refused.returncode == 2
    assert "Languages: en, fr" in refused.stderr


def test_without_the_posterior_every_page_is_stamped(upshift: Run) -> None:
    done = upshift(*SMALL, "--from-prior")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Uncalibrated: not for funding decisions. 3 scenarios x 8 draws")
    report = Path(done.stdout.splitlines()[-1].removeprefix("Report: "))
    assert "not for funding decisions" in report.read_text(encoding="utf-8")


def test_the_answer_prints_what_the_study_holds(upshift: Run) -> None:
    import upshift as package  # noqa: PLC0415

    done = upshift(*SMALL)
    headline = package.headlines(package.load_study(Path("study")))[1]
    contacts = headline.horizon(10).demand.contacts
    assert headline.scenario == "all-seven-tables"
    found = re.search(r"Demand +(-?[\d,]+)", done.stdout)
    assert found is not None
    shown = float(found.group(1).replace(",", ""))
    assert shown == pytest.approx(contacts.q50, abs=0.5 * 10 ** len(str(int(contacts.q50))))
    for claim in ("saves", "pays for itself"):
        assert claim not in done.stdout


def test_progress_is_plain_lines_where_there_is_no_terminal(upshift: Run) -> None:
    done = upshift(*SMALL)
    counts = re.findall(r"^INFO Runs: ([\d,]+) of 24\b", done.stderr, re.MULTILINE)
    assert counts[-1] == "24"
    assert [int(count) for count in counts] == sorted({int(count) for count in counts})
    assert "\x1b" not in done.stdout + done.stderr


def test_the_same_command_writes_the_same_bytes_on_any_threads(
    upshift: Run, tmp_path: Path
) -> None:
    upshift(*SMALL, "--threads", "1")
    first = _content(tmp_path / "study")
    upshift(*SMALL[:-1], "other", "--threads", "2")
    assert _content(tmp_path / "other") == first
    upshift(*SMALL)
    assert _content(tmp_path / "study") == first


def test_another_seed_and_design_give_other_draws(upshift: Run, tmp_path: Path) -> None:
    draws = set()
    for number, options in enumerate(([], ["--seed", "0"], ["--design", "sobol"])):
        done = upshift("run", "current-funding", "--draws", "4", "--to", str(number), *options)
        assert done.returncode == 0, done.stderr
        draws.add((tmp_path / str(number) / "draws.parquet").read_bytes())
    assert len(draws) == 3


def test_comparators_alone_are_answered_in_two_lines(upshift: Run) -> None:
    done = upshift("run", "current-funding", "--draws", "4")
    assert done.returncode == 0
    assert "only comparators" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[1] == "Results: upshift-results"


def test_an_interrupted_run_says_what_is_finished_and_goes_on(
    upshift: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from upshift.scenarios import runner  # noqa: PLC0415

    run = runner.EngineRunner.run
    calls = []

    def interrupted(self: runner.EngineRunner, *arguments: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return run(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(runner.EngineRunner, "run", interrupted)
    done = upshift(*SMALL, "--threads", "1")
    assert done.returncode == 130
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last == (
        "Stopped: 2 of 3 scenarios are finished and kept in study. "
        "The same command goes on from there."
    )
    assert not (tmp_path / "study" / "report.html").exists()
    assert upshift(*SMALL).returncode == 0
    assert len(calls) == 4  # only the third scenario was run again


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on Windows")
def test_ctrl_c_stops_between_batches_without_a_traceback(upshift: Run, tmp_path: Path) -> None:
    assert upshift("simulate", "halton").returncode == 0  # compiled, so that runs start at once
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDS + CLI, "run", "--draws", "4096", "--to", "study"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("INFO Runs: "):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("Stopped")
    assert not list(tmp_path.rglob(".*.part"))


def test_the_answer_is_candid_when_demand_rises(upshift: Run) -> None:
    from upshift import load_study  # noqa: PLC0415
    from upshift.answer import ten_lines  # noqa: PLC0415
    from upshift.reports.facts import gather  # noqa: PLC0415

    upshift(*SMALL)
    study = load_study(Path("study"))
    worse = study.yearly.compute()
    contacts = worse["cumulative contacts"]
    contacts.loc[{"scenario": "all-seven-tables"}] *= 1.5
    lines = ten_lines(gather(replace(study, yearly=worse)), Path("report.html"))
    assert re.search(r"Demand +-[\d,]+ police contacts avoided", lines[2])


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals on Windows")
def test_progress_is_a_bar_in_a_terminal(upshift: Run, tmp_path: Path) -> None:
    import os  # noqa: PLC0415
    import pty  # noqa: PLC0415

    assert upshift("simulate", "halton").returncode == 0
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", CLI, "run", "current-funding", "--draws", "8"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "PYTHONUTF8": "1"},
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"8/8" in seen
    assert b"INFO Runs" not in seen
    assert b"\x1b" not in out
