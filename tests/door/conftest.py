"""Call the command line as a user does, and a tiny model to call it with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from upshift.cli import main

TINY = """{UTF-8}
group: left, right ~~|
Water[group] = INTEG(-leak[group], start[group])
 ~ litre
 ~ What is left.
 |
leak[group] = Water[group] * share
 ~ litre/Minute
 ~ What leaks away.
 |
start[group] = 100, 50
 ~ litre
 ~ What there is at first.
 |
share = 0.1
 ~ 1/Minute [0, 1]
 ~ The share that leaks away.
 |
INITIAL TIME = 0 ~ Minute ~ The start. |
FINAL TIME = 2 ~ Minute ~ The end. |
TIME STEP = 0.5 ~ Minute ~ The step. |
SAVEPER = 1 ~ Minute ~ The saving interval. |
"""


Run = Callable[..., CompletedProcess[str]]


@pytest.fixture(name="upshift")
def upshift_fixture(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Run ``upshift`` with arguments, in an empty folder. An exception would fail the test."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["upshift", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        printed = capsys.readouterr()
        return CompletedProcess(arguments, code, printed.out, printed.err)

    return call


@pytest.fixture(name="tiny")
def tiny_fixture(tmp_path: Path) -> Path:
    """A model of two leaking buckets."""
    path = tmp_path / "tiny.mdl"
    path.write_text(TINY, encoding="utf-8")
    return path
