"""Help, version, list, show, doctor and cache, as a user meets them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

SLOW = ("numpy", "llvmlite", "pandas", "xarray", "scipy", "matplotlib", "pysd", "pydantic", "rich")


def _modules_after(code: str, *arguments: str) -> set[str]:
    """The modules loaded when a fresh interpreter has run ``code``."""
    tail = "\nimport json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", code + tail, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


HELP = """
import sys
from upshift.cli import main
sys.argv[1:] = ["--help"]
try:
    main()
except SystemExit:
    pass
"""


def test_help_names_every_command(upshift: Run) -> None:
    done = upshift("--help")
    assert done.returncode == 0
    for command in (
        "run",
        "simulate",
        "check",
        "model",
        "list",
        "show",
        "doctor",
        "cache",
        "--version",
    ):
        assert re.search(rf"^  {command}\b", done.stdout, re.MULTILINE), command


@pytest.mark.parametrize(
    "command", ["run", "simulate", "check", "model", "list", "show", "doctor", "cache"]
)
def test_every_command_has_help(upshift: Run, command: str) -> None:
    done = upshift(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: upshift {command}")


def test_no_command_at_all_shows_help(upshift: Run) -> None:
    done = upshift()
    assert "Usage: upshift" in done.stdout + done.stderr


def test_help_loads_nothing_slow() -> None:
    loaded = _modules_after(HELP)
    assert not [name for name in SLOW if name in loaded]


def test_help_takes_under_half_a_second() -> None:
    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", HELP], check=True, capture_output=True)
        return time.perf_counter() - started

    assert min(once() for _ in range(5)) < 0.5


def test_importing_the_package_loads_nothing_slow() -> None:
    assert not [name for name in SLOW if name in _modules_after("import upshift")]


def test_version(upshift: Run) -> None:
    import upshift as package  # noqa: PLC0415

    assert upshift("--version").stdout == f"upshift {package.__version__}\n"


def test_list_has_the_model_and_every_scenario(upshift: Run) -> None:
    from upshift.scenarios.spec import library_names  # noqa: PLC0415

    done = upshift("list")
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(["halton", *library_names()])
    assert len(library_names()) >= 16


def test_show_a_scenario_says_what_is_spent_and_on_what(upshift: Run) -> None:
    text = upshift("show", "all-seven-tables").stdout
    assert "2,100,000 CAD a year" in text
    assert "homelessness table: 300,000 CAD a year from 2027" in text
    assert "Compared with: current-funding" in text


def test_show_a_scenario_file(upshift: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ntitle: My own\ndescription: Something else.\n", encoding="utf-8")
    assert upshift("show", path).stdout.startswith("mine: My own\n")


def test_show_a_variable_by_any_spelling_gives_unit_meaning_and_source(upshift: Run) -> None:
    texts = {
        upshift("show", name).stdout
        for name in ("effect on escalation", "effect_on_escalation", "Effect On Escalation")
    }
    (text,) = texts
    assert "Unit: Dmnl" in text
    assert "Kind: constant" in text
    assert re.search(r"effect on escalation\[homelessness\] = .* grade [A-D]; source \w", text)


def test_show_one_element_shows_its_row_alone(upshift: Run) -> None:
    text = upshift("show", "effect on escalation[homelessness]").stdout
    assert "effect on escalation[homelessness] =" in text
    assert "effect on escalation[alcohol]" not in text


def test_show_a_computed_variable_gives_its_equation(upshift: Run) -> None:
    text = upshift("show", "waiting time").stdout
    assert "Kind: auxiliary" in text
    assert "Equation: waiting time[ladder table] =" in text
    assert "Equation: waiting time[sexual assault] =" in text


def test_show_a_model_lists_its_variables(upshift: Run, tiny: Path) -> None:
    text = upshift("show", tiny).stdout
    assert "Time 0 to 2 in steps of 0.5, saved every 1." in text
    assert "  Water[group] (litre): What is left." in text
    assert "  group: left, right" in text


def test_show_something_unknown_names_the_nearest(upshift: Run) -> None:
    done = upshift("show", "efect on escalation")
    assert done.returncode == 2
    assert "'effect on escalation'" in done.stderr


def test_doctor_says_what_it_runs_on(upshift: Run) -> None:
    lines = dict(
        line.split(maxsplit=1) for line in upshift("doctor").stdout.splitlines() if line.strip()
    )
    import llvmlite  # noqa: PLC0415

    assert lines["llvmlite"].startswith(f"{llvmlite.__version__} (tested: ")
    assert lines["lane"].startswith("width  8 runs at a time")
    assert int(lines["threads"].split()[0]) >= 1
    assert os.environ["UPSHIFT_CACHE_DIR"] in lines["cache"]


def test_cache_info_and_clear(
    upshift: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPSHIFT_CACHE_DIR", str(tmp_path / "cache"))
    assert "0 models and 0 kernels" in upshift("cache", "info").stdout
    assert upshift("simulate", tiny).returncode == 0
    assert "1 models and 1 kernels" in upshift("cache", "info").stdout
    assert upshift("cache", "clear").stdout.startswith("Removed 1 models and 1 kernels")
    assert "0 models and 0 kernels" in upshift("cache", "info").stdout


def test_the_library_installs_no_log_handler() -> None:
    code = """
import logging, upshift
upshift.load("halton"), upshift.load_scenario("current-funding")
assert not logging.getLogger("upshift").handlers and not logging.getLogger().handlers
"""
    _modules_after(code)
