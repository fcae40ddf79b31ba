"""``upshift report``: print a study again, as a page, a PDF or a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .model.errors import InputError, nearest
from .terminal import log, show_log, write_out

if TYPE_CHECKING:
    from .reports.render import Format


@dataclass(frozen=True)
class ReportRequest:
    """What the user asked for: a folder of results, formats by commas, decisions by commas (the
    first on page one, None for the usual one), a folder to write into (None for that of the
    results), one with an organisation's looks, and the language."""

    results: Path
    formats: str
    scenario: str | None
    out: Path | None
    template: Path | None
    language: str = "en"


def print_again(request: ReportRequest) -> None:
    """Write the report of a finished study. Raises InputError."""
    from .reports.brand import PLAIN, read_brand  # noqa: PLC0415
    from .reports.facts import gather  # noqa: PLC0415
    from .reports.phrases import phrases_in  # noqa: PLC0415
    from .reports.render import write_facts  # noqa: PLC0415
    from .scenarios.store import load_study  # noqa: PLC0415

    show_log()
    formats = formats_of(request.formats)
    phrases = phrases_in(request.language)
    brand = PLAIN if request.template is None else read_brand(request.template)
    study = load_study(request.results)
    log.info("Reading %d scenarios x %d draws", len(study.scenarios), study.manifest.draws)
    named = [] if request.scenario is None else _parts(request.scenario)
    facts = gather(study, named[0] if named else None, named[1:], phrases)
    folder = request.results if request.out is None else request.out
    log.info("Writing %s", ", ".join(formats))
    first = write_facts(facts, folder, formats, brand)
    write_out("".join(f"{first.with_suffix(f'.{name}')}\n" for name in formats))


def formats_of(text: str) -> tuple[Format, ...]:
    """Formats named by commas, each once. Raises InputError for one that is not known."""
    from .reports.render import FORMATS  # noqa: PLC0415

    named = [part.lower() for part in _parts(text)]
    for name in named:
        if name not in FORMATS:
            raise InputError(
                f"A report cannot be made as '{name}'.{nearest(name, FORMATS)} Give one or more of "
                f"{', '.join(FORMATS)}, with commas between them."
            )
    if not named:
        raise InputError(f"--to is empty. Give one or more of {', '.join(FORMATS)}.")
    return tuple(name for name in FORMATS if name in named)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
