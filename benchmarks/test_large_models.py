"""How long models of growing size take to load and to compile, in new processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ELEMENTS = 13
STATEMENTS = (500, 1000, 2000, 4000)
CLOCK = "INITIAL TIME= 0 ~~|\nFINAL TIME= 2 ~~|\nTIME STEP= 0.5 ~~|\nSAVEPER= 0.5 ~~|\n"
FIRST = """
import sys, time
from upshift.model.engine import load_model, simulate
begin = time.process_time()
model = load_model(sys.argv[1])
loaded = time.process_time()
simulate(model, {}, ["level 1"])
print(loaded - begin, time.process_time() - loaded)
"""


def _model(statements: int) -> str:
    """A quarter stocks, each with its net flow and two more auxiliaries that read other stocks."""
    stocks = statements // 4
    names = ", ".join(f"e{number}" for number in range(1, ELEMENTS + 1))
    lines = ["{UTF-8}", f"group: {names} ~~|", "rate= 0.5 ~~|"]
    for n in range(1, stocks + 1):
        other = (7 * n) % stocks + 1
        lines += [
            f"level {n}[group]= INTEG(inflow {n}[group] - outflow {n}[group], 1) ~~|",
            f"inflow {n}[group]= rate*share {n}[group] + MIN(level {other}[group], 3) ~~|",
            f"outflow {n}[group]= level {n}[group]*rate/(1 + level {other}[group]) ~~|",
            f"share {n}[group]= level {n}[group]/SUM(level {n}[group!]) ~~|",
        ]
    return "\n".join(lines) + "\n" + CLOCK


@pytest.mark.parametrize("statements", STATEMENTS)
def test_time_to_compile_grows_with_the_model(
    statements: int, figure: Callable[[str], None], tmp_path: Path
) -> None:
    path = tmp_path / "large.mdl"
    path.write_text(_model(statements), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", FIRST, str(path)],
        env={**os.environ, "UPSHIFT_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    load, compile_ = done.stdout.split()
    both = float(load) + float(compile_)
    figure(
        f"{statements:,} statements, {statements * ELEMENTS:,} element-equations, processor time: "
        f"load {float(load):.1f} s, compile {float(compile_):.1f} s, "
        f"{both / statements * 1e3:.1f} ms a statement"
    )
