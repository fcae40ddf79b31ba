"""How many threads this process may use: the affinity mask and the container's limit respected."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path


def available_threads() -> int:
    """The number of processors this process may keep busy, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    quota = _container_quota()
    return max(1, count if quota is None else min(count, ceil(quota)))


def _container_quota(root: Path = Path("/sys/fs/cgroup")) -> float | None:
    """Processors granted by a Linux control group (version 2, then 1), None without a limit."""
    try:
        limit, period = (root / "cpu.max").read_text().split()
        return None if limit == "max" else int(limit) / int(period)
    except (OSError, ValueError):
        pass
    try:
        quota = int((root / "cpu" / "cpu.cfs_quota_us").read_text())
        length = int((root / "cpu" / "cpu.cfs_period_us").read_text())
    except (OSError, ValueError):
        return None
    return quota / length if quota > 0 and length > 0 else None
