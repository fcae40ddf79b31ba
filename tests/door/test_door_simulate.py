"""``upshift simulate``: one run of any model, as CSV."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

CLI = "import sys; from upshift.cli import main; main()"


def _table(text: str) -> tuple[list[str], list[list[float]]]:
    header, *rows = csv.reader(io.StringIO(text))
    return header, [[float(cell) for cell in row] for row in rows]


def test_columns_are_named_as_in_the_model_with_time_first(upshift: Run, tiny: Path) -> None:
    header, rows = _table(upshift("simulate", tiny).stdout)
    assert header == ["time", "Water[left]", "Water[right]", "leak[left]", "leak[right]"]
    assert [row[0] for row in rows] == [0.0, 1.0, 2.0]
    assert rows[0] == [0.0, 100.0, 50.0, 10.0, 5.0]
    assert rows[1][1] == 100 * 0.95**2  # two Euler steps of half a minute


def test_set_and_output(upshift: Run, tiny: Path) -> None:
    done = upshift(
        *("simulate", tiny, "--set", "share=0", "--set", "start[right]=7"),
        *("--output", "water[RIGHT]", "--output", "Water"),
    )
    header, rows = _table(done.stdout)
    assert header == ["time", "Water[right]", "Water[left]"]
    assert rows[-1] == [2.0, 7.0, 100.0]


def test_numbers_read_back_to_the_last_bit(upshift: Run, tiny: Path) -> None:
    import upshift as package  # noqa: PLC0415

    header, rows = _table(upshift("simulate", tiny, "--output", "Water").stdout)
    direct = package.load(tiny).run(outputs=["Water"])["Water"].values[0]
    assert header[1:] == ["Water[left]", "Water[right]"]
    assert [row[1:] for row in rows] == direct.tolist()


def test_rk4_is_closer_to_the_exact_answer(upshift: Run, tiny: Path) -> None:
    from math import exp  # noqa: PLC0415

    def error(method: str) -> float:
        _, rows = _table(upshift("simulate", tiny, "--method", method).stdout)
        return abs(rows[-1][1] - 100 * exp(-0.2))

    assert error("rk4") < 1e-4 < error("euler")


def test_out_writes_the_same_bytes_as_standard_output(
    upshift: Run, tiny: Path, tmp_path: Path
) -> None:
    printed = upshift("simulate", tiny).stdout
    done = upshift("simulate", tiny, "--out", tmp_path / "new" / "water.csv")
    assert done.stdout == ""
    assert (tmp_path / "new" / "water.csv").read_bytes().decode() == printed


def test_halton_runs_by_name(upshift: Run) -> None:
    header, rows = _table(upshift("simulate", "halton", "--output", "total residents").stdout)
    assert header[1] == "total residents[Burlington]"
    assert [row[0] for row in rows] == [float(year) for year in range(2011, 2046)]
    assert all(row[1] > 100_000 for row in rows)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break differently on Windows")
def test_a_reader_that_goes_away_is_no_error() -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", CLI, "simulate", "halton"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.read(10)
    writer.stdout.close()
    complaint = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(60), complaint) == (0, b"")


WARM = """
import sys, time, json
started = time.perf_counter()
sys.argv[1:] = ["simulate", "halton", "--output", "total residents"]
from upshift.cli import main
try:
    main()
except SystemExit:
    pass
print(json.dumps([time.perf_counter() - started, sorted(sys.modules)]))
"""


def test_a_warm_run_loads_only_what_running_takes(upshift: Run) -> None:
    assert upshift("simulate", "halton").returncode == 0  # fills the cache
    command = [sys.executable, "-c", WARM]
    done = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(3)]
    seconds, modules = zip(*(json.loads(d.stdout.splitlines()[-1]) for d in done), strict=True)
    unwanted = ("pysd", "scipy.stats", "matplotlib", "pandas", "xarray", "pyarrow", "jinja2")
    assert not [name for name in unwanted if name in modules[0]]
    assert not [name for name in modules[0] if name.startswith("upshift.model.engine.read")]
    assert min(seconds) < 2.0  # under one second on an idle machine; this one may be busy


def test_threads_change_no_bit(upshift: Run, tiny: Path) -> None:
    one, two = (upshift("simulate", tiny, "--threads", n).stdout for n in (1, 2))
    assert one == two
