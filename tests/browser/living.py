"""The real site on a free port: shipped packs, the demonstration's people, a fixed working day."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from models.calendar import forget_calendar
from models.clock import fixed, install_business_clock, system_now
from models.flow.rules import forget_rules
from models.session import unit_of_work
from models.settings import Settings
from processes.demo.city import PASSWORD, build_city
from processes.setting_up import load_shipped_packs, prepare_database, prepare_installation
from processes.startup import connected
from tests.browser.rest import at_rest, follow
from tests.built import copy_of, is_known, note
from tests.conftest import BUSINESS_DAY
from web.app import create_app

PATIENCE = 45_000
"""Milliseconds: the machine may be busy with other tests; only what never comes takes that long."""
expect.set_options(timeout=20_000)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOK_OVER = """async () => {
  window.scrollTo({ top: 0, behavior: 'instant' }); // the bar that stays on top covers what is scrolled under it
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = { runOnly: tags, resultTypes: ['violations'], preload: false };
  const { violations } = await axe.run(document, options);
  return violations.flatMap((one) => one.nodes.map((at) => `${one.id}: ${at.html.slice(0, 160)}`));
}"""

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AS_IT_STANDS = r"""() => {
  const worded = new Set([
    'action', 'alt', 'aria-description', 'aria-label', 'aria-roledescription', 'aria-valuetext',
    'content', 'd', 'data-bs-original-title', 'href', 'placeholder', 'points', 'src', 'title', 'value',
  ]);
  const named = new Set([
    'aria-activedescendant', 'aria-controls', 'aria-describedby', 'aria-details', 'aria-errormessage',
    'aria-flowto', 'aria-labelledby', 'aria-owns', 'for', 'form', 'headers', 'list',
  ]);
  const some = (text) => (text.trim() === '' ? '' : '…');
  const target = (id) => document.getElementById(id)?.localName ?? '';
  const told = ({ name, value }) => {
    if (worded.has(name)) return `${name}=${some(value)}`;
    if (named.has(name)) return `${name}=${value.split(/\s+/).map(target)}`;
    if (name === 'lang' && (value === 'zh-CN' || value === 'en')) return 'lang';
    return name === 'id' ? 'id' : `${name}=${value.replace(/[0-9a-f]{32}|fjs-form-\w+|\d+|[\u3000-\uffef]+/g, '…')}`;
  };
  const state = (one) => [
    one.checked, one.disabled, one.value === '', one === document.activeElement, one.matches('a:hover, :is(input, button):hover'),
  ];
  const looks = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return some(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || node.localName === 'script') return '';
    if (node.localName === 'style') return node.outerHTML;
    const inside = [...node.childNodes].map(looks).filter((one) => one !== '');
    const unlike = inside.filter((one, at) => one !== inside[at - 1]); // rows alike count as one
    const attributes = [...node.attributes].map(told).sort();
    return `<${[node.localName, ...attributes, ...state(node).map(Number)].join(' ')}>${unlike.join('')}</>`;
  };
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const twice = ids.length - new Set(ids).size;
  return JSON.stringify([innerWidth, innerHeight, twice, looks(document.documentElement)]);
}"""
"""A page's whole structure and state: which words stand there, and in which of the two languages,
how many rows alike follow one another, ids and digits are what pages that look the same differ by."""


def go(page: Page, address: str) -> Page:
    """Open an address, also when the page that is left draws itself anew at that very moment."""
    try:
        page.goto(address)
    except Error as error:
        if "interrupted by another navigation" not in error.message:
            raise
        page.goto(address)
    return page


class City:
    """A running site, and people who open it in browsers of their own."""

    def __init__(self, url: str, settings: Settings, browser: Browser) -> None:
        self.url, self.settings, self.browser = url, settings, browser
        self.visitors: list[BrowserContext] = []
        self.faults: list[str] = []

    def visitor(self, width: int = 1366, **options: object) -> Page:
        """Return the page of a fresh visitor; script faults and broken policies are gathered."""
        context = self.browser.new_context(
            base_url=self.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 768},
            reduced_motion="reduce",  # what is looked over stands still
            **options,
        )
        context.set_default_timeout(PATIENCE)
        self.visitors.append(context)
        page = follow(context.new_page())
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._note)
        return page

    def sign_in(self, username: str, width: int = 1366) -> Page:
        """Return a page of somebody who has signed in, on which nothing stands yet."""
        page = self.visitor(width)
        # by the door of the page of signing in: two pages drawn each time are felt by the whole run
        door = page.request
        token = TOKEN.search(door.get("/sign-in").text())
        assert token
        form = {"csrf_token": token[1], "username": username, "password": PASSWORD}
        answer = door.post("/sign-in", form=form, max_redirects=0)
        assert answer.headers["location"].endswith("/desk")
        return page

    def at_desk(self, username: str, width: int = 1366) -> Page:
        """Return a page of somebody who has signed in and stands at the desk."""
        return go(self.sign_in(username, width), "/desk")

    def look_over(self, page: Page, *addresses: str) -> None:
        """Assert of pages that axe finds nothing and that nothing scrolls sideways."""
        for address in addresses:
            page.goto(address)
            assert self.violations(page) == [], address
            assert page.evaluate(SIDEWAYS) <= 0, address

    def violations(self, page: Page) -> list[str]:
        """Return what axe finds on the page as it is, before the very eyes of its person.

        A page that is built in all as a faultless one of this run is faultless: ``AS_IT_STANDS``.
        """
        looks = at_rest(page).evaluate(AS_IT_STANDS)
        if is_known(looks):
            return []
        # handed over by the debugger, so the site's policy on scripts stays as it is
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[str] = page.evaluate(LOOK_OVER)
        if not found:
            note(looks)
        return found

    def _note(self, line: object) -> None:
        if line.type == "error" and "Failed to load resource" not in line.text:
            self.faults.append(line.text)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keep the test's output to the test."""


def settings_of(data: Path) -> Settings:
    return Settings(data_dir=str(data), training="1")


def install(data: Path) -> None:
    """Prepare an installation with the shipped packs and nobody in it."""
    settings = settings_of(data)
    engine = prepare_database(settings)
    forget_rules()
    prepare_installation(settings)
    load_shipped_packs(settings)
    engine.dispose()


def settle(data: Path) -> None:
    """Prepare an installation with the demonstration's people, without its projects."""
    copy_of("installation", install, data)
    engine = connected(settings_of(data))
    with unit_of_work() as session:
        build_city(session)
    engine.dispose()


@contextmanager
def serving(
    data: Path,
    browser: Browser,
    fill: Callable[[Settings], None] | None = None,
    **more: str,
) -> Iterator[City]:
    """Serve a fresh city until the block ends: what ``fill`` makes, or the people alone.

    ``more`` are settings; the address of a ``public_url`` is the site's own, by its name.
    """
    install_business_clock(fixed(BUSINESS_DAY))
    copy_of(*(("installation", install) if fill else ("people", settle)), data)
    settings = settings_of(data)
    engine = connected(settings)
    forget_calendar()
    forget_rules()
    if fill:
        fill(settings)
    application = create_app(settings)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    if "public_url" in more:
        url = more["public_url"] = f"http://localhost:{server.server_port}"
    application.extensions["settings"] = replace(settings, **more)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    city = City(url, settings, browser)
    try:
        yield city
    finally:
        for visitor in city.visitors:
            visitor.close()
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()
        install_business_clock(system_now)
        forget_rules()
