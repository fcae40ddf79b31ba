"""``upshift doctor`` and ``upshift cache``: what this installation runs on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from ._version import __version__

_PACKAGES = (
    "numpy",
    "llvmlite",
    "scipy",
    "pysd",
    "pandas",
    "xarray",
    "pyarrow",
    "matplotlib",
    "pydantic",
    "PyYAML",
    "Jinja2",
    "typer",
)
_REGISTERS = (("avx512f", 8), ("avx2", 4), ("avx", 4), ("neon", 2), ("sse2", 2))


def findings() -> str:
    """Versions, processor, lane width, threads and cache folder, a line each."""
    from .model.engine.machine import LLVMLITE_TESTED, target  # noqa: PLC0415
    from .model.engine.threads import available_threads  # noqa: PLC0415

    here = target()
    features = {name[1:] for name in here.features.split(",") if name.startswith("+")}
    first, last = (".".join(map(str, release)) for release in LLVMLITE_TESTED)
    lines = {
        "upshift": __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        **{name.lower(): _version_of(name) for name in _PACKAGES},
        "processor": here.name,
        "lane width": f"{here.width} runs at a time, in registers of {_register(features)} numbers",
        "threads": f"{available_threads()} may be used by this process",
        "cache": cache_contents(),
    }
    lines["llvmlite"] += f" (tested: {first} to {last})"
    width = max(map(len, lines))
    return "".join(f"{name:<{width}}  {text}\n" for name, text in lines.items())


def cache_contents() -> str:
    """Where the cache is and what it holds."""
    from .model.engine import cache  # noqa: PLC0415

    found = cache.info()
    return (
        f"{found.folder}: {found.models} models and {found.kernels} kernels, "
        f"{found.size / 1e6:.1f} MB"
    )


def clear_cache() -> str:
    """Empty the cache and say what went."""
    from .model.engine import cache  # noqa: PLC0415

    gone = cache.clear()
    return (
        f"Removed {gone.models} models and {gone.kernels} kernels, {gone.size / 1e6:.1f} MB, "
        f"from {gone.folder}"
    )


def _register(features: set[str]) -> str:
    """How many numbers of 64 bits the widest vector register holds."""
    for name, numbers in _REGISTERS:
        if name in features:
            return f"{numbers} ({name})"
    return "an unknown count of"


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
