"""Draws every shipped diagram with bpmn-js into docs/flows.

``python -m tests.browser.flow_pictures`` draws anew what has changed.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from playwright.sync_api import Browser, Page, sync_playwright

from models.settings import BPMN, ROOT
from tests.browser.conftest import ARGUMENTS, FRONTEND
from tests.machine import CHROMIUM

DIAGRAMS = sorted(BPMN.rglob("*.bpmn"))
PICTURES = ROOT / "docs" / "flows"
VIEWER = FRONTEND / "node_modules" / "bpmn-js" / "dist" / "bpmn-viewer.production.min.js"
STYLES = FRONTEND / "node_modules" / "bpmn-js" / "dist" / "assets" / "diagram-js.css"
OPEN = """async (xml) => {
  document.body.innerHTML = '<div id="canvas" style="width:1600px;height:900px"></div>';
  const viewer = new BpmnJS({ container: '#canvas' });
  const { warnings } = await viewer.importXML(xml);
  const { svg } = await viewer.saveSVG();
  return { svg, warnings: warnings.map(({ message }) => message) };
}"""
RANDOM = re.compile(r"marker-[0-9a-z]{20,}")
HEAD = """# Flows

Every shipped diagram as bpmn-js draws it, from left to right. Drawn anew by
`python -m tests.browser.flow_pictures`.
"""


@dataclass(frozen=True)
class Drawn:
    """What bpmn-js made of a diagram."""

    svg: str
    warnings: list[str]


def draw(page: Page, diagram: Path) -> Drawn:
    """Open a diagram in bpmn-js."""
    page.set_content("<!doctype html><title>流程图</title><body></body>")
    page.add_style_tag(path=STYLES)
    page.add_script_tag(path=VIEWER)
    made = page.evaluate(OPEN, diagram.read_text(encoding="utf-8"))
    return Drawn(_settled(made["svg"]), made["warnings"])


def picture_of(diagram: Path) -> Path:
    """Return where the picture of a diagram lies: a county's own beside the base's."""
    pack = diagram.relative_to(BPMN).parts[-3]
    name = diagram.stem if pack == "base" else f"{pack}.{diagram.stem}"
    return PICTURES / f"{name}.svg"


def seen_of(diagram: Path) -> str:
    """Return the hash of what can be seen of a diagram: expressions and forms are not drawn."""
    tree = etree.parse(diagram)
    for hidden in tree.xpath("//*[local-name()='extensionElements']"):
        hidden.getparent().remove(hidden)
    return hashlib.sha256(etree.tostring(tree, method="c14n")).hexdigest()


def is_current(diagram: Path) -> bool:
    """Return whether the stored picture shows the diagram as it is."""
    picture = picture_of(diagram)
    return picture.exists() and seen_of(diagram) in picture.read_text(encoding="utf-8")


def titles() -> Iterator[tuple[str, str]]:
    """Yield title and file name of each picture."""
    for diagram in DIAGRAMS:
        process = etree.parse(diagram).find("{*}process")
        yield process.get("name"), picture_of(diagram).name


def index() -> str:
    """Return the page that shows every picture."""
    return HEAD + "".join(f"\n## {title}\n\n![{title}]({name})\n" for title, name in titles())


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless browser."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def _settled(svg: str) -> str:
    names: dict[str, str] = {}
    return RANDOM.sub(lambda hit: names.setdefault(hit[0], f"marker-{len(names)}"), svg)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        page = browser.new_page()
        for diagram in DIAGRAMS:
            if not is_current(diagram):
                note = f"<!-- {seen_of(diagram)} -->\n"
                picture_of(diagram).write_text(draw(page, diagram).svg + note, encoding="utf-8")
    (PICTURES / "README.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    main()
