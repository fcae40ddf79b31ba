"""What a reader must know about the study itself: made by another version than prints it."""

from __future__ import annotations

from .._version import __version__
from ..scenarios.manifest import Manifest, digest
from ..scenarios.provenance import Evidence
from ..scenarios.vocabulary import INSTALLED


def banner(manifest: Manifest) -> str:
    """A sentence when the study comes from other inputs or another version than are installed, or
    nothing. Everything printed is the study's own either way."""
    reasons = []
    made_by = manifest.versions.get("upshift", "unknown")
    if made_by != __version__:
        reasons.append(f"by version {made_by}, while {__version__} prints it")
    if digest(Evidence.read(INSTALLED).registry) != manifest.registry_digest:
        reasons.append("from other model inputs than the installed model has")
    if not reasons:
        return ""
    return (
        f"This study was made {' and '.join(reasons)}. Every number, input and source here is the "
        "study's own; run it again to bring it up to date."
    )
