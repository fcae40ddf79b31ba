"""An organisation's looks, decisions side by side, and a banner over what another version made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import html  # type: ignore[import-untyped]

from upshift._version import __version__
from upshift.model.errors import InputError
from upshift.reports.banner import banner
from upshift.reports.brand import read_brand
from upshift.reports.facts import gather
from upshift.reports.render import write_facts
from upshift.reports.summary import build_content
from upshift.scenarios.manifest import digest
from upshift.scenarios.provenance import Evidence
from upshift.scenarios.store import Study
from upshift.scenarios.vocabulary import INSTALLED

Make = Callable[[Any], Study]
GREEN = "#1f6b33"
WHOLE = f"""
organisation: Ministry of <Examples>
logo: logo.svg
colours: {{blue: "{GREEN}"}}
section: {{title: What we ask, text: ask.txt}}
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture(name="folder")
def folder_fixture(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "ask.txt").write_text("First\nlines.\n\n# Head\n\n<b>Last</b>.", encoding="utf-8")
    return tmp_path


def test_name_logo_colour_and_section_are_in_page_and_pdf(made: Make, folder: Path) -> None:
    facts = gather(made(None))
    write_facts(facts, folder / "out", ("html", "pdf", "xlsx"), read_brand(folder))
    text = (folder / "out" / "report.html").read_text(encoding="utf-8")
    tree = html.fromstring(text)
    assert tree.xpath("//img/@alt") == ["Ministry of <Examples>"]
    assert f"--blue: {GREEN}" in text and "#0072b2" not in text.split("<main>")[0]
    own = tree.xpath("//section[@id='own']")[0]
    assert own.xpath("h4/text()") == ["Head"]
    assert own.xpath("p")[0].text == "First lines."
    assert "<b>Last</b>." in [p.text_content() for p in own.xpath("p")], "text is not markup"
    assert GREEN in (folder / "out" / "figures" / "options.svg").read_text(encoding="utf-8")
    with pikepdf.open(folder / "out" / "report.pdf") as pdf:
        assert len(pdf.pages) > 3


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("organisation:", "organization:", "Keys are: organisation, logo"),
        ("blue:", "bleu:", "no colour 'bleu' to change. Did you mean 'blue'"),
        (GREEN, "green", "write it as #1a2b3c"),
        (GREEN, "#e0f0e0", "has a contrast of .* to 1; at least 3"),
        ("logo.svg", "../logo.svg", "lies outside the template folder"),
        ("logo.svg", "logo.exe", "names 'logo.exe', which is not in"),
        ("logo.svg", "ask.txt", "is no picture"),
        ("section: {", "section: [", "cannot be read"),
    ],
)
def test_a_faulty_template_is_refused(folder: Path, before: str, after: str, told: str) -> None:
    (folder / "template.yaml").write_text(WHOLE.replace(before, after), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_brand(folder)


def test_a_folder_without_a_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no template\.yaml"):
        read_brand(tmp_path)


def test_decisions_stand_side_by_side(made: Make) -> None:
    facts = gather(made(None), "all-seven-tables", ["more-teams"])
    section = next(one for one in build_content(facts).sections if one.id == "beside")
    table = next(block for block in section.blocks if getattr(block, "id", "") == "side-by-side")
    columns, rows = table.columns, table.rows  # type: ignore[union-attr]
    assert [column.title for column in columns[2:]] == [
        "All seven tables together",
        "More mobile crisis teams",
    ]
    own = facts.focus.horizons[-1].demand.contacts.q50
    assert rows[0][2].value == pytest.approx(own)
    assert rows[0][3].value == pytest.approx(facts.beside[0].horizons[-1].demand.contacts.q50)


def test_a_decision_that_is_not_there_is_refused(made: Make) -> None:
    with pytest.raises(InputError, match=r"no policy 'more-team' .*more-teams"):
        gather(made(None), None, ["more-team"])


def test_a_study_of_this_version_has_no_banner_and_another_has_one(made: Make) -> None:
    made_elsewhere = made(None).manifest
    assert "made by version 0" in banner(made_elsewhere)
    assert "from other model inputs" in banner(made_elsewhere)
    here = made_elsewhere.model_copy(
        update={
            "versions": {**made_elsewhere.versions, "upshift": __version__},
            "registry_digest": digest(Evidence.read(INSTALLED).registry),
        }
    )
    assert banner(here) == ""
    study = made(None)
    assert build_content(gather(replace(study, manifest=here))).banner == ""
    assert re.search(r"made by version 0", build_content(gather(study)).banner)


def test_a_study_made_before_calls_were_diverted_still_prints(made: Make) -> None:
    study = made(None)
    older = replace(study, yearly=study.yearly.drop_vars("cumulative diverted calls"))
    facts = gather(older)
    assert facts.focus.horizons[-1].demand.diverted_calls.q975 == 0
    words = [
        row[0].text
        for section in build_content(facts).sections
        for block in section.blocks
        if getattr(block, "id", "") == "contacts"
        for row in block.rows  # type: ignore[union-attr]
    ]
    assert words and not any("crisis workers" in word for word in words)
