"""English and French: no string missing, no English left over, the same numbers in both."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pikepdf
import pytest
from lxml import html  # type: ignore[import-untyped]

import upshift.reports.phrases as home
from upshift.model.errors import InputError
from upshift.reports.content import Block, Content, Folded, Picture
from upshift.reports.evidence import CONFLICTS, FINDINGS
from upshift.reports.facts import gather
from upshift.reports.phrases import ENGLISH, LANGUAGES, NAMES_FILE, catalogue, phrases_in
from upshift.reports.render import write_report
from upshift.reports.summary import build_content
from upshift.reports.table import Table
from upshift.reports.wording import (
    NATIVE_UNITS,
    amount,
    avoided_words,
    chance_text,
    number,
    percent,
    spread,
)
from upshift.scenarios.spec import load_library
from upshift.scenarios.store import Study
from upshift.scenarios.uncertainty import Band, Chance, likelihood_words

Make = Callable[[Any], Study]
FRENCH = phrases_in("fr")
FOLDER = Path(home.__file__).parent
GAP = "\u00a0"


def _entries() -> Iterator[tuple[str, Any]]:
    for file, entries in catalogue().items():
        for entry in entries:
            yield file, entry


def _said(tree: ast.AST) -> Iterator[str]:
    """Literal first arguments of every call of ``say``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "say":
                yield from _literals(node.args[0])


def _literals(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _sources() -> list[ast.AST]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.py"))]


def _templates() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in (FOLDER / "templates").glob("*.j2")]
    return {found for text in texts for found in re.findall(r'say\("([^"]+)"', text)}


def test_every_sentence_that_is_said_stands_in_the_catalogue() -> None:
    said = {text for tree in _sources() for text in _said(tree)} | _templates()
    assert len(said) > 400
    assert said <= set(ENGLISH.strings)


def test_nothing_stands_idle_in_the_catalogue() -> None:
    written = {
        node.value
        for tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    entries = {entry["en"] for file, entry in _entries() if file != NAMES_FILE}
    assert entries <= written | _templates()


def test_no_string_is_missing_or_said_twice() -> None:
    seen: set[tuple[bool, str]] = set()
    for file, entry in _entries():
        assert {"en", "fr"} <= set(entry) <= {"en", "fr", "en_one", "fr_one"}, entry
        assert all(text.strip() for text in entry.values()), entry
        key = (file == NAMES_FILE, entry["en"])
        assert key not in seen, entry
        seen.add(key)


def test_placeholders_match_in_both_languages() -> None:
    for _, entry in _entries():
        english = sorted(re.findall(r"\{\w+\}", entry["en"]))
        assert english == sorted(re.findall(r"\{\w+\}", entry["fr"])), entry


def test_sentences_end_alike_in_both_languages() -> None:
    for _, entry in _entries():
        for mark in (".", "?", ":"):
            assert entry["en"].endswith(mark) == entry["fr"].endswith(mark), entry


def test_neither_language_claims_too_much() -> None:
    for _, entry in _entries():
        assert avoided_words(entry["en"]) == ()
        assert avoided_words(entry["fr"], FRENCH) == ()
    assert avoided_words("Ce programme s'autofinance.", FRENCH) == ("s'autofinance",)


def test_every_evidence_note_is_in_the_catalogue() -> None:
    for finding in FINDINGS:
        assert {finding.place, finding.found, finding.design} <= set(FRENCH.strings)
        assert finding.lever in FRENCH.names
    for conflict in CONFLICTS:
        assert {conflict.title, conflict.text} <= set(FRENCH.strings)


def test_names_of_the_library_and_of_chances_have_french() -> None:
    library = load_library()
    titles = {scenario.title for scenario in library}
    titles |= {one.description.strip() for one in library if one.is_comparator}
    words = {likelihood_words(step / 200) for step in range(201)}
    assert titles | words | set(NATIVE_UNITS.values()) <= set(FRENCH.names)


BAND = Band(1234.5, 900.0, 1000.0, 1234.5, 2000.0, 2500.0, 1.0, 1.0, 256)


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert number(ENGLISH, 1234.5, 0.1) == "1,234.5"
    assert number(FRENCH, 1234.5, 0.1) == f"1{GAP}234,5"
    assert amount(FRENCH, 1234.0) == f"1{GAP}234{GAP}$"
    assert amount(FRENCH, 2.1e6) == f"2,1{GAP}millions de dollars"
    assert percent(FRENCH, 0.004) == f"0,4{GAP}%"
    assert spread(FRENCH, BAND) == f"1{GAP}200 (1{GAP}000 à 2{GAP}000)"
    assert chance_text(FRENCH, Chance(0.72, 0.03, 256)) == f"probable (72{GAP}%)"


def test_one_is_not_said_as_many() -> None:
    assert ENGLISH.say("The {count} sources", count=1) == "The one source"
    assert FRENCH.say("The {count} sources", count=1) == "La seule source"
    assert FRENCH.say("The {count} sources", count=12) == "Les 12 sources"


def test_text_that_is_no_number_keeps_its_marks() -> None:
    assert FRENCH.figures("2011-2016, p. 4") == "2011-2016, p. 4"


def _tables(blocks: tuple[Block, ...], content: Content) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Picture):
            yield block.figure.twin(content.phrases)
        elif isinstance(block, Folded):
            yield from _tables(block.blocks, content)


