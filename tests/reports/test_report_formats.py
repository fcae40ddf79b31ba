"""Page, PDF and workbook: the same numbers in all three, and a workbook that works them out."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import formulas
import numpy as np
import openpyxl  # type: ignore[import-untyped]
import pikepdf
import pytest
from lxml import html  # type: ignore[import-untyped]

from upshift.model.errors import InputError
from upshift.reports.content import Block, Content, Folded, Picture
from upshift.reports.facts import Facts, gather
from upshift.reports.phrases import LANGUAGES, Phrases, phrases_in, unmarked
from upshift.reports.render import named, write_report
from upshift.reports.summary import STAMP, build_content
from upshift.reports.table import Table
from upshift.reports.typeset import quoted, source
from upshift.reports.wording import payer_title, unbroken
from upshift.reports.workbook import SHEETS
from upshift.scenarios import economics
from upshift.scenarios.store import Study
from upshift.scenarios.summarise import payer_lines, payer_names, present_lines

Make = Callable[[Any], Study]
MINUS = "\u2212"


@pytest.fixture(name="printed", scope="module", params=LANGUAGES)
def printed_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, made_once: Study
) -> tuple[Path, Content, Facts]:
    """The default made-up study in all three formats and a language, with what it was printed
    from."""
    folder = tmp_path_factory.mktemp("formats")
    write_report(made_once, folder, formats=("html", "pdf", "xlsx"), language=request.param)
    facts = gather(made_once, phrases=phrases_in(request.param))
    return folder, build_content(facts), facts


Printed = tuple[Path, Content, Facts]


def _tables(blocks: tuple[Block, ...], phrases: Phrases) -> list[Table]:
    found: list[Table] = []
    for block in blocks:
        if isinstance(block, Table):
            found.append(block)
        elif isinstance(block, Picture):
            found.append(block.figure.twin(phrases))
        elif isinstance(block, Folded):
            found += _tables(block.blocks, phrases)
    return found


def _on_paper(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks that a PDF prints: long registers stay with page and workbook."""
    return tuple(b for b in blocks if not (isinstance(b, Folded) and b.kept_in))


def _file(folder: Path, content: Content, kind: str) -> Path:
    return folder / f"{named('report', content.phrases)}.{kind}"


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u200b]+", "", text)


def _text_of_pdf(path: Path) -> str:
    """The text of every page in reading order, from each font's own map to Unicode."""
    words: list[str] = []
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            fonts = {name: _glyphs(font) for name, font in page.Resources.Font.items()}
            glyphs: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    glyphs = fonts[str(operands[0])]
                elif str(operator) in ("TJ", "Tj"):
                    parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                    strings = (part for part in parts if isinstance(part, pikepdf.String))
                    words.extend(_decoded(bytes(part), glyphs) for part in strings)
    return "".join(words)


def _glyphs(font: Any) -> dict[int, str]:
    text = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, to in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(code, 16)] = bytes.fromhex(to).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, to in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(int(to, 16) + code - int(first, 16))
    return found


def _decoded(data: bytes, glyphs: dict[int, str]) -> str:
    codes = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    return "".join(glyphs.get(code, "") for code in codes)


def test_every_cell_of_the_page_is_in_the_pdf(printed: Printed) -> None:
    folder, content, _ = printed
    whole = _squeezed(_text_of_pdf(_file(folder, content, "pdf")))
    printed_tables = [
        table
        for section in content.sections
        for table in _tables(_on_paper(section.blocks), content.phrases)
    ]
    assert len(printed_tables) > 30
    for table in printed_tables:
        for row in table.rows:
            for cell in row:
                assert _squeezed(unmarked(unbroken(cell.text))) in whole, (table.id, cell.text)


def test_the_pdf_says_where_what_it_leaves_out_stands(printed: Printed) -> None:
    folder, content, _ = printed
    whole = _squeezed(_text_of_pdf(_file(folder, content, "pdf")))
    left_out = [
        block
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Folded) and block.kept_in
    ]
    assert left_out
    for block in left_out:
        assert _squeezed(unmarked(block.summary)) in whole
        assert block.kept_in in SHEETS and block.kept_in in whole


