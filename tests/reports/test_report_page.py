"""The page itself: self-contained, accessible, honest, safe, the same every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html  # type: ignore[import-untyped]

from upshift.model.errors import InputError
from upshift.reports import render
from upshift.reports.palette import PALETTE, SHAPE_PAIRS, TEXT_PAIRS, contrast
from upshift.reports.render import write_report
from upshift.reports.summary import STAMP
from upshift.reports.wording import avoided_words
from upshift.scenarios.store import Study, load_study

Make = Callable[[Any], Study]
Select = Callable[[Any, str], list[Any]]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(name="text", scope="session")
def text_fixture(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.fixture(name="tree", scope="session")
def tree_fixture(text: str) -> Any:
    return html.fromstring(text)


def test_the_six_questions_stand_on_the_page(select: Select, tree: Any) -> None:
    asked = [item.text_content() for item in select(tree, "dl.questions dt")]
    assert asked == [
        "Is it cash or capacity?",
        "Whose money?",
        "When does it pay back?",
        "How sure are you?",
        "What would make it wrong?",
        "What did comparable places see?",
    ]


def test_the_stamp_is_on_screen_in_the_title_and_on_every_printed_page(
    select: Select, tree: Any
) -> None:
    assert STAMP in select(tree, "p.stamp")[0].text_content().lower()
    assert STAMP in select(tree, "title")[0].text
    style = select(tree, "style")[0].text
    assert re.search(r'@page \{ @top-center \{ content: "' + STAMP, style)
    assert "position: fixed" in style.split("@media print")[1]
    assert select(tree, "div.strip")[0].text_content() == STAMP


def test_a_figure_away_from_its_page_still_says_what_it_is(page: Path) -> None:
    for path in (page.parent / "figures").glob("*.svg"):
        words = "".join(etree.parse(path).getroot().itertext())
        assert STAMP in words.lower()
        # The finding is drawn as well as named: its first words stand there twice.
        title = etree.parse(path).getroot()[0].text
        assert words.count(" ".join(title.split()[:4])) >= 2


def test_a_calibrated_study_carries_no_stamp(made: Make, world: Any, tmp_path: Path) -> None:
    page = write_report(made(world(calibrated=True)), tmp_path)
    assert STAMP not in page.read_text(encoding="utf-8").lower()


def test_the_page_needs_no_network_and_no_script(select: Select, text: str, tree: Any) -> None:
    assert not select(tree, "script, link, img, iframe, object, embed")
    assert not re.search(r"url\((?!#)", text), "nothing is fetched"
    assert not re.search(r"\son\w+=", text), "no event handler"
    for anchor in select(tree, "a"):
        assert re.match(r"#|https?://", anchor.get("href"))


def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(select: Select, tree: Any) -> None:
    ids = [element.get("id") for element in tree.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    for anchor in select(tree, "a[href^='#']"):
        assert anchor.get("href")[1:] in ids
    for element in tree.xpath("//*[@aria-labelledby]"):
        assert set(element.get("aria-labelledby").split()) <= set(ids)


def test_every_tag_is_closed(text: str) -> None:
    body = text[text.index("<body>") : text.index("</html>")]
    closed = re.sub(r"<(meta|br|hr)([^>]*[^/])?>", r"<\1\2/>", body)
    etree.fromstring(closed.encode())


def test_headings_are_in_order_with_one_first(tree: Any) -> None:
    levels = [int(element.tag[1]) for element in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_language_skip_link_and_landmarks(select: Select, tree: Any) -> None:
    assert tree.get("lang") == "en-CA"
    first = select(tree, "body a")[0]
    assert "skip" in first.get("class") and select(tree, first.get("href"))
    assert len(select(tree, "main")) == 1 and select(tree, "nav[aria-label]")


def test_tables_have_captions_and_scoped_headings(select: Select, tree: Any) -> None:
    tables = select(tree, "table")
    assert len(tables) > 10
    for table in tables:
        assert select(table, "caption")[0].text_content().strip()
        assert all(head.get("scope") in ("col", "row") for head in select(table, "th"))
        assert all(select(row, "th[scope=row]") for row in select(table, "tbody tr"))


def test_figures_have_title_description_caption_source_and_a_table_twin(
    select: Select, tree: Any
) -> None:
    figures = select(tree, "figure")
    assert {select(figure, "svg")[0].get("role") for figure in figures} == {"img"}
    for figure in figures:
        drawing = select(figure, "svg")[0]
        assert drawing.xpath("*[local-name()='title']")[0].text.strip()
        assert len(drawing.xpath("*[local-name()='desc']")[0].text) > 40
        assert select(figure, "figcaption")[0].text_content().strip()
        assert "Model runs" in select(figure, "p.note")[0].text_content()
        assert select(figure, "table tbody tr")


def test_contrasts_are_those_of_wcag_aa() -> None:
    for ink, ground in TEXT_PAIRS:
        assert contrast(PALETTE[ink], PALETTE[ground]) >= 4.5, (ink, ground)
    for ink, ground in SHAPE_PAIRS:
        assert contrast(PALETTE[ink], PALETTE[ground]) >= 3.0, (ink, ground)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_colours_of_the_page_come_from_the_palette(select: Select, tree: Any) -> None:
    style = select(tree, "style")[0].text
    rules = style[style.index("box-sizing") :]
    assert not re.search(r"#[0-9a-f]{3,6}\b(?=[;\s])", rules), "every colour has a tested name"


def test_focus_is_visible(select: Select, tree: Any) -> None:
    assert ":focus-visible { outline: 3px" in select(tree, "style")[0].text


def test_no_word_claims_too_much(tree: Any) -> None:
    assert avoided_words(tree.text_content()) == ()


def test_judgement_is_marked_where_it_drives_a_result(select: Select, tree: Any) -> None:
    heads = {
        head.text_content().split(" D,")[0].strip()
        for head in tree.xpath("//th[.//span[@class='judged']]")
    }
    assert {"Marginal cost avoided", "of which cashable"} <= heads
    driver = next(
        row
        for row in select(tree, "#drivers-table tbody tr")
        if "effect on reporting" in row.text_content()
    )
    assert select(driver, "span.judged")


def test_capacity_is_never_in_dollars(select: Select, tree: Any) -> None:
    for table in select(tree, "table[id^='capacity-']"):
        assert "CAD" not in table.text_content() and "officer-hours" in table.text_content()


def test_the_far_horizon_is_only_in_the_annex(select: Select, tree: Any) -> None:
    (annex,) = select(tree, "#annex")
    inside = select(annex, "table")
    assert any("to 2045" in table.text_content() for table in inside)
    for table in select(tree, "main table"):
        assert table in inside or "to 2045:" not in table.text_content()


def test_rates_stand_side_by_side(select: Select, tree: Any) -> None:
    heads = [head.text_content() for head in select(tree, "#rates thead th")[1:]]
    assert [head.split()[0] for head in heads] == ["0", "1.5", "3.5", "8"]
    assert "base" in heads[1]


def test_municipal_results_are_labelled(select: Select, tree: Any) -> None:
    caption = select(tree, "#municipalities caption")[0].text_content()
    assert "allocated by population and age, not observed" in caption


def test_scale_is_checked_against_constables(select: Select, tree: Any) -> None:
    told = select(tree, "#demand")[0].text_content()
    assert re.search(r"take [\d,]+ officer-hours .* constables", told)


def test_every_parameter_and_source_is_listed(select: Select, tree: Any) -> None:
    inputs = select(tree, "#provenance")[0].text_content()
    for name in ("effect on escalation [homelessness]", "hours per position [police]", "E015"):
        assert name in inputs


def test_the_command_that_remakes_the_report(select: Select, tree: Any) -> None:
    assert select(tree, "pre code")[0].text == (
        "upshift run current-funding all-seven-tables more-teams.yaml "
        "--draws 32 --seed 7 --design sobol --from-prior"
    )


def test_markup_in_a_title_is_shown_not_run(
    select: Select, made: Make, world: Any, tmp_path: Path
) -> None:
    title = "<script>alert(1)</script> & $x_1$"
    page = write_report(made(world(title=title)), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    tree = html.fromstring(text)
    assert title in select(tree, "p.subtitle")[0].text_content()
    drawing = etree.parse(tmp_path / "figures" / "options.svg")
    assert not list(drawing.iter(f"{SVG}script"))
    assert "$x_1$" in "".join(drawing.getroot().itertext()), "text is not read as mathematics"


def test_only_web_addresses_become_links(made: Make, world: Any, tmp_path: Path) -> None:
    page = write_report(made(world(url="javascript:alert(1)")), tmp_path)
    assert "javascript:" not in page.read_text(encoding="utf-8")


def test_small_cells_are_suppressed(select: Select, made: Make, world: Any, tmp_path: Path) -> None:
    # Five contacts a year over four places: the smallest expects five in ten years.
    page = write_report(made(world(expected=5.0, contacts=0.01)), tmp_path)
    rows = select(html.fromstring(page.read_text(encoding="utf-8")), "#municipalities tbody tr")
    smallest = [cell.text_content() for cell in select(rows[0], "td")]
    largest = [cell.text_content() for cell in select(rows[-1], "td")]
    assert smallest[1:] == ["fewer than 10"] * 4
    assert "fewer than 10" not in largest


def test_the_same_study_gives_the_same_bytes(made: Make, world: Any, tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_report(made(world()), tmp_path / name)
    first = sorted(path for path in (tmp_path / "first").rglob("*") if path.is_file())
    assert {path.suffix for path in first} == {".html", ".svg"} and len(first) > 10
    for path in first:
        other = tmp_path / "second" / path.relative_to(tmp_path / "first")
        assert path.read_bytes() == other.read_bytes(), path.name


def test_the_page_holds_neither_paths_nor_clocks(text: str, page: Path) -> None:
    assert str(page.parent) not in text
    assert not re.search(r"\b\d\d:\d\d:\d\d\b", text)


def test_an_interrupted_write_leaves_no_page(
    made: Make, world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(render, "file_svg", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_report(made(world()), tmp_path)
    assert not (tmp_path / "report.html").exists()
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_that_cannot_be_made_is_refused(made: Make, world: Any, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match="a file of that name is in the way"):
        write_report(made(world()), tmp_path / "taken")


def test_a_missing_study_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no study"):
        load_study(tmp_path)
