"""A commented scenario file to start from."""

from __future__ import annotations

import re

from ..model.errors import InputError
from .json_schema import SCHEMA_NAME
from .named import NAMED, Section
from .schema import Scenario
from .vocabulary import Vocabulary

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
USUAL_COMPARATOR = "current-funding"


def new_text(name: str, vocabulary: Vocabulary) -> str:
    """The text of a new scenario file called ``name``, with every lever named in it.

    Raises InputError when ``name`` is not lower-case words joined by hyphens.
    """
    return "\n".join([*_head(name), *_scratch(vocabulary)]) + "\n"


def child_text(name: str, like: Scenario, parent: str) -> str:
    """The text of a new scenario file that extends ``like``, which the file calls ``parent``.

    Raises InputError as `new_text`.
    """
    return "\n".join([*_head(name), *_extending(like, parent)]) + "\n"


def _head(name: str) -> list[str]:
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise InputError(
            f"'{name}' cannot be a scenario's name. Use lower-case words and figures joined by "
            "hyphens, at most 60 characters, such as twice-the-teams."
        )
    return [
        f"# yaml-language-server: $schema={SCHEMA_NAME}",
        "# Additional spending is real CAD a year in 2024 dollars, on top of the comparator.",
        f"name: {name}",
        f"title: {name.replace('-', ' ').capitalize()}",
    ]


def _scratch(vocabulary: Vocabulary) -> list[str]:
    first, *others = vocabulary.levers
    return [
        "description: >",
        "  What is decided, for whom, and why, in a sentence or two.",
        f"compare with: {USUAL_COMPARATOR}  # leave out in a scenario that is itself a comparator",
        "levers:",
        f"  {first}:",
        "    amount: 300000  # CAD a year once all is in place",
        "    # dollars of: 2020  # the year of whose money the amount is, if not 2024",
        "    start: 2027  # the year it begins",
        "    ramp: 1  # years until the full amount",
        "    # end: 2032  # the year it stops; never, if left out",
        "  # Other levers:",
        *(f"  # {name}:" for name in others),
        *_words("policy", "how budgets respond", vocabulary),
        *_words("futures", "what may come; the comparator must have the same", vocabulary),
        "# settings:  # other constants of the model; `upshift show NAME` explains one",
    ]


def _words(section: Section, meaning: str, vocabulary: Vocabulary) -> list[str]:
    """A section's words, to be taken into use by removing the #."""
    lines = [f"# {section}:  # {meaning}"]
    for name, named in NAMED[section].items():
        if vocabulary.settings.keys() >= set(named.names):
            value = "no" if named.switch else f"{(named.low + named.high) / 2:g}"
            lines.append(f"#   {name}: {value}  # {named.meaning.rstrip('.').lower()}")
    return lines


def _extending(like: Scenario, parent: str) -> list[str]:
    lines = [
        f"extends: {parent}  # takes over everything but name and title",
        "description: >",
        f"  As “{like.title}”, but for what stands below.",
    ]
    if like.levers:
        lines.append("levers:")
    for name, lever in like.levers.items():
        lines += [
            f"  {name}:  # leave empty to drop it",
            f"    amount: {lever.amount:.0f}",
            f"    # start: {lever.start:g}",
            f"    # ramp: {lever.ramp:g}",
        ]
    if like.settings:
        lines.append("# settings:")
        lines += [f"#   {name}: {value:g}" for name, value in like.settings.items()]
    return lines