def test_the_page_and_the_workbook_hold_the_same_numbers(printed: Printed) -> None:
    folder, content, _ = printed
    tree = html.fromstring((_file(folder, content, "html")).read_text(encoding="utf-8"))
    book = openpyxl.load_workbook(_file(folder, content, "xlsx"), read_only=False)
    compared = 0
    for section in content.sections:
        rows = list(book[section.sheet].iter_rows(values_only=True))
        for table in _tables(section.blocks, content.phrases):
            body = [
                [_squeezed(cell.text_content()) for cell in row]
                for row in tree.xpath(f"//table[@id='{table.id}']/tbody/tr")
            ]
            start = next(at for at, row in enumerate(rows) if row[0] == unmarked(table.caption))
            heads = rows[start + 1]
            for number_of_row, shown in enumerate(body):
                found = rows[start + 3 + number_of_row]
                compared += _compare_row((table, content.phrases), shown, heads, found)
    assert compared > 300


def _compare_row(where: tuple[Table, Phrases], shown: list[str], heads: Any, found: Any) -> int:
    """How many figures of one row were read in both and agree."""
    place = compared = 0
    table, phrases = where
    for text in shown:
        three = str(heads[place]).endswith((", median", ", médiane"))
        values = found[place : place + (3 if three else 1)]
        place += len(values)
        if isinstance(values[0], str) or values[0] is None:
            continue
        seen = [float(part.replace(MINUS, "-")) for part in _figures(_plain(text, phrases))]
        if not seen:
            continue
        share = 100.0 if "%" in text and values[0] is not None and abs(values[0]) <= 1 else 1.0
        step = _step(_plain(text, phrases))
        for printed_value, value in zip(seen, [v for v in values if v is not None], strict=False):
            assert printed_value == pytest.approx(value * share, abs=0.51 * step), (table.id, text)
            compared += 1
    return compared


def _plain(text: str, phrases: Phrases) -> str:
    """Figures as English writes them; the page's digits stand without spaces already."""
    return text.replace(phrases.decimal, ".") if phrases.language == "fr" else text


def _figures(text: str) -> list[str]:
    return re.findall(
        rf"[-{MINUS}]?\d+(?:\.\d+)?", text.replace(",", "").split("(never")[0].split("(jamais")[0]
    )


def _step(text: str) -> float:
    """The place to which the figures of a cell are rounded, at most."""
    steps = []
    for figure in _figures(text):
        digits = figure.lstrip(MINUS + "-")
        if "." in digits:
            steps.append(10.0 ** -len(digits.split(".")[1]))
        else:
            steps.append(10.0 ** (len(digits) - len(digits.rstrip("0") or "0")))
    return min(steps)


def test_the_workbook_is_made_as_promised(printed: Printed) -> None:
    folder, content, facts = printed
    path = _file(folder, content, "xlsx")
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
    book = openpyxl.load_workbook(path)
    assert tuple(book.sheetnames) == SHEETS
    assert not any(sheet.merged_cells.ranges for sheet in book)
    assert facts.say(STAMP) in " ".join(str(cell.value) for cell in book["README"]["A"]).lower()
    rows = list(book["Results_by_payer"].iter_rows(values_only=True))
    at = next(at for at, row in enumerate(rows) if row[0] == facts.say("Payer"))
    assert rows[at + 1][1:4] == (facts.say("thousand CAD"),) * 3


