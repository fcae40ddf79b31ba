"""What a reader must know about the study itself: made by another version than prints it."""

from __future__ import annotations

from .._version import __version__
from ..scenarios.manifest import Manifest, digest
from ..scenarios.provenance import Evidence
from ..scenarios.vocabulary import INSTALLED
from .phrases import ENGLISH, Phrases
from .wording import listed


def banner(manifest: Manifest, phrases: Phrases = ENGLISH) -> str:
    """A sentence when the study comes from other inputs or another version than are installed, or
    nothing. Everything printed is the study's own either way."""
    reasons = []
    made_by = manifest.versions.get("upshift", "unknown")
    if made_by != __version__:
        reasons.append(
            phrases.say(
                "by version {made_by}, while {version} prints it",
                made_by=made_by,
                version=__version__,
            )
        )
    if digest(Evidence.read(INSTALLED).registry) != manifest.registry_digest:
        reasons.append(phrases.say("from other model inputs than the installed model has"))
    if not reasons:
        return ""
    return phrases.say(
        "This study was made {reasons}. Every number, input and source here is the "
        "study's own; run it again to bring it up to date.",
        reasons=listed(phrases, reasons),
    )
