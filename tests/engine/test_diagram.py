"""Pictures: whole, well formed, without overlaps, the same bytes, and safe whatever names hold."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from upshift.model.engine.build import load_model
from upshift.model.engine.inspection.diagram import LEGEND, diagram
from upshift.model.engine.inspection.parts import Shape, parts_of
from upshift.model.engine.inspection.places import placed
from upshift.model.engine.inspection.routes import curves_of
from upshift.model.engine.inspection.rows import PAGE, rows_of
from upshift.model.engine.inspection.structure import structure
from upshift.model.errors import InputError

FEATURES = Path(__file__).parents[1] / "features"
FILES = sorted(path for path in FEATURES.glob("*/model.*") if path.suffix != ".csv")
HALTON = Path(__file__).parents[2] / "model" / "halton" / "halton.mdl"
SVG = "{http://www.w3.org/2000/svg}"


def _shown(svg: str) -> set[str]:
    """The variables in a picture: what their tooltips begin with."""
    root = ET.fromstring(svg)
    titles = [node.text or "" for node in root.iterfind(f"{SVG}g/{SVG}title")]
    unnamed = ("outside the model", ", beside the named ones")
    return {re.split(r" \(|: ", title)[0] for title in titles if not title.endswith(unnamed)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_computed_variable_is_in_the_picture(path: Path) -> None:
    model = load_model(path).model
    svg = diagram(model)
    computed = {v.name for v in model.variables if not v.hidden and v.kind != "constant"}
    assert {re.split(r" \(|: ", name)[0] for name in computed} <= _shown(svg)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text


def test_nothing_overlaps_and_every_sector_fits_the_page() -> None:
    found = structure(load_model(HALTON).model)
    for sector in found.sectors():
        rows = rows_of(parts_of(found, sector, constants=False), found)
        places = placed(rows, 50.0)
        assert places.width <= PAGE, sector
        boxes = []
        for key, (x, y) in places.middle.items():
            node = rows.nodes[key]
            if node.shape is not Shape.BEND:
                half, high = node.width / 2, node.height / 2
                assert x - half >= 0, key
                boxes.append((x - half, y - high, x + half, y + high, key))
        for one, other in combinations(boxes, 2):
            apart = (
                one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            )
            assert apart, (sector, one, other)


def test_arrows_stand_clear_of_pipes_and_the_legend_fits() -> None:
    found = structure(load_model(HALTON).model)
    for sector in found.sectors():
        rows = rows_of(parts_of(found, sector, constants=False), found)
        tips: dict[tuple[str, int], list[tuple[bool, float]]] = {}
        for curve in curves_of(rows, placed(rows, 50.0)):
            link = curve.route.link
            tips.setdefault((link.head, curve.down), []).append((link.pipe, curve.tip[0]))
        for (key, _), ends in tips.items():
            if rows.nodes[key].shape is Shape.FLOW:
                pipes = [x for pipe, x in ends if pipe]
                arrows = [x for pipe, x in ends if not pipe]
                assert all(abs(x - y) >= 7 for x in pipes for y in arrows), (sector, key)
    assert all(0.62 * 11 * len(line) < 760 for line in LEGEND)


def test_every_link_of_a_sector_is_drawn_once() -> None:
    found = structure(load_model(HALTON).model)
    for sector in found.sectors():
        parts = parts_of(found, sector, constants=False)
        rows = rows_of(parts, found)
        inputs = sum(len(readers) for readers in parts.shadows.values())
        drawn = [(route.link.tail, route.link.head, route.link.pipe) for route in rows.routes]
        assert len(drawn) == len(set(drawn)) == len(parts.links) + inputs, sector


def test_constants_are_shown_when_asked_for_or_when_they_are_flows(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_text(
        "{UTF-8}\nstock = INTEG(steady - stock*share, 1) ~ ~ |\nsteady = 2 ~ ~ |\nshare = 0.5 ~ ~ |"
        "\nINITIAL TIME = 0 ~ ~ |\nFINAL TIME = 1 ~ ~ |\nTIME STEP = 1 ~ ~ |\nSAVEPER = 1 ~ ~ |\n",
        encoding="utf-8",
    )
    model = load_model(path).model
    assert _shown(diagram(model)) == {"stock", "steady"}
    assert "share" in _shown(diagram(model, constants=True))


def test_the_bytes_depend_on_no_hash_seed() -> None:
    code = (
        "import sys; from upshift.model.engine.build import load_model;"
        "from upshift.model.engine.inspection.diagram import diagram;"
        "sys.stdout.write(diagram(load_model(sys.argv[1]).model, 'Finding and support'))"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code, str(HALTON)],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )
    assert first == second == diagram(load_model(HALTON).model, "Finding and support").encode()


def test_names_cannot_become_markup(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_text(
        '{UTF-8}\n"<script>alert(1)</script>" = Time ~ "a" & <b> ~ </title><script> |\n'
        "INITIAL TIME = 0 ~ ~ |\nFINAL TIME = 1 ~ ~ |\nTIME STEP = 1 ~ ~ |\nSAVEPER = 1 ~ ~ |\n",
        encoding="utf-8",
    )
    svg = diagram(load_model(path).model)
    assert {node.tag for node in ET.fromstring(svg).iter()}.isdisjoint({f"{SVG}script"})
    assert "<script" not in svg


def test_an_unknown_sector_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no sector 'Demografy'. Did you mean 'Demography'"):
        diagram(load_model(HALTON).model, "Demografy")
    with pytest.raises(InputError, match="has no sectors"):
        diagram(load_model(FEATURES / "decay" / "model.mdl").model, "any")