def test_the_workbook_at_another_rate_gives_what_the_engine_gives(
    printed: Printed, tmp_path: Path
) -> None:
    folder, content, facts = printed
    rate, years = 0.035, 5
    book = openpyxl.load_workbook(_file(folder, content, "xlsx"))
    book["Assumptions"]["B5"], book["Assumptions"]["B6"] = rate, years
    for name in set(SHEETS) - {"Assumptions", "Draws"}:
        del book[name]
    path = tmp_path / "changed.xlsx"
    book.save(path)
    solved = _worked_out(path)
    terms = economics.Discounting(rate=rate, base=float(facts.start))
    lines = payer_lines(facts.study, facts.focus.scenario)
    present = present_lines(lines, facts.study.time, facts.start + years, terms)
    rows = list(book["Assumptions"].iter_rows(values_only=True))
    for basis, words in (("cashable", "cash only"), ("marginal", "marginal cost")):
        start = next(
            at
            for at, row in enumerate(rows)
            if facts.say("Net present value by payer, {basis}: live", basis=facts.say(words))
            == row[0]
        )
        net = economics.net(present, basis)  # type: ignore[arg-type]
        for at, payer in enumerate(payer_names(facts.study)):
            row = start + 4 + at
            assert rows[row - 1][0] == payer_title(facts.phrases, payer)
            found = [solved[f"{column}{row}"] for column in "BCDEFGH"]
            values = net[at]
            expected = [
                values.mean(),
                np.median(values),
                *np.quantile(values, [0.1, 0.9, 0.025, 0.975]),
                (values > 0).mean(),
            ]
            assert found == pytest.approx(expected, abs=0.005)


def _worked_out(path: Path) -> dict[str, float]:
    """Every formula of the sheet Assumptions, worked out by a formula engine."""
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for name, ranges in solution.items():
        place = re.fullmatch(r"'\[.*\]ASSUMPTIONS'!([A-Z]+\d+)", str(name))
        if place:
            value = np.asarray(ranges.value).ravel()[0]
            if isinstance(value, int | float | np.floating | np.integer):
                found[place[1]] = float(value)
    return found


def test_the_pdf_has_tags_language_title_and_alt_texts(printed: Printed) -> None:
    folder, content, _ = printed
    with pikepdf.open(_file(folder, content, "pdf")) as pdf:
        assert str(pdf.Root.Lang) == content.phrases.tag
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"]) == unmarked(content.title)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        kinds, alts = _tags(pdf.Root.StructTreeRoot)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds
    assert {unmarked(figure.alt) for figure in content.figures} <= alts


def _tags(root: Any) -> tuple[set[str], set[str]]:
    kinds: set[str] = set()
    alts: set[str] = set()
    left = [root]
    while left:
        node = left.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        kinds.add(str(node.get("/S", "")))
        if "/Alt" in node:
            alts.add(str(node.Alt))
        kids = node.get("/K", [])
        left += list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return kinds, alts


def test_the_stamp_is_on_every_page_of_the_pdf(printed: Printed) -> None:
    folder, content, facts = printed
    stamp = facts.say(STAMP).capitalize()
    with pikepdf.open(_file(folder, content, "pdf")) as pdf:
        pages = len(pdf.pages)
    text = _text_of_pdf(_file(folder, content, "pdf"))
    assert _squeezed(text).count(_squeezed(stamp)) >= pages


def test_the_same_study_gives_the_same_pdf_and_workbook(made: Make, tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_report(made(None), tmp_path / name, formats=("pdf", "xlsx"))
    for name in ("report.pdf", "report.xlsx"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_words_in_a_pdf_are_never_markup(made: Make, world: Any) -> None:
    title = '#import "x" *bold* "quoted" \\ $x$ <script>'
    text = source(build_content(gather(made(world(title=title)))), "")
    assert quoted(title).strip('"') in text
    assert "import" not in re.sub(r'"(?:[^"\\]|\\.)*"', '""', text), "words are in strings"


@pytest.mark.parametrize(("missing", "made_as"), [("typst", "pdf"), ("xlsxwriter", "xlsx")])
def test_a_missing_extra_is_one_clear_message(
    made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, made_as: Any
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(InputError, match=r"not installed\. pip install 'upshift\[report\]'"):
        write_report(made(None), tmp_path / "out", formats=(made_as,))
    assert not (tmp_path / "out").exists(), "nothing is half-written"
    assert write_report(made(None), tmp_path / "out").name == "report.html"
