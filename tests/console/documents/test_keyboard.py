"""The documents by keyboard alone, in a real browser: every link and every fold is reached, seen, and left again."""

from __future__ import annotations

from typing import Any

import pytest

from cloister.documents import render_model_card
from console.browser import CHROMIUM, Browser
from console.pages import FACTS, PAGES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

# Everything that a keyboard should reach, in the order of the page; numbers are places in it.
WANTED = """[...document.querySelectorAll("*")].map((e, i) => [e, i])
  .filter(([e]) => e.matches("a[href], summary, [tabindex='0']") && e.checkVisibility()).map(([, i]) => i)"""

# Where the focus is, and whether it can be seen: a ring of at least 2 px that stands out 3 to 1, on the screen.
FOCUS = """(() => {
  const e = document.activeElement
  if (!e || e === document.body) return null
  const s = getComputedStyle(e), r = e.getBoundingClientRect()
  const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
    .map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4); return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] }
  const ring = s.outlineStyle === "solid" && parseFloat(s.outlineWidth) >= 2 && 1.05 / (light(s.outlineColor) + .05) >= 3
  const seen = r.width > 0 && r.height > 0 && r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth
  return { place: [...document.querySelectorAll("*")].indexOf(e), ring, seen,
    scrolls: e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight }
})()"""


def walk(browser: Browser, back: bool = False, most: int = 200) -> list[dict[str, Any]]:
    """Every stop of Tab (or of Shift and Tab) until the focus leaves the page or comes back to where it began."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        browser.press("Tab", shift=back)
        stop = browser.look(FOCUS)
        if stop is None or (stops and stop["place"] == stops[0]["place"]):
            return stops
        stops.append(stop)
    raise AssertionError("the keyboard does not get out of the page")


@pytest.fixture(params=[390, 1280])
def browser(request, tmp_path):
    with Browser(tmp_path / "profile", request.param) as opened:
        yield opened


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_fold_is_reached_in_order_seen_and_left(browser, tmp_path, name):
    page = tmp_path / "page.html"
    page.write_text(PAGES[name](FACTS))
    browser.open(page)
    wanted = browser.look(WANTED)
    stops = walk(browser)
    reached = [stop["place"] for stop in stops]
    assert reached == sorted(reached) and len(set(reached)) == len(reached)
    assert set(wanted) <= set(reached) and wanted
    # What else is reached can only be a table that is wider than the screen, to be scrolled by its arrows.
    assert all(stop["scrolls"] for stop in stops if stop["place"] not in wanted)
    assert all(stop["ring"] and stop["seen"] for stop in stops), [s for s in stops if not (s["ring"] and s["seen"])]
    assert [stop["place"] for stop in walk(browser, back=True)] == reached[::-1]


def test_a_fold_opens_and_a_link_leads_on(browser, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(render_model_card(FACTS))
    browser.open(page)
    folded = "document.querySelectorAll('details:not([open])').length"
    before = browser.look(folded)
    assert before
    for _ in range(200):
        browser.press("Tab")
        if browser.look("document.activeElement.matches('details:not([open]) > summary')"):
            break
    browser.press("Enter")
    assert browser.look(folded) == before - 1

    browser.open(page)
    browser.press("Tab")
    browser.press("Enter")  # past the contents
    assert browser.look("location.hash") == "#main"
    browser.press("Tab")
    assert browser.look("document.getElementById('main').contains(document.activeElement)")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("document.querySelectorAll('summary').forEach(e => e.tabIndex = -1)", "missed"),
        ("document.querySelectorAll('a').forEach(e => e.style.outline = 'none')", "unseen"),
        ("addEventListener('keydown', e => { if (document.activeElement.tagName == 'A') e.preventDefault() })", "trap"),
    ],
)
def test_the_walk_sees_what_is_missed_unseen_or_a_trap(tmp_path, damage, fault):
    page = tmp_path / "page.html"
    page.write_text(render_model_card(FACTS))
    with Browser(tmp_path / "profile", 1280) as browser:
        browser.open(page)
        browser.look(damage)
        wanted, found = browser.look(WANTED), walk(browser)
    reached = {stop["place"] for stop in found}
    faults = {
        "missed": not set(wanted) <= reached,
        "unseen": not all(stop["ring"] for stop in found),
        "trap": len(reached) == 1,
    }
    assert faults[fault]
