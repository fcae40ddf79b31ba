"""Every check, in order: lint, format, types, import direction, tests. One failure fails all.

Run as ``python tests/checks.py``, on any system, with the ``test`` extra installed. Arguments are
handed to pytest: ``python tests/checks.py -x tests/door``. Tests run side by side, whole files at a
time, so that what a file sets up once is set up once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("model", "scenarios", "calibration", "reports")
MOST_PROCESSES = 4  # each keeps compiled kernels and studies of its own in memory
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def main(pytest_arguments: list[str]) -> int:
    """Run all checks, print how each went, and return the process's exit code."""
    checks: dict[str, list[str]] = {
        "ruff check": ["-m", "ruff", "check", "."],
        "ruff format": ["-m", "ruff", "format", "--check", "."],
    }
    if links_are_links():
        checks["mypy"] = ["-m", "mypy"]
        checks["import direction"] = ["-c", LINT]
    else:
        _say("mypy and import direction: skipped, since the links in src/upshift are plain files")
    checks["pytest"] = ["-m", "pytest", *side_by_side(), *pytest_arguments]
    return int(bool([name for name, command in checks.items() if not _passes(name, command)]))


def links_are_links() -> bool:
    """Whether ``src/upshift/model`` and the other links lead to folders in this checkout."""
    return all((ROOT / "src" / "upshift" / name).is_dir() for name in PACKAGES)


def side_by_side() -> list[str]:
    """Options that run the files of tests in as many processes as there are cores, four at most."""
    return ["-n", str(min(os.cpu_count() or 1, MOST_PROCESSES)), "--dist", "loadfile"]


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    environment = {**os.environ, "PYTHONUTF8": "1"}  # Windows consoles print checkers' marks too
    code = subprocess.run(
        [sys.executable, *command], cwd=ROOT, check=False, env=environment
    ).returncode
    outcome = "passed" if code == 0 else f"FAILED (exit code {code})"
    if name != "pytest":  # pytest's own closing line is the last one printed
        _say(f"{name}: {outcome} in {time.monotonic() - started:.0f} s")
    return code == 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
