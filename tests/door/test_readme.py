"""Every example in the README runs, with fewer draws where it does not say how many."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FEW = "4"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def _commands() -> list[str]:
    lines = "\n".join(_blocks("console")).splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def test_the_readme_has_examples_of_every_kind() -> None:
    assert len(_blocks("python")) >= 2
    assert {command.split()[1] for command in _commands()} >= {"list", "show", "run", "simulate"}


@pytest.fixture(name="files")
def files_fixture(tmp_path: Path) -> Path:
    """A folder with the files that the README's examples make."""
    for block in _blocks("yaml"):
        name = re.match(r"# (\S+\.yaml)\n", block)
        assert name is not None, "a scenario in the README starts with its file's name"
        (tmp_path / name.group(1)).write_text(block, encoding="utf-8")
        assert yaml.safe_load(block)["name"] == name.group(1).removesuffix(".yaml")
    return tmp_path


@pytest.mark.parametrize("command", _commands())
def test_a_command_of_the_readme_works(upshift: Run, files: Path, command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "upshift"
    if "--draws" in arguments:
        arguments[arguments.index("--draws") + 1] = FEW
    done = upshift(*arguments)
    assert done.returncode == 0, done.stderr
    if "--out" in arguments:
        assert (files / arguments[arguments.index("--out") + 1]).stat().st_size > 0


@pytest.mark.parametrize("number", range(len(_blocks("python"))))
def test_python_of_the_readme_works(upshift: Run, tmp_path: Path, number: int) -> None:
    assert upshift("simulate", "halton").returncode == 0
    code = re.sub(r"draws=\d+", f"draws={FEW}", _blocks("python")[number])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_command_that_checks_a_changed_model_works(upshift: Run) -> None:
    found = re.search(r"`upshift (simulate model/halton/halton.mdl[^`]*)`", README)
    assert found is not None
    arguments = found.group(1).replace("model/", f"{ROOT.as_posix()}/model/", 1).split()
    done = upshift(*arguments)
    assert done.returncode == 0, done.stderr


def test_ci_installs_and_tests_as_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("\\\n", " ")
    second = _blocks("sh")[0].splitlines()[1]
    for part in ("-c constraints.txt -e '.[test]'", "python tests/checks.py"):
        assert part in " ".join(script.replace('"', "").split())
        assert part in second


def test_both_systems_have_the_same_two_commands() -> None:
    def plain(line: str) -> str:
        windows = line.replace("\\", "/").replace("Scripts", "bin").replace("; ", " && ")
        return windows.replace("py -m venv", "python3 -m venv")

    unix, windows = (_blocks(name)[0].splitlines() for name in ("sh", "powershell"))
    assert len(unix) == 2
    assert [plain(line) for line in windows] == unix


def test_the_counts_in_the_readme_are_those_of_the_library() -> None:
    from upshift import SweepSettings  # noqa: PLC0415
    from upshift.scenarios.spec import library_names  # noqa: PLC0415

    assert f"{len(library_names())} scenarios, {SweepSettings().draws} draws each" in (
        README.replace("\n", " ")
    )


def test_no_word_claims_more_than_the_results_support() -> None:
    for word in ("saves", "pays for itself", "guarantee", "proven"):
        assert word not in README.lower()
