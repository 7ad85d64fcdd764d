"""A real Chromium and the built pages' assets; their absence fails a test and never skips it."""

import functools
import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.living import PATIENCE, City, serving
from tests.browser.rest import follow
from tests.machine import CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "web" / "frontend"
DIST = ROOT / "web" / "static" / "dist"
STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "font-src 'self' data:; img-src 'self' data:"
)
NOT_NEEDED = (
    # each visitor has a window of its own, and these fill its address bar by two more renderers
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # the last list holds alone, so what Playwright turns off is named again
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(NOT_NEEDED)}",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.fail("Chromium is missing: install Debian's packages chromium and fonts-noto-cjk")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh Chinese visitor."""
    visitor = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    visitor.set_default_timeout(PATIENCE)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of a fresh visitor; ``page.faults`` gathers script errors and policy violations."""
    made = follow(context.new_page())
    made.faults = []
    made.on("pageerror", lambda error: made.faults.append(str(error)))
    made.on("console", lambda line: _note(made, line))
    return made


def _note(page: Page, line) -> None:
    if line.type == "error" and "Failed to load resource" not in line.text:
        page.faults.append(line.text)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built front end, so that a build beside the tests pulls nothing away."""
    manifest = DIST / "manifest.json"
    if not manifest.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.fail("npm is missing, so the front end cannot be built")
        subprocess.run([npm, "ci", "--silent"], cwd=FRONTEND, check=True)
        subprocess.run([npm, "run", "--silent", "build"], cwd=FRONTEND, check=True)
    return Path(shutil.copytree(DIST, tmp_path_factory.mktemp("front-end") / "dist"))


@pytest.fixture(scope="session")
def assets(built: Path) -> dict[str, str]:
    """Logical name to file name of the built front end."""
    return json.loads((built / "manifest.json").read_text(encoding="utf-8"))


class Site(http.server.ThreadingHTTPServer):
    """Serves built assets and pages given by a test, under the policy of the real site."""

    daemon_threads = True

    def __init__(self, built: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.built = built
        self.pages: dict[str, tuple[str, str]] = {}
        self.received: list[tuple[str, str, object]] = []
        self.answers: dict[str, list[tuple[int, object]]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def show(self, path: str, body: str, kind: str = "text/html") -> str:
        """Serve ``body`` at ``path`` and return its address."""
        self.pages[path] = (kind, body)
        return self.url + path

    def answer(self, path: str, status: int, body: object) -> None:
        """Give the next request to ``path`` this answer; the last one is repeated."""
        self.answers.setdefault(path, []).append((status, body))


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: Site

    def log_message(self, *_: object) -> None:
        """Keep the test's output to the test."""

    def do_GET(self) -> None:
        if self.path in self.server.pages:
            kind, body = self.server.pages[self.path]
            self._send(200, kind, body.encode())
            return
        file = self.server.built / Path(self.path.partition("?")[0]).name
        if not self.path.startswith("/dist/") or not file.is_file():
            self._send(404, "text/plain", b"")
            return
        self._send(200, self.guess_type(str(file)), file.read_bytes())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_json = "json" in self.headers.get("Content-Type", "")
        sent = json.loads(body) if is_json else body
        self.server.received.append((self.command, self.path, sent))
        waiting = self.server.answers.get(self.path) or [(200, {})]
        status, answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        self._send(status, "application/json", json.dumps(answer).encode())

    do_PUT = do_POST

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind if "image" in kind else f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", STRICT_POLICY)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site(built: Path) -> Iterator[Site]:
    """A small site on a free port that ends with the test."""
    served = Site(built)
    thread = threading.Thread(target=functools.partial(served.serve_forever, 0.05), daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


@pytest.fixture
def city(
    browser: Browser, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[City]:
    """The real site with the shipped packs and the demonstration's people."""
    monkeypatch.setattr("web.assets.DIST", built)
    with serving(tmp_path / "data", browser) as served:
        yield served


@pytest.fixture
def form_page(site: Site, assets: dict[str, str]):
    """Make a page with one task form and return its address."""

    def make(schema: object, data: object = None, **settings: str) -> str:
        blocks = {"schema": schema, "data": data or {}, **settings.pop("blocks", {})}
        scripts = "".join(
            f'<script type="application/json" data-form-{name}>{json.dumps(block)}</script>'
            for name, block in blocks.items()
        )
        named = "".join(
            f' data-{name.replace("_", "-")}="{value}"' for name, value in settings.items()
        )
        return site.show(
            "/form",
            f"""<!doctype html><html lang="zh-CN"><head><title>表单</title>
            <meta charset="utf-8"><meta name="csrf-token" content="t0ken">
            <link rel="icon" href="data:,"><link rel="stylesheet" href="/dist/{assets["site.css"]}">
            <link rel="stylesheet" href="/dist/{assets["form.css"]}"></head>
            <body><main><h1>表单</h1><div data-form{named}>{scripts}</div></main>
            <script type="module" src="/dist/{assets["site.js"]}"></script>
            <script type="module" src="/dist/{assets["form.js"]}"></script></body></html>""",
        )

    return make