def test_both_languages_hold_the_same_numbers(made_once: Study) -> None:
    found = []
    for language in LANGUAGES:
        content = build_content(gather(made_once, phrases=phrases_in(language)))
        tables = [t for section in content.sections for t in _tables(section.blocks, content)]
        found.append(
            {
                table.id: [[(c.value, c.low, c.high, c.grade) for c in row] for row in table.rows]
                for table in tables
            }
        )
    assert found[0] == found[1]


@pytest.fixture(name="french", scope="module")
def french_fixture(tmp_path_factory: pytest.TempPathFactory, made_once: Study) -> Path:
    """The made-up study's report in French, all three formats."""
    folder = tmp_path_factory.mktemp("french")
    write_report(made_once, folder, formats=("html", "pdf", "xlsx"), language="fr")
    return folder


def _nodes(page: Path) -> Iterator[str]:
    """Texts of a page that are in its own language."""
    tree = html.fromstring(page.read_text(encoding="utf-8"))
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        for text, owner in ((node.text, node), (node.tail, node.getparent())):
            if not (text or "").strip() or owner is None or owner.tag in ("style", "code"):
                continue
            if not owner.xpath("ancestor-or-self::*[@lang][1][@lang='en']"):
                yield text.strip()


ENGLISH_WORDS = re.compile(
    r"\b(the|and|with|over|from|is|are|of|to|not|by|more|less|years?|costs?|calls|draws)\b", re.I
)


def test_no_english_is_left_on_the_french_page(french: Path) -> None:
    other = {e["en"] for _, e in _entries() if e["en"] != e["fr"]}
    english = {text.replace("~", GAP).replace(" %", f"{GAP}%").lower() for text in other}
    texts = list(_nodes(french / "report-fr.html"))
    assert len(texts) > 1000
    identifiers = ("current-funding", "all-seven-tables")
    for text in texts:
        assert text.lower() not in english, text
        if not text.startswith(identifiers):
            assert not ENGLISH_WORDS.search(text), text


def test_text_of_a_user_stays_and_says_that_it_is_english(
    made: Make, world: Any, tmp_path: Path
) -> None:
    study = made(world(title="A title of somebody's own"))
    write_report(study, tmp_path, formats=("html", "pdf", "xlsx"), language="fr")
    page = (tmp_path / "report-fr.html").read_text(encoding="utf-8")
    assert '<span lang="en">A title of somebody' in page
    assert "\ue000" not in page and "\ue001" not in page
    book = openpyxl.load_workbook(tmp_path / "report-fr.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert not any("\ue000" in str(cell) for cell in cells)


def test_each_output_says_its_language(french: Path) -> None:
    page = (french / "report-fr.html").read_text(encoding="utf-8")
    assert '<html lang="fr-CA">' in page
    assert "dans le dossier «\u00a0figures-fr\u00a0»" in page
    assert list((french / "figures-fr").glob("*.svg"))
    with pikepdf.open(french / "report-fr.pdf") as pdf:
        assert str(pdf.Root.Lang) == "fr-CA"
    book = openpyxl.load_workbook(french / "report-fr.xlsx")
    assert book.custom_doc_props["Language"].value == "fr-CA"


def test_an_unknown_language_is_refused(made: Make, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written in 'de'.*Languages: en, fr"):
        write_report(made(None), tmp_path / "out", language="de")
    assert not (tmp_path / "out").exists()
