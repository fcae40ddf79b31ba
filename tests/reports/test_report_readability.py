"""Page one reads at about grade 8, in both languages, whatever the result is.

English: Kincaid, Fishburne, Rogers and Chissom, Derivation of New Readability Formulas (1975).
French: the reading-ease scale of Kandel and Moles, Cahiers d'Études de Radio-Télévision 19 (1958)
253-274. Clauses that a colon or semicolon parts are sentences (Flesch, How to Test Readability,
1951). Brackets hold figures and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from upshift.reports.content import Bullets, Paragraph, Questions
from upshift.reports.facts import gather
from upshift.reports.page_one import page_one
from upshift.reports.phrases import phrases_in, unmarked
from upshift.scenarios.store import Study

Make = Callable[[Any], Study]
MOST_GRADE, LEAST_EASE = 8.5, 65.0
RESULTS: dict[str, dict[str, float]] = {
    "helpful": {},
    "null": {"contacts": 0.0, "avoided": 0.0, "reports": 0.0},
    "harmful": {"contacts": -40.0, "avoided": -1e5},
    "in cash": {"cash": 2e6},
}


def _texts(study: Study, language: str) -> list[str]:
    found: list[str] = []
    for block in page_one(gather(study, phrases=phrases_in(language))).blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Bullets):
            found += block.items
        elif isinstance(block, Questions):
            found += [answer for _, answer in block.items]
    return [re.sub(r"\([^)]*\)", "", unmarked(text)) for text in found]


def _counts(texts: list[str], syllables: Callable[[str], int]) -> tuple[float, float]:
    """Words a sentence, and syllables a word."""
    words = [word for text in texts for word in re.findall(r"[^\W\d_][\w'\u2019-]*", text)]
    sentences = sum(
        bool(re.search(r"[^\W\d_]{2}", part))
        for text in texts
        for part in re.split(r"(?<=[.?!;:])\s+", text)
    )
    return len(words) / sentences, sum(map(syllables, words)) / len(words)


def _english(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and groups > 1
    return max(groups - silent, 1)


def _french(word: str) -> int:
    groups = len(re.findall("[aeiouyàâäéèêëîïôöùûüœ]+", word.lower()))
    silent = bool(re.search(r"[^aeiouy](?:e|es|ent)$", word.lower())) and groups > 1
    return max(groups - silent, 1)


@pytest.mark.parametrize("knobs", RESULTS.values(), ids=RESULTS)
def test_page_one_reads_at_about_grade_eight(
    made: Make, world: Any, knobs: dict[str, float]
) -> None:
    long, hard = _counts(_texts(made(world(**knobs)), "en"), _english)
    assert 0.39 * long + 11.8 * hard - 15.59 <= MOST_GRADE


@pytest.mark.parametrize("knobs", RESULTS.values(), ids=RESULTS)
def test_the_french_page_one_reads_as_easily(
    made: Make, world: Any, knobs: dict[str, float]
) -> None:
    long, hard = _counts(_texts(made(world(**knobs)), "fr"), _french)
    assert 207 - 1.015 * long - 73.6 * hard >= LEAST_EASE
