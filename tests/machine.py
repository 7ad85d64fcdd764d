"""What this machine can run, and what is quick: known by the folder in which a test lies.

What is missing is said, and in CI a missing thing is a failure.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

CI = bool(os.environ.get("CI"))
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Its names, the one without windows of its own first: it needs half the time."""
NO_BROWSER = (
    "no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)"
)

TESTS = Path(__file__).parent
NEEDS = ("browser", "postgres", "redis")
"""Folders whose tests need another program; each is a mark of the same name."""

SLOW = (
    *NEEDS,
    "admin/test_screens.py",
    "counties",
    "crash",
    "leaks",
    "outside",
    "processes/backup",
    "processes/letters",
    "web/api/test_schema.py",
    "web/cli",
    "web/test_letters.py",
    "web/test_route_table.py",
    "hostile",
    "web/workbench",
    "processes/rehearsal",
    "processes/cases",
    "processes/moving",
    "processes/proposals",
    "processes/importing",
)
"""Folders and files that ``make quick`` leaves out."""


LONGEST = (
    "browser/test_analyst.py",
    "crash/test_killed_workers.py",
    "leaks",
    "crash",
    "browser",
    "web/test_route_table.py",
    "postgres",
    "web/workbench",
    "hostile",
    "counties",
)
"""What takes minutes begins first, so that no worker is left alone with it at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first and mark every test by its folder, before ``-m`` chooses."""
    items.sort(key=_rank)
    for item in items:
        place = item.path.relative_to(TESTS)
        if place.parts[0] in NEEDS:
            item.add_marker(place.parts[0])
        if any(place.is_relative_to(one) for one in SLOW):
            item.add_marker("slow")


def _rank(item: pytest.Item) -> int:
    place = item.path.relative_to(TESTS)
    long = [at for at, one in enumerate(LONGEST) if place.is_relative_to(one)]
    return min(long, default=len(LONGEST))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out browser tests, with the reason, where there is no browser."""
    if item.get_closest_marker("browser") and not any(map(shutil.which, CHROMIUM)):
        pytest.skip(NO_BROWSER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Count a test that was left out as failed where everything must run."""
    report = yield
    if CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"left out, which CI does not allow: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what to install so that nothing is left out."""
    reports = terminalreporter.stats.get("skipped", [])
    if any("no Chromium" in str(report.longrepr) for report in reports):
        terminalreporter.write_line(f"Browser tests were left out: {NO_BROWSER}.", yellow=True)
