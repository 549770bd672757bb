"""What a page says and does not say, read in the browser as a person's eyes and tools would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from lodemark.wording import catalog
from tests.browser.served import People

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 360, 768, 1280)

# What people typed, quoted law and code speak their own language; each says so by lang, <code>, <pre> or .mono.
READ = """() => {
  const own = document.documentElement.lang, found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, at = node.parentElement;
    if (at.closest('[lang]').lang !== own || at.closest('pre, code, textarea, .mono')) continue;
    const text = node.textContent.replace(/\\s+/g, ' ').trim();
    if (text) found.push(text);
  }
  return found;
}"""
WIDER = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  return [...document.querySelectorAll('body *')].filter(at => at.getBoundingClientRect().right > most + 1
    && !at.closest('.scroll')).slice(0, 3).map(at => at.tagName + '.' + at.className + ' ' + at.textContent.trim().slice(0, 40));
}"""
AUDIT = """async only => (await axe.run(document, {runOnly: only, resultTypes: ['violations']})).violations
  .flatMap(one => one.nodes.slice(0, 3).map(node => `${one.impact} ${one.id}: ${node.html.slice(0, 160)}`))"""

# Legal terms stand in their own script where a title explains them.
TERMS = re.compile(r"以上 以下 以内 届满|不满 超过 以外")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b[A-Za-z][a-z]+(?:[ ,]+[A-Za-z][a-z]+){3,}")
TWICE = """() => [...document.querySelectorAll('[id]')].map(at => at.id)
  .filter((id, at, all) => all.indexOf(id) !== at).map(id => `the id ${id} stands twice`)"""
CODE = re.compile(r"(?<![/.\w])[a-z0-9]+(?:[-_][a-z0-9]+)+\b")


# The link of a drawing keeps its address otherwise than the link of a text; the attribute is the same for both.
LINKS = "all => all.map(at => new URL(at.getAttribute('href'), document.baseURI).href)"
START = ("/", "/open/", "/checklist/?family=ndfeb_sintered&form=magnet&kind=single", "/classify/?q=1C905")
FILES = re.compile(r"/papers/|/import/template|as=(csv|json)|/log/(receipt|checkpoint)|/verify/keys|/status/1")


@dataclass
class Heard:
    """What a page did behind its back: faults in the console, requests to elsewhere."""

    faults: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", lambda said: said.type in ("error", "warning") and self.faults.append(said.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda asked: self._asked(asked.url))

    def _asked(self, url: str) -> None:
        if urlsplit(url).hostname not in ("127.0.0.1", None):
            self.faults.append(f"asked for {url}")


def pattern(url: str) -> str:
    """The route of an address: references are left out, the keys of the query stay."""
    parts = urlsplit(url)
    path = re.sub(r"/(?=[A-Z0-9-]*\d)[A-Z]{1,2}-[A-Z0-9-]+", "/*", parts.path)
    path = re.sub(r"^/rules/(?!provision)[^/]+/", "/rules/*/", path)
    path = re.sub(r"^/desk/parties/[^/]+/", "/desk/parties/*/", path)
    return path + "".join(sorted(f"?{part.partition('=')[0]}" for part in parts.query.split("&") if part))


def walk(people: People, login: str, lang: str, known: set[str]) -> Iterator[tuple[str, Page, list[str]]]:
    """Every kind of page a person can come to by links and nobody before them, with what the browser complained about."""
    page, heard = people.page(login, lang), Heard()
    heard.listen(page)
    waiting = ["/"] if login else list(START)
    known |= {pattern(url) for url in waiting}
    while waiting:
        url = waiting.pop(0)
        if FILES.search(url):
            assert page.request.get(url).ok, f"{url} does not open"
            continue
        answer = page.goto(url)
        heard.faults += [] if answer and answer.ok else [f"status {answer and answer.status}"]
        for link in page.eval_on_selector_all("a[href]", LINKS):
            path = link.removeprefix(people.url).partition("#")[0]
            if path.startswith("/") and "lang=" not in path and pattern(path) not in known:
                known.add(pattern(path))
                waiting.append(path)
        faults, heard.faults = heard.faults, []
        yield url, page, faults
    page.close()


def too_wide(page: Page) -> list[str]:
    """What sticks out of the window, at every width; a table in a frame of its own may scroll there."""
    wide = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide += [f"{width} px: {each}" for each in page.evaluate(WIDER)]
    return wide


def audited(page: Page) -> list[str]:
    """What axe finds, and ids that stand twice. Its file is evaluated by the driver, since our policy lets no script in."""
    page.evaluate(AXE)
    found = page.evaluate(AUDIT, {"type": "tag", "values": AXE_TAGS})
    # The structure is the same in every theme, so in the dark only the colours are looked at again.
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {each}" for each in page.evaluate(AUDIT, {"type": "rule", "values": ["color-contrast"]})]
    page.emulate_media(color_scheme="light")
    return [*found, *page.evaluate(TWICE)]


def misread(page: Page, lang: str) -> list[str]:
    """What a reader of this language cannot read: words of the machine, sentences of the other language."""
    texts, own = page.evaluate(READ), page.evaluate("document.documentElement.lang")
    known, other = catalog(), CHINESE if lang == "en" else ENGLISH
    codes = [word for text in texts for word in CODE.findall(text) if word in known or "_" in word]
    return [
        *([] if own == lang else [f"its language is {own}"]),
        *(f"bare code {code}" for code in codes),
        *(f"other language: {text[:120]}" for text in texts if other.search(TERMS.sub("", text))),
    ]
