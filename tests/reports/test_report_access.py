"""Accessibility of the page, audited by axe in a browser: narrow, enlarged and in print.

Needs Chromium (``apt-get install chromium``); without it these tests are skipped.
"""

from __future__ import annotations

import html
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from upshift.reports.render import write_report
from upshift.scenarios.store import Study

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
SERIOUS = ("serious", "critical")
VIEWS = {
    # name: width of the window, pixels a unit, whether the rules for print apply
    "phone": (390, 1.0, False),
    "twice as large": (640, 2.0, False),
    "print": (816, 1.0, True),
}
_RUN = """
<script>
window.addEventListener("load", async () => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  const found = await axe.run(document, {resultTypes: ["violations"]});
  const told = found.violations.map((one) => ({
    id: one.id, impact: one.impact, at: one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))
  }));
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  parent.postMessage(JSON.stringify({told, wide, across: innerWidth}), "*");
});
</script>
"""
_FRAME = """<!DOCTYPE html><title>An audit</title>
<script>
onmessage = (event) => {
  const out = document.createElement("pre");
  out.id = "audit";
  out.textContent = event.data;
  document.body.replaceChildren(out);
};
</script>
<body><iframe src="audited.html" style="width: WIDTHpx; height: 900px; border: 0"></iframe></body>
"""
"""A window is never as narrow as a phone, but a frame in it can be."""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")


def _axe() -> str:
    found = importlib.util.find_spec("axe_core_python")
    assert found is not None and found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def _audited(page: Path, folder: Path, view: str) -> dict[str, Any]:
    """What axe finds, and by how much the page is wider than its window."""
    width, scale, printed = VIEWS[view]
    text = page.read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    if printed:
        text = text.replace("@media print", "@media all")
    text = text.replace("</head>", f"<script>{_axe()}</script>{_RUN}</head>")
    copy = folder / "audited.html"
    copy.write_text(text, encoding="utf-8")
    frame = folder / "frame.html"
    frame.write_text(_FRAME.replace("WIDTH", str(width)), encoding="utf-8")
    done = subprocess.run(
        [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            "--window-size=900,950",
            f"--force-device-scale-factor={scale}",
            "--virtual-time-budget=120000",
            "--dump-dom",
            frame.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = re.search(r'<pre id="audit">(.*?)</pre>', done.stdout, re.S)
    assert found is not None, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    assert result["across"] == width
    return result


@pytest.mark.parametrize("view", list(VIEWS))
def test_axe_finds_nothing_serious_and_nothing_runs_off_the_side(
    page: Path, tmp_path: Path, view: str
) -> None:
    found = _audited(page, tmp_path, view)
    serious = [one for one in found["told"] if one["impact"] in SERIOUS]
    assert serious == []
    if view != "print":
        assert found["wide"] <= 0, "tables and figures scroll in their own frames"


def test_the_french_page_is_as_good(made_once: Study, tmp_path: Path) -> None:
    page = write_report(made_once, tmp_path / "report", language="fr")
    found = _audited(page, tmp_path, "phone")
    assert [one for one in found["told"] if one["impact"] in SERIOUS] == []
    assert found["wide"] <= 0, "longer words still fit"


def test_the_audit_sees_a_fault(page: Path, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.html"
    text = page.read_text(encoding="utf-8")
    faulty.write_text(
        text.replace("<main>", '<main><img src="x.png"><p style="color:#ccc">Too pale to read.</p>')
    )
    found = _audited(faulty, tmp_path, "twice as large")
    assert {"image-alt", "color-contrast"} <= {one["id"] for one in found["told"]}
