"""Sweeps onto a disk that fills up and one that may not be written, for `test_sweep_faults`.

Usage, in a mount namespace of its own: python faulty_disks.py FOLDER. Mounts a small file system
there, so nothing outside the namespace sees or feels it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from upshift.model.errors import InputError
from upshift.scenarios.store import load_study
from upshift.scenarios.sweep import run_sweep

HERE = Path(__file__).parent


def mounted(folder: Path, *options: str) -> None:
    """A file system in memory at ``folder``, or its options changed."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder], check=True)


def refusal(plan: object, folder: Path) -> str:
    """What a sweep that must fail says."""
    try:
        run_sweep(plan, folder)  # type: ignore[arg-type]
    except InputError as error:
        return str(error)
    sys.exit("the sweep did not fail")


def main(place: Path) -> None:
    """Fill, enlarge, go on; then lock, and read."""
    spec = importlib.util.spec_from_file_location("killed_sweeps", HERE / "killed_sweeps.py")
    if spec is None or spec.loader is None:
        sys.exit("no killed_sweeps.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["killed_sweeps"] = module
    spec.loader.exec_module(module)
    plan = module.plan_of(str(HERE / "conftest.py"))
    disk = place / "disk"
    disk.mkdir()
    mounted(disk, "size=300k")
    told = refusal(plan, disk / "store")
    finished = {p.name: p.read_bytes() for p in (disk / "store" / "shards").iterdir()}
    if "The disk is full" not in told or not finished or list(disk.rglob("*.part")):
        sys.exit(f"{told}; {len(finished)} shards; {list(disk.rglob('*.part'))}")
    mounted(disk, "remount", "size=50m")
    run_sweep(plan, disk / "store")
    if module.contents(disk / "store") != module.contents(whole(plan, place)):
        sys.exit("the store differs from one that never failed")
    sys.stdout.write("full, then gone on with\n")
    mounted(disk, "remount", "ro")
    for folder in (disk / "store", disk / "another"):
        told = refusal(replace(plan, draws=8) if folder.name == "another" else plan, folder)
        if "cannot be written (Read-only file system)" not in told:
            sys.exit(told)
    if load_study(disk / "store").unfinished:
        sys.exit("a read-only study cannot be read")
    sys.stdout.write("read-only, then read\n")


def whole(plan: object, place: Path) -> Path:
    """A store that never failed."""
    run_sweep(plan, place / "whole")  # type: ignore[arg-type]
    return place / "whole"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
