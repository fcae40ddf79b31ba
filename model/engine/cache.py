"""Where parsed models and compiled kernels are kept between runs, and how to empty the place.

The folder belongs to one user and holds nothing but what can be made again. A folder that cannot be
written costs speed, not results: a temporary one stands in, with one warning.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

log = logging.getLogger("upshift")

VARIABLE = "UPSHIFT_CACHE_DIR"


@dataclass(frozen=True)
class CacheInfo:
    """What the cache folder holds."""

    folder: Path
    models: int
    kernels: int
    size: int  # bytes


def folder() -> Path:
    """The cache folder, made private on first use: ``UPSHIFT_CACHE_DIR`` or the user's own."""
    return _writable(os.environ.get(VARIABLE) or None)


@cache
def _writable(chosen: str | None) -> Path:
    place = Path(chosen) if chosen is not None else user_cache_path("upshift")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        stand_in = Path(tempfile.mkdtemp(prefix="upshift-"))
        log.warning(
            "The cache folder %s cannot be written (%s); kernels are kept in %s for now. "
            "Set %s to a writable folder to compile only once.",
            place,
            error.strerror,
            stand_in,
            VARIABLE,
        )
        return stand_in
    return place


def info() -> CacheInfo:
    """Count what the cache folder holds."""
    place = folder()
    files = [path for path in place.rglob("*") if path.is_file()]
    return CacheInfo(
        folder=place,
        models=sum(path.name.startswith("m_") for path in files),
        kernels=sum(path.name.startswith("k_") and path.suffix == ".py" for path in files),
        size=sum(path.stat().st_size for path in files),
    )


def clear() -> CacheInfo:
    """Remove every cached model and kernel, and say what was removed."""
    before = info()
    for path in before.folder.iterdir():
        if path.name == "__pycache__":
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(("m_", "k_")):
            path.unlink(missing_ok=True)
    return before


def write_once(path: Path, content: str | bytes) -> None:
    """Write a cache file under a temporary name, then rename it; an existing file stays."""
    if path.exists():
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def digest(*parts: bytes | str) -> str:
    """A short name for content: the first 24 hexadecimal digits of its SHA-256."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "little"))
        total.update(data)
    return total.hexdigest()[:24]


@cache
def engine_digest() -> str:
    """The content of every module of the engine: a changed engine shares no parsed model."""
    here = Path(__file__).parent
    sources = sorted(here.glob("*.py"), key=lambda path: path.name)
    return digest(*(path.read_bytes() for path in sources))


@cache
def lanes_digest() -> str:
    """The content of the modules that machine code depends on beside its own source."""
    here = Path(__file__).parent
    return digest(
        *(
            (here / name).read_bytes()
            for name in (
                "lanes.py",
                "lane_circular.py",
                "lane_lookup.py",
                "lane_math.py",
                "lane_random.py",
                "random_tables.py",
                "translate.py",
                "machine.py",
            )
        )
    )
