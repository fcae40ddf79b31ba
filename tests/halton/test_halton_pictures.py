"""The paper's pictures: one a sector, drawn from the model, and one of the record."""

from __future__ import annotations

import re
from typing import Any

from upshift.cli_diagram import file_name, pictured
from upshift.model.engine.inspection.diagram import diagram
from upshift.model.engine.inspection.structure import structure
from upshift.model.halton.history import compare_history
from upshift.model.halton.history_picture import history_svg, main

RENEW = (
    "Draw them again: upshift model diagram halton --folder model/halton/pictures, and "
    "python -m upshift.model.halton.history_picture"
)
MOST_BYTES = 700_000


def test_the_pictures_are_those_of_the_model_as_it_is(halton: Any) -> None:
    model = halton.model.model
    folder = halton.folder / "pictures"
    sectors = pictured(structure(model))
    names = {f"{file_name(sector)}.svg" for sector in sectors} | {"history.svg"}
    assert {path.name for path in folder.iterdir()} == names, RENEW
    for sector in sectors:
        shown = (folder / f"{file_name(sector)}.svg").read_text(encoding="utf-8")
        assert shown == diagram(model, sector), (sector, RENEW)
    assert sum(path.stat().st_size for path in folder.iterdir()) < MOST_BYTES


def test_the_paper_has_a_paragraph_and_a_picture_for_every_sector_in_order(halton: Any) -> None:
    text = (halton.folder / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\*\*([^*]+)\.\*\* [^!]+!\[[^\]]+\]\(pictures/([a-z0-9-]+)\.svg\)", text)
    sectors = pictured(structure(halton.model.model))
    assert shown == [(sector, file_name(sector)) for sector in sectors]


def test_the_picture_of_the_record_tells_every_miss(halton: Any, tmp_path: Any) -> None:
    found = compare_history(halton.model)
    picture = history_svg(found)
    shown = (halton.folder / "pictures" / "history.svg").read_text(encoding="utf-8")
    assert picture == shown, RENEW
    missed = [comparison for comparison in found if not comparison.near]
    assert picture.count('<polygon class="miss"') == len(missed) + 1  # and one in the legend
    text = (halton.folder / "README.md").read_text(encoding="utf-8")
    for comparison in missed:
        seen = comparison.observation
        assert f"{seen.label}, {seen.period}, miss by" in picture
        line = f"{comparison.modelled:,.0f} for {seen.value:,.0f}"
        assert line in text, line
    assert main(["--out", str(tmp_path / "history.svg")]) == 0
    assert (tmp_path / "history.svg").read_text(encoding="utf-8") == picture


def test_a_worse_model_gives_a_title_that_says_so(halton: Any) -> None:
    found = compare_history(halton.model, {"calls at start[suicide]": 100.0})
    title = history_svg(found).split('<title id="title">')[1].split("</title>")[0]
    assert title.startswith("41 of 46 figures of the record are met; suicide calls")


def test_an_unwritable_place_leaves_no_half_written_picture(tmp_path: Any, capsys: Any) -> None:
    (tmp_path / "taken").write_text("")
    assert main(["--out", str(tmp_path / "taken" / "history.svg")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
