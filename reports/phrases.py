"""What a report says, in English or in French: one catalogue of strings, and how numbers look.

The code says a sentence in English, with names in braces for what changes; the catalogue
(`language/*.toml`) holds that sentence in every language. ``~`` is a space that does not break.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from ..model.errors import InputError, nearest

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
CATALOGUE = Path(__file__).parent / "language"
NAMES_FILE = "names"
"""The file that holds names which come from the model's data: services, payers, inputs."""
GAP = "\u00a0"
"""A space that does not break."""
FOREIGN, FOREIGN_END = "\ue000", "\ue001"
"""Around text that stays in another language; each output turns them into its own marks."""
MINUS = "\u2212"
"""A true minus sign, so that a negative number does not break across lines."""


_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Phrases:
    """One language of the catalogue. ``strings`` and ``names`` are its texts by English text, as
    they are printed; ``tag`` is its name on the web (RFC 5646)."""

    language: Language
    tag: str
    grouping: str
    decimal: str
    strings: Mapping[str, str]
    names: Mapping[str, str]

    def say(self, text: str, /, **values: object) -> str:
        """The sentence ``text`` with its values filled in. A whole number is filled in as it
        stands: `wording.number` groups digits. Raises KeyError when the catalogue lacks it."""
        if values.get("count") == 1 and f"{text}|one" in self.strings:
            text = f"{text}|one"
        found = self.strings[text]
        return found.format(**values) if values else found.format()

    def name(self, text: str) -> str:
        """A name that comes from data: in this language where the catalogue has it, else as it
        is, marked as foreign."""
        found = self.names.get(text)
        return self.foreign(text) if found is None else found

    def foreign(self, text: str) -> str:
        """English text that stays English: marked, unless everything is English."""
        if self.language == "en" or not re.search(r"[^\W\d_]{2}", text):
            return text
        return f"{FOREIGN}{text}{FOREIGN_END}"

    def figures(self, text: str) -> str:
        """A number written as Python writes it, ``-1,234.5``, as this language writes it; text that
        is no number stays."""
        if not _NUMBER.fullmatch(text):
            return text
        if self.language == "en":
            return text.replace("-", MINUS)
        marks = str.maketrans({",": self.grouping, ".": self.decimal, "-": MINUS})
        return text.translate(marks)


def unmarked(text: str) -> str:
    """The text without marks of another language."""
    return text.replace(FOREIGN, "").replace(FOREIGN_END, "")


@cache
def phrases_in(language: str) -> Phrases:
    """The catalogue in a language. Raises InputError for one that it does not hold."""
    if language not in LANGUAGES:
        raise InputError(
            f"A report cannot be written in '{language}'.{nearest(language, LANGUAGES)} Languages: "
            f"{', '.join(LANGUAGES)}."
        )
    chosen: Language = "fr" if language == "fr" else "en"
    strings: dict[str, str] = {}
    names: dict[str, str] = {}
    for file, entries in catalogue().items():
        kept = names if file == NAMES_FILE else strings
        for entry in entries:
            if chosen in entry:
                kept[entry["en"]] = _printed(entry[chosen], chosen)
            if f"{chosen}_one" in entry:
                kept[f"{entry['en']}|one"] = _printed(entry[f"{chosen}_one"], chosen)
    if chosen == "fr":
        return Phrases("fr", "fr-CA", GAP, ",", strings, names)
    return Phrases("en", "en-CA", ",", ".", strings, names)


@cache
def catalogue() -> Mapping[str, tuple[Mapping[str, str], ...]]:
    """Every entry by the file that holds it: ``en`` and ``fr``, and ``en_one`` and ``fr_one`` for
    a ``count`` of one."""
    return {
        path.stem: tuple(tomllib.loads(path.read_text(encoding="utf-8")).get("string", ()))
        for path in sorted(CATALOGUE.glob("*.toml"))
    }


def _printed(text: str, language: Language) -> str:
    """The text with spaces that do not break: where ``~`` asks, before a percent sign, and in
    French as the Office québécois de la langue française writes punctuation."""
    text = text.replace("~", GAP).replace(" %", f"{GAP}%")
    if language == "en":
        return text
    text = re.sub(r" ([:;!?»$])", f"{GAP}\\1", text)
    return text.replace("« ", f"«{GAP}").replace("'", "\u2019")


ENGLISH = phrases_in("en")
