"""Shared by all tests: compiled kernels are kept beside the tests, away from the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault(
    "UPSHIFT_CACHE_DIR", str(Path(__file__).parent.parent / ".pytest_cache" / "kernels")
)
