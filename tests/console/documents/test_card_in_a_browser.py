"""The card in a real browser: its own policy blocks nothing, nothing overflows a phone, the plots are drawn."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from lxml import html

from cloister.documents import render_model_card
from console.browser import CHROMIUM, FLAGS
from console.pages import FACTS, PAGES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


def browse(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={page.parent}/profile", *options, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def test_the_page_breaks_no_rule_of_its_own_policy(tmp_path: Path):
    page = tmp_path / "card.html"
    page.write_text(render_model_card(FACTS))
    done = browse(page, "--enable-logging=stderr", "--v=0", "--dump-dom")
    assert "Content Security Policy" not in done.stderr
    assert "<svg" in done.stdout
    page.write_text(render_model_card(FACTS).replace("</main>", '<p style="color:red">x</p></main>'))
    assert "Content Security Policy" in browse(page, "--enable-logging=stderr", "--v=0", "--dump-dom").stderr


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_drawn_at_phone_and_desktop_width(tmp_path: Path, width: int):
    page, picture = tmp_path / "card.html", tmp_path / "card.png"
    page.write_text(render_model_card(FACTS))
    browse(page, f"--screenshot={picture}", f"--window-size={width},2400")
    raw = picture.read_bytes()
    assert raw[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(raw[16:20], "big") == width
    assert len(raw) > 50_000


MEASURE = """<script>
document.title = JSON.stringify({
  width: innerWidth,
  overflow: document.documentElement.scrollWidth - innerWidth,
  outside: [...document.querySelectorAll("body *")].filter(e => !e.closest(".scroll, .skip, thead")
    && e.getBoundingClientRect().width && e.getBoundingClientRect().right > innerWidth + 1).length,
})</script></body>"""


def measured(folder: Path, text: str, width: int) -> dict[str, int]:
    """The page's own measures; its policy is taken out, as it lets no script run."""
    page = folder / "measured.html"
    frame = folder / "frame.html"
    start = text.index('<meta http-equiv="Content-Security-Policy"')
    text = text[:start] + text[text.index(">", start) + 1 :]
    page.write_text(text.replace("</body>", MEASURE))
    # A window has a least width of its own; a frame has none.
    frame.write_text(
        f'<iframe id=f width={width} height=900 src="measured.html" style="border:0"></iframe><script>'
        "onload = () => { document.title = document.getElementById('f').contentDocument.title }</script>"
    )
    done = browse(frame, "--allow-file-access-from-files", "--window-size=1400,1000", "--dump-dom")
    return json.loads(html.fromstring(done.stdout).findtext(".//title"))


LONG = "W" * 300  # a name without a place to break it


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_lies_outside_the_screen(tmp_path: Path, name: str, width: int):
    found = measured(tmp_path, PAGES[name](FACTS), width)
    assert found == {"width": width, "overflow": 0, "outside": 0}


def test_a_name_that_can_not_be_broken_moves_nothing_off_the_page(tmp_path: Path):
    text = json.dumps(FACTS).replace('"race"', f'"{LONG}"').replace("readmission-30d", LONG)
    assert measured(tmp_path, render_model_card(json.loads(text)), 390)["overflow"] == 0
    wide = render_model_card(FACTS).replace("</main>", f"<pre>{LONG}</pre></main>")
    assert measured(tmp_path, wide, 390)["overflow"] > 0, "the measurement sees an overflow"


def test_what_is_folded_on_the_screen_is_printed(tmp_path: Path):
    """A folded table takes no room on the screen and all of it on paper."""
    page, paper = tmp_path / "card.html", tmp_path / "card.pdf"
    lengths = []
    for text in (render_model_card(FACTS), render_model_card(FACTS).replace("<details>", "<details open>")):
        page.write_text(text)
        browse(page, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
        lengths.append(paper.read_bytes().count(b"/Type /Page\n"))
    assert lengths[0] == lengths[1] > 1
